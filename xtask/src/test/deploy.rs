//! What is in `deploy/`, each file looked at by the program it is for. Whether the names in it are those of this server is
//! for `server/tests/deploy/`, which also runs two nodes behind these balancers.
//!
//! A program that is not here is installed where that can be done, else said and left out.

use crate::{
    apt,
    failure::Failure,
    run::{self, Run},
    say,
    workspace::Workspace,
};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// How exposed the service may be by `systemd-analyze security`, in tenths.
const EXPOSED: &str = "20";

/// Something that one program looks at.
struct Look {
    program: &'static str,
    /// Debian's package that has it.
    package: &'static str,
    look: fn(&Place) -> Result<(), Failure>,
}

const LOOKS: &[Look] = &[
    Look { program: "systemd-analyze", package: "systemd", look: unit },
    Look { program: "promtool", package: "prometheus", look: monitoring },
    Look { program: "nginx", package: "nginx-light", look: nginx },
    Look { program: "caddy", package: "caddy", look: caddy },
    Look { program: "haproxy", package: "haproxy", look: haproxy },
];

/// Where files lie, and where changed copies of them go.
struct Place {
    deploy: PathBuf,
    copies: PathBuf,
}

/// Has every file looked at.
pub(super) fn deploy(workspace: &Workspace) -> Result<(), Failure> {
    let place = Place { deploy: workspace.root.join("deploy"), copies: workspace.target.join("deploy") };
    fs::create_dir_all(&place.copies).map_err(|source| failed("create", &place.copies, source))?;
    LOOKS.iter().filter(|look| look.is_there()).try_for_each(|look| (look.look)(&place))
}

impl Look {
    /// Whether the program is here, or could be installed.
    fn is_there(&self) -> bool {
        let found = || run::find(&[self.program]).is_some();
        let there = found() || apt::may_be_used() && apt::install(self.program, &[self.package]).is_ok() && found();
        if !there {
            let Self { program, package, .. } = self;
            say::note(&format!("left out: what {program} looks at, which is not here (Debian's package {package})"));
        }
        there
    }
}

/// The unit is checked with a program that is there.
fn unit(place: &Place) -> Result<(), Failure> {
    let copy = place.copy("confab.service", |text| text.replace("/usr/local/bin/confab", "/bin/true"))?;
    Run::new("systemd-analyze").args(["verify"]).args([&copy]).go()?;
    Run::new("systemd-analyze")
        .args(["security", "--offline=true", "--no-pager", "--threshold", EXPOSED])
        .args([&copy])
        .ask()
        .map(drop)
        .ok_or(Failure::Exposed)
}

fn monitoring(place: &Place) -> Result<(), Failure> {
    let promtool =
        |arguments: &[&str]| Run::new("promtool").args(arguments).within(&place.deploy.join("monitoring")).go();
    promtool(&["check", "config", "prometheus.yml"])?;
    promtool(&["test", "rules", "alerts.test.yml"])
}

/// nginx opens what its configuration names, so the copy names what anybody may open.
fn nginx(place: &Place) -> Result<(), Failure> {
    let (certificate, key) = (place.copies.join("certificate.pem"), place.copies.join("key.pem"));
    let made = Run::new("openssl")
        .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"])
        .args(["-subj", "/CN=chat.example.org", "-keyout"])
        .args([&key])
        .args(["-out"])
        .args([&certificate])
        .ask();
    if made.is_none() {
        say::note("left out: what nginx looks at, for which openssl makes a certificate");
        return Ok(());
    }
    let copy = place.copy("nginx.conf", |text| {
        let text = text
            .replace("/etc/ssl/confab/fullchain.pem", &certificate.to_string_lossy())
            .replace("/etc/ssl/confab/privkey.pem", &key.to_string_lossy());
        on_sockets(&text, &place.copies)
    })?;
    let global = format!("pid {};", place.copies.join("nginx.pid").display());
    Run::new("nginx").args(["-t", "-q", "-e", "stderr", "-g", &global, "-c"]).args([&copy]).go()
}

fn caddy(place: &Place) -> Result<(), Failure> {
    Run::new("caddy")
        .args(["validate", "--adapter", "caddyfile", "--config"])
        .args([place.deploy.join("cluster/Caddyfile")])
        .env("XDG_CONFIG_HOME", &place.copies)
        .env("XDG_DATA_HOME", &place.copies)
        .go()
}

/// Its nodes have names here only where compose runs them, which it warns of.
fn haproxy(place: &Place) -> Result<(), Failure> {
    Run::new("haproxy").args(["-c", "-f"]).args([place.deploy.join("cluster/lines.cfg")]).go()
}

impl Place {
    /// A changed copy of a file.
    fn copy(&self, name: &str, change: impl FnOnce(&str) -> String) -> Result<PathBuf, Failure> {
        let (from, to) = (self.deploy.join(name), self.copies.join(name));
        let text = fs::read_to_string(&from).map_err(|source| failed("read", &from, source))?;
        fs::write(&to, change(&text)).map_err(|source| failed("write", &to, source))?;
        Ok(to)
    }
}

fn failed(doing: &'static str, path: &Path, source: std::io::Error) -> Failure {
    Failure::File { doing, path: path.to_owned(), source }
}

/// An nginx configuration that listens on files in place of ports.
fn on_sockets(text: &str, directory: &Path) -> String {
    let mut count = 0;
    let mut line = |line: &str| {
        let Some((before, rest)) = line.split_once("listen ") else { return format!("{line}\n") };
        let options = rest.split_once(' ').map_or(";", |(_, options)| options);
        count += 1;
        format!("{before}listen unix:{} {options}\n", directory.join(format!("{count}.sock")).display())
    };
    text.lines().map(&mut line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_configuration_that_listens_on_ports_listens_on_sockets() {
        let text = "a;\n    listen [::]:80;\n    listen 443 ssl http2;\n";
        let changed = "a;\n    listen unix:/x/1.sock ;\n    listen unix:/x/2.sock ssl http2;\n";
        assert_eq!(on_sockets(text, Path::new("/x")), changed);
    }
}
