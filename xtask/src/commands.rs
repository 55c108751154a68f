//! The list of commands: their names, what they are for, and where each is done.

use crate::{
    bench, bundle, failure::Failure, figures, parts, say, start, test, tidy, tools, watch, workspace::Workspace,
};

const HELP: &str = "\
cargo xtask <command>

  start [-- <arguments of confab>]   builds everything, runs the server at http://127.0.0.1:8000
  test [<step> …] [-- <arguments>]   runs every check and test, or the steps named
  tidy                               checks the project's own rules, in a second or two
  bench [--quick|--medium] [<peer> …] measures Confab beside others; writes bench/RESULTS.md
  figures [<file> …]                 measures a visit in a browser; writes bench/BROWSER.md
  bundle                             builds the browser bundle into dist/
  parts                              cuts the bundle into parts; trunk calls it at the end of its build
  watch                              cargo leptos watch: rendered on the server, with live reload
  tools                              installs what the builds need, and nothing else

`cargo xtask test --help` lists the steps. CONFAB_TOOLS_DIR moves the tools (else the user's cache directory).";

/// Runs the command that `arguments` name.
pub(crate) fn dispatch(arguments: &[String]) -> Result<(), Failure> {
    let Some((command, rest)) = arguments.split_first() else {
        say::line(HELP);
        return Ok(());
    };
    match command.as_str() {
        "start" => start::start(&Workspace::find()?, rest),
        "test" => test::test(&Workspace::find()?, rest),
        "tidy" => tidy::tidy(&Workspace::find()?),
        "bench" => bench::bench(&Workspace::find()?, rest),
        "figures" => figures::figures(&Workspace::find()?, rest),
        "bundle" => bundle::bundle(&Workspace::find()?),
        "parts" => parts::cut(&Workspace::find()?),
        "watch" => watch::watch(&Workspace::find()?, rest),
        "tools" => tools::all(&Workspace::find()?),
        "help" | "--help" | "-h" => {
            say::line(HELP);
            Ok(())
        }
        other => Err(Failure::UnknownCommand(other.to_owned())),
    }
}
