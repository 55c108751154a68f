//! The NATS server that tests of several nodes start: made sure of before them.

use std::{env, path::Path};

use crate::{apt, run, say};

/// Names a server to use instead, or `off`.
const VARIABLE: &str = "CONFAB_TEST_NATS_URL";

/// Where Debian puts it, which need not be on `PATH`.
const OF_DEBIAN: &str = "/usr/sbin/nats-server";

/// Installs it where it is missing. What the tests are to be told where they must do without: a variable and its value.
pub(super) fn make_sure() -> Option<(&'static str, &'static str)> {
    if env::var_os(VARIABLE).is_some() || is_there() {
        return None;
    }
    if apt::may_be_used() && apt::install("NATS", &["nats-server"]).is_ok() && is_there() {
        return None;
    }
    say::note(&format!(
        "left out: every test of several nodes, since nats-server is not installed. Install it (on Debian: apt-get \
         install nats-server), or name a server for the tests in {VARIABLE}."
    ));
    Some((VARIABLE, "off"))
}

fn is_there() -> bool {
    run::find(&["nats-server"]).is_some() || Path::new(OF_DEBIAN).is_file()
}
