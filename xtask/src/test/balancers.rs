//! The balancers that stand in front of nodes in `deploy/cluster/`, and in one test: made sure of before it.

use std::{env, path::Path};

use crate::{apt, run, say};

/// Says `off` where the tests are to do without.
const VARIABLE: &str = "CONFAB_TEST_BALANCERS";

/// Installs them where they are missing. What the tests are to be told where they must do without: a variable and its
/// value.
pub(super) fn make_sure() -> Option<(&'static str, &'static str)> {
    if env::var_os(VARIABLE).is_some() || are_there() {
        return None;
    }
    if apt::may_be_used() && apt::install("balancers", &["caddy", "haproxy"]).is_ok() && are_there() {
        return None;
    }
    say::note("left out: the tests of nodes behind balancers, since caddy or haproxy is not installed");
    Some((VARIABLE, "off"))
}

/// Debian puts some where an ordinary user's `PATH` does not lead.
fn are_there() -> bool {
    let is_there = |name: &&str| run::find(&[*name]).is_some() || Path::new("/usr/sbin").join(name).is_file();
    ["caddy", "haproxy"].iter().all(is_there)
}
