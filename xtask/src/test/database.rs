//! The PostgreSQL that the tests start: made sure of before them, each test starts one of its own.

use std::{env, fs, path::Path};

use crate::{apt, run, say};

/// Names a database to use instead, or `off`.
const VARIABLE: &str = "CONFAB_TEST_DATABASE_URL";

/// Installs PostgreSQL where it is missing. What the tests are to be told where they must do without: a variable and
/// its value.
pub(super) fn make_sure() -> Option<(&'static str, &'static str)> {
    if env::var_os(VARIABLE).is_some() || is_there() {
        return None;
    }
    if apt::may_be_used() && apt::install("PostgreSQL", &["postgresql"]).is_ok() && is_there() {
        return None;
    }
    say::note(&format!(
        "left out: every test on PostgreSQL, which is not installed. Install it (on Debian: apt-get install postgresql), \
         or name a database for the tests in {VARIABLE}."
    ));
    Some((VARIABLE, "off"))
}

fn is_there() -> bool {
    let of_debian = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let has_server = |bin: &Path| bin.join("postgres").is_file() && bin.join("initdb").is_file();
    of_debian.map(|version| version.path().join("bin")).any(|bin| has_server(&bin))
        || run::find(&["initdb"]).is_some_and(|initdb| initdb.parent().is_some_and(has_server))
}
