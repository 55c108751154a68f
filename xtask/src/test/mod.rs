//! `cargo xtask test`: every check and every test, cheapest first, and the counts at the end.
//!
//! Each step can be run alone by its name. The first that fails stops the run and says so. At the end is told how long
//! each took, and in the last line the sum of what the test runners themselves counted (`N passed, N failed`); a run of
//! tests in which none ran has failed.

mod balancers;
mod counts;
mod database;
mod deploy;
mod fuzz;
mod nats;
mod supply;

use crate::{bench, browser, bundle, failure::Failure, run::Run, say, tidy, tools, workspace::Workspace};
use counts::Counts;
use std::{
    fs,
    time::{Duration, Instant},
};

/// One part of the whole.
struct Step {
    name: &'static str,
    what: &'static str,
    /// Whether the step runs tests, and so must count some.
    counts: bool,
    run: fn(&Workspace, &[String]) -> Result<Outcome, Failure>,
}

/// What a step found: what its runner counted, and whether it was content.
struct Outcome {
    counts: Counts,
    verdict: Result<(), Failure>,
}

const STEPS: &[Step] = &[
    Step { name: "fmt", what: "formatting", counts: false, run: fmt },
    Step { name: "tidy", what: "the project's own rules", counts: false, run: tidiness },
    Step { name: "clippy", what: "lints, native", counts: false, run: clippy },
    Step { name: "clippy-wasm", what: "lints of the web app, for the browser", counts: false, run: clippy_wasm },
    Step { name: "supply", what: "what comes in with dependencies", counts: false, run: supplies },
    Step { name: "deploy", what: "what it is run with for others", counts: false, run: deployment },
    Step { name: "unit", what: "unit and integration tests", counts: true, run: unit },
    Step { name: "bench", what: "a short load: nothing is lost", counts: false, run: short_load },
    Step { name: "doc", what: "examples in the documentation", counts: false, run: doc },
    Step { name: "fuzz", what: "anything into every decoder", counts: false, run: fuzzing },
    Step { name: "browser", what: "journeys in a real browser", counts: true, run: journeys },
];

/// Runs the steps named in `arguments`, or all. What follows `--` goes to the runner of the (single) step named.
pub(crate) fn test(workspace: &Workspace, arguments: &[String]) -> Result<(), Failure> {
    let split = arguments.iter().position(|argument| argument == "--");
    let (names, extra) = match split {
        Some(at) => (&arguments[..at], &arguments[at + 1..]),
        None => (arguments, &[][..]),
    };
    if names.iter().any(|name| name == "--help" || name == "-h") {
        help();
        return Ok(());
    }
    let steps = chosen(names)?;
    let (mut sum, mut times) = (Counts::default(), Vec::new());
    let verdict = steps.iter().try_for_each(|step| {
        let begun = Instant::now();
        let found = say::step(&format!("test {}: {}", step.name, step.what), || {
            let outcome = (step.run)(workspace, extra)?;
            sum += outcome.counts;
            outcome.verdict?;
            if step.counts && outcome.counts.ran() == 0 && !skipped(step) { Err(Failure::NoTests) } else { Ok(()) }
        });
        times.push((step.name, begun.elapsed()));
        found.map_err(|source| Failure::Step { name: step.name, source: Box::new(source) })
    });
    if times.len() > 1 {
        say::line(&told(&times));
    }
    if steps.iter().any(|step| step.counts) {
        say::line(&format!("\n{sum}"));
    }
    verdict
}

