//! How many tests ran, in the words of the runners themselves.
//!
//! nextest and Playwright both write a JUnit report, whose root element carries the sums; `cargo test` prints a
//! `test result:` line per program.

use std::{fmt, fs, ops::AddAssign, path::Path};

/// Tests that ran, and what became of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) passed: usize,
    pub(super) failed: usize,
}

impl Counts {
    /// How many tests ran at all.
    pub(super) fn ran(self) -> usize {
        self.passed + self.failed
    }
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)
    }
}

/// Reads a JUnit report. One that is not there counts nothing: the runner did not come that far.
pub(super) fn of_report(report: &Path) -> Counts {
    fs::read_to_string(report).ok().and_then(|text| of_junit(&text)).unwrap_or_default()
}

/// The tests of a JUnit report that failed first and passed when they were tried again. They count as passed.
pub(super) fn flaky_of_report(report: &Path) -> Vec<String> {
    fs::read_to_string(report).map(|text| flaky_of_junit(&text)).unwrap_or_default()
}

fn flaky_of_junit(text: &str) -> Vec<String> {
    let cases = text.split("<testcase ").skip(1);
    let flaky = cases.filter(|case| case.split("</testcase>").next().is_some_and(|case| case.contains("<flaky")));
    flaky.filter_map(|case| Some(format!("{}: {}", attribute(case, "classname")?, attribute(case, "name")?))).collect()
}

/// An attribute of the element that `text` is the inside of.
fn attribute(text: &str, name: &str) -> Option<String> {
    let inside = format!(" {}", text.split_once('>')?.0);
    let value = inside.split_once(&format!(" {name}=\""))?.1.split_once('"')?.0;
    Some(value.replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"))
}

/// The sums of a JUnit report's `<testsuites>`: what neither failed nor was skipped has passed.
fn of_junit(text: &str) -> Option<Counts> {
    let root = text.split_once("<testsuites")?.1.split_once('>')?.0;
    let number = |name: &str| attribute(&format!("{root}>"), name)?.parse::<usize>().ok();
    let failed = number("failures").unwrap_or(0) + number("errors").unwrap_or(0);
    let passed = number("tests")?.saturating_sub(failed + number("skipped").unwrap_or(0));
    Some(Counts { passed, failed })
}

/// The sum over all `test result: … 3 passed; 0 failed; …` lines.
pub(super) fn of_cargo_test(said: &str) -> Counts {
    let mut sum = Counts::default();
    for line in said.lines().filter_map(|line| line.trim_start().strip_prefix("test result: ")) {
        let number = |word: &str| -> usize {
            let before = line.split_once(word).map_or("", |(before, _)| before);
            before.split_whitespace().last().and_then(|number| number.parse().ok()).unwrap_or(0)
        };
        sum += Counts { passed: number(" passed;"), failed: number(" failed;") };
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nextests_report_is_read() {
        let text = r#"<?xml version="1.0" encoding="UTF-8"?>
            <testsuites name="nextest-run" tests="12" failures="1" errors="1" uuid="…" time="0.2">
                <testsuite name="shared" tests="3" disabled="0" errors="0" failures="0">"#;
        assert_eq!(of_junit(text), Some(Counts { passed: 10, failed: 2 }));
    }

    #[test]
    fn playwrights_report_is_read_and_skipped_tests_did_not_pass() {
        let text = r#"<testsuites id="" name="" tests="9" failures="0" skipped="2" errors="0" time="3.5">"#;
        assert_eq!(of_junit(text), Some(Counts { passed: 7, failed: 0 }));
    }

    #[test]
    fn what_passed_when_it_was_tried_again_is_counted_as_passed_and_named() {
        let text = r#"<testsuites id="" name="" tests="3" failures="1" skipped="0" errors="0" time="9.1">
            <testsuite name="rooms.spec.ts" tests="3" failures="1" skipped="0" errors="0">
            <testcase name="a room is &quot;made&quot;" classname="rooms.spec.ts" time="2.1"></testcase>
            <testcase name="who &lt;writes&gt; is seen &amp; heard" classname="rooms.spec.ts" time="3.5">
            <flakyFailure message="x" type="expect.toBeVisible"><![CDATA[…]]></flakyFailure></testcase>
            <testcase name="a room is left" classname="rooms.spec.ts" time="3.5">
            <failure message="x" type="FAILURE">…</failure><rerunFailure message="x"></rerunFailure></testcase>"#;
        assert_eq!(of_junit(text), Some(Counts { passed: 2, failed: 1 }));
        assert_eq!(flaky_of_junit(text), ["rooms.spec.ts: who <writes> is seen & heard"]);
    }

    #[test]
    fn no_report_counts_nothing() {
        assert_eq!(of_report(Path::new("no/such/report.xml")).ran(), 0);
        assert_eq!(of_junit("<html>"), None);
    }

    #[test]
    fn the_lines_of_cargo_test_are_added_up() {
        let said = "running 2 tests\n\ntest result: ok. 2 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out\n\
                    test result: FAILED. 3 passed; 4 failed; 0 ignored; 0 measured; 0 filtered out\n";
        assert_eq!(of_cargo_test(said), Counts { passed: 5, failed: 4 });
    }

    #[test]
    fn the_closing_line_is_plain() {
        assert_eq!(Counts { passed: 7, failed: 0 }.to_string(), "7 passed, 0 failed");
    }
}
