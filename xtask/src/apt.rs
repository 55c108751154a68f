//! Programs that tests need, from Debian's packages.

use crate::{
    failure::Failure,
    run::{self, Run},
    say,
};

/// Debian, and allowed to install.
pub(crate) fn may_be_used() -> bool {
    run::find(&["apt-get"]).is_some() && Run::new("id").args(["-u"]).ask().as_deref() == Some("0")
}

/// Installs packages. `what` names them for who reads along.
pub(crate) fn install(what: &str, packages: &[&str]) -> Result<(), Failure> {
    say::step(&format!("{what} (apt-get)"), || {
        // An index that cannot be renewed may still be good enough to install from.
        let renewed = Run::new("apt-get").args(["update", "-q"]).go();
        let installed = Run::new("apt-get")
            .args(["install", "-y", "-q", "--no-install-recommends"])
            .args(packages)
            .env("DEBIAN_FRONTEND", "noninteractive")
            .go();
        installed.or_else(|cause| renewed.and(Err(cause)))
    })
}