/// How long each step took, and all of them.
fn told(times: &[(&'static str, Duration)]) -> String {
    let all = ("all", times.iter().map(|(_, time)| *time).sum());
    let line = |(name, time): &(&str, Duration)| format!("\n    {name:<12}{:>12}", say::seconds(*time));
    let lines: String = times.iter().chain([&all]).map(line).collect();
    format!("\n==> how long it took{lines}")
}

fn help() {
    say::line("cargo xtask test [<step> …] [-- <arguments for the step's runner>]\n");
    for step in STEPS {
        say::line(&format!("  {:<12} {}", step.name, step.what));
    }
    say::line("\nWithout a step: all of them. CONFAB_SKIP_BROWSER=1 leaves the browser out where none can be had.");
    say::line("CONFAB_TEST_DATABASE_URL names a PostgreSQL database for the tests; off: none of them uses one.");
    say::line("CONFAB_TEST_NATS_URL names a NATS server for the tests of several nodes; off leaves them out.");
    say::line("CONFAB_TEST_BALANCERS=off leaves out the test of nodes behind balancers.");
    say::line("CONFAB_FUZZ_SECONDS says how long each fuzz target runs: 10 by itself, 60 in CI, 0 leaves them out.");
}

fn chosen(names: &[String]) -> Result<Vec<&'static Step>, Failure> {
    if names.is_empty() {
        return Ok(STEPS.iter().collect());
    }
    let find = |name: &String| {
        STEPS.iter().find(|step| step.name == name).ok_or_else(|| {
            let all: Vec<&str> = STEPS.iter().map(|step| step.name).collect();
            Failure::UnknownStep(name.clone(), all.join(", "))
        })
    };
    names.iter().map(find).collect()
}

fn skipped(step: &Step) -> bool {
    step.name == "browser" && browser::is_left_out()
}

/// A step that counts nothing: it is content or it is not.
fn plain(run: Run) -> Result<Outcome, Failure> {
    Ok(Outcome { counts: Counts::default(), verdict: run.go() })
}

fn fmt(workspace: &Workspace, _: &[String]) -> Result<Outcome, Failure> {
    plain(Run::cargo(&workspace.root).args(["fmt", "--all", "--check"]))
}

fn tidiness(workspace: &Workspace, _: &[String]) -> Result<Outcome, Failure> {
    Ok(Outcome { counts: Counts::default(), verdict: tidy::tidy(workspace) })
}

fn clippy(workspace: &Workspace, _: &[String]) -> Result<Outcome, Failure> {
    plain(Run::cargo(&workspace.root).args([
        "clippy",
        "--locked",
        "--workspace",
        "--all-targets",
        "--",
        "-D",
        "warnings",
    ]))
}

/// Builds the programs out of what the unit tests are made of. Tests want more features of some dependencies, so cargo
/// compiles half of them a second time for programs alone; that examples are asked for, of which there are none, makes it
/// settle on the same features.
fn programs(workspace: &Workspace) -> Run {
    Run::cargo(&workspace.root).args(["build", "--locked", "--workspace", "--bins", "--examples"])
}

/// The load generator against the debug build, for half a minute. It looks for what is lost and takes no times.
fn short_load(workspace: &Workspace, _: &[String]) -> Result<Outcome, Failure> {
    programs(workspace).go()?;
    plain(bench::measuring(workspace, "debug", &["--quick".to_owned()])?)
}

/// The web app by itself: with the whole workspace the server's dependencies would be built for the browser too.
fn clippy_wasm(workspace: &Workspace, _: &[String]) -> Result<Outcome, Failure> {
    tools::wasm_target()?;
    let lint = |what: [&str; 2]| {
        Run::cargo(&workspace.root)
            .args(["clippy", "--locked", "--package", "frontend", "--target", tools::WASM_TARGET, "--features"])
            .args(what)
            .args(["--", "-D", "warnings"])
    };
    lint(["csr", "--all-targets"]).go()?;
    plain(lint(["hydrate", "--lib"]))
}

/// Everything that cargo knows as a test, by nextest, or by cargo itself where nextest cannot be had.
fn unit(workspace: &Workspace, extra: &[String]) -> Result<Outcome, Failure> {
    let path = match tools::nextest() {
        Ok(path) => path,
        Err(cause) => {
            say::note(&format!("{cause}; going on with `cargo test`"));
            return cargo_test(workspace, &["--no-fail-fast", "--all-targets"], extra);
        }
    };
    // Where `nextest.toml` says.
    let report = workspace.root.join("target/nextest/confab/junit.xml");
    let _ = fs::remove_file(&report);
    let mut run = Run::cargo(&workspace.root)
        .args(["nextest", "run", "--locked", "--workspace", "--no-fail-fast"])
        .args(["--config-file", "xtask/nextest.toml", "--profile", "confab"])
        .args(extra)
        .with_path(&path);
    for (name, value) in [database::make_sure(), nats::make_sure(), balancers::make_sure()].into_iter().flatten() {
        run = run.env(name, value);
    }
    let verdict = run.go();
    Ok(Outcome { counts: counts::of_report(&report), verdict })
}

fn doc(workspace: &Workspace, extra: &[String]) -> Result<Outcome, Failure> {
    cargo_test(workspace, &["--doc"], extra)
}

fn cargo_test(workspace: &Workspace, which: &[&str], extra: &[String]) -> Result<Outcome, Failure> {
    let run = Run::cargo(&workspace.root).args(["test", "--locked", "--workspace"]).args(which).args(extra);
    let (said, verdict) = run.go_and_read()?;
    Ok(Outcome { counts: counts::of_cargo_test(&said), verdict })
}

fn supplies(workspace: &Workspace, _: &[String]) -> Result<Outcome, Failure> {
    Ok(Outcome { counts: Counts::default(), verdict: supply::supply(workspace) })
}

fn deployment(workspace: &Workspace, _: &[String]) -> Result<Outcome, Failure> {
    Ok(Outcome { counts: Counts::default(), verdict: deploy::deploy(workspace) })
}

fn fuzzing(workspace: &Workspace, _: &[String]) -> Result<Outcome, Failure> {
    Ok(Outcome { counts: Counts::default(), verdict: fuzz::fuzz(workspace) })
}

/// The journeys need the bundle and a server with it; else it is the server of the unit tests.
fn journeys(workspace: &Workspace, extra: &[String]) -> Result<Outcome, Failure> {
    if browser::is_left_out() {
        say::note("left out, as CONFAB_SKIP_BROWSER says");
        return Ok(Outcome { counts: Counts::default(), verdict: Ok(()) });
    }
    let browser = browser::Browser::find(workspace)?;
    bundle::bundle(workspace)?;
    programs(workspace).go()?;
    let report = workspace.target.join("playwright").join("junit.xml");
    let _ = fs::remove_file(&report);
    let verdict = browser.run(workspace, &report, extra);
    for journey in counts::flaky_of_report(&report) {
        say::note(&format!("FLAKY: {journey}\n  It failed and passed when it was tried again: it wants mending."));
    }
    Ok(Outcome { counts: counts::of_report(&report), verdict })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_chosen_by_name_and_all_of_them_without() {
        assert_eq!(chosen(&[]).unwrap_or_default().len(), STEPS.len());
        let two = chosen(&["tidy".to_owned(), "fmt".to_owned()]).unwrap();
        assert_eq!(two.iter().map(|step| step.name).collect::<Vec<_>>(), ["tidy", "fmt"]);
    }

    #[test]
    fn it_is_told_how_long_each_step_took_and_all_of_them() {
        let times = [("fmt", Duration::from_millis(1_200)), ("unit", Duration::from_secs(125))];
        let lines = "\n    fmt                1.2 s\n    unit          2 min 05 s\n    all           2 min 06 s";
        assert_eq!(told(&times), format!("\n==> how long it took{lines}"));
    }

    #[test]
    fn an_unknown_step_is_answered_with_the_steps_there_are() {
        let failure = chosen(&["tests".to_owned()]).err().unwrap();
        let words = failure.to_string();
        assert!(words.contains("`tests`") && words.contains("fmt, tidy, clippy"), "{words}");
    }
}
