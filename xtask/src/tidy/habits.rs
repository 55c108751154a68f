//! What nobody writes here, wherever it would be.

use super::{
    Check, Finding, Look,
    source::{Source, has_word},
};

pub(super) const CHECKS: &[Check] = &[
    Check { rule: "no raw HTML goes into a page", look: Look::Each(raw_html) },
    Check { rule: "a test runs, or is not there", look: Look::Each(ignored) },
    Check { rule: "what is left to do is an issue, not a comment", look: Look::Each(left_to_do) },
    Check { rule: "no test sleeps", look: Look::Each(sleeping) },
    Check { rule: "no file knows one machine's folders", look: Look::Each(machine_paths) },
    Check { rule: "a lockfile names no download address", look: Look::Each(addresses) },
];

fn raw_html(source: &Source) -> Vec<Finding> {
    let advice = "raw HTML: build views, so that nobody's message can become markup";
    let words = ["inner_html", "innerHTML", "dangerously_set_inner_html"];
    if source.is_rust() { find(source, &source.code, &words, advice) } else { Vec::new() }
}

fn ignored(source: &Source) -> Vec<Finding> {
    let advice = "a test that never runs: make it run, or take it out";
    if source.is_rust() {
        find(source, &source.code, &["#[ignore"], advice)
    } else if is_journey(source) {
        find(source, &source.code, &["test.only(", "test.skip(", "test.fixme("], advice)
    } else {
        Vec::new()
    }
}

fn left_to_do(source: &Source) -> Vec<Finding> {
    // Written in two halves, so that this file keeps its own rule.
    let words = [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X")];
    if source.path.ends_with("package-lock.json") {
        return Vec::new();
    }
    find(source, &source.text, &words, "something left to do: do it, or file an issue and say what holds until then")
}

fn sleeping(source: &Source) -> Vec<Finding> {
    let advice = "a test that sleeps: wait for the event itself, or move the clock";
    if is_journey(source) {
        return find(source, &source.code, &["waitForTimeout", "setTimeout("], advice);
    }
    if !source.is_rust() {
        return Vec::new();
    }
    let in_tests = source.path.split('/').any(|part| part == "tests" || part == "tests.rs");
    if in_tests {
        return find(source, &source.code, &["sleep("], advice);
    }
    // Elsewhere only what is under `#[cfg(test)]`: the lines that are in the code and not in what is shipped.
    let pairs = source.code.lines().zip(source.shipped.lines()).enumerate();
    let slept = pairs.filter(|(_, (code, shipped))| has_word(code, "sleep(") && !has_word(shipped, "sleep("));
    slept.map(|(index, _)| Finding::new(&source.path, index + 1, advice)).collect()
}

fn machine_paths(source: &Source) -> Vec<Finding> {
    let starts = |line: &str, folder: &str| {
        line.match_indices(folder).any(|(at, _)| {
            let before = line[..at].chars().next_back();
            !before.is_some_and(|c| c.is_alphanumeric() || "./-_~}$>)".contains(c))
        })
    };
    let folders = ["home", "root", "work"].map(|folder| format!("/{folder}/"));
    let numbered = source.text.lines().enumerate();
    let named = numbered.filter(|(_, line)| folders.iter().any(|folder| starts(line, folder)));
    let advice = "a folder of one machine: say it relative to the checkout, or take it from the environment";
    named.map(|(index, _)| Finding::new(&source.path, index + 1, advice)).collect()
}

fn addresses(source: &Source) -> Vec<Finding> {
    let advice = "a download address: install with `--omit-lockfile-registry-resolved`, so that any mirror will do";
    if source.path.ends_with("package-lock.json") {
        find(source, &source.text, &["\"resolved\": \""], advice)
    } else {
        Vec::new()
    }
}

fn is_journey(source: &Source) -> bool {
    source.path.starts_with("e2e/") && source.path.ends_with(".ts")
}

fn find(source: &Source, text: &str, words: &[&str], advice: &str) -> Vec<Finding> {
    let numbered = text.lines().enumerate();
    let named = numbered.filter(|(_, line)| words.iter().any(|word| has_word(line, word)));
    named.map(|(index, _)| Finding::new(&source.path, index + 1, advice)).collect()
}

#[cfg(test)]
mod tests {
    use super::{super::bench::broken, *};

    #[test]
    fn raw_html_is_found() {
        let text = "//! inner_html is not used.\nview! { <p inner_html=body/> }\n";
        assert_eq!(broken(CHECKS, "HTML", "frontend/src/components/message.rs", text), [2]);
    }

    #[test]
    fn a_test_that_never_runs_is_found() {
        let text = "#[test]\n#[ignore = \"slow\"]\nfn t() {}\n";
        assert_eq!(broken(CHECKS, "a test runs", "server/tests/rooms.rs", text), [2]);
        assert_eq!(broken(CHECKS, "a test runs", "e2e/rooms.spec.ts", "test.only('x', () => {});\n"), [1]);
    }

    #[test]
    fn what_is_left_to_do_is_found_in_any_file() {
        let text = format!("fine\n<!-- {}: more -->\n", concat!("TO", "DO"));
        assert_eq!(broken(CHECKS, "left to do", "docs/native.md", &text), [2]);
    }

    #[test]
    fn a_sleeping_test_is_found_and_a_sleeping_program_is_not() {
        let text = "fn f() { sleep(1); }\n#[cfg(test)]\nmod tests {\n    fn t() { sleep(1); }\n}\n";
        assert_eq!(broken(CHECKS, "sleeps", "server/src/session/mod.rs", text), [4]);
        assert_eq!(broken(CHECKS, "sleeps", "server/tests/support/mod.rs", "fn f() { sleep(1); }\n"), [1]);
        assert_eq!(broken(CHECKS, "sleeps", "e2e/a.spec.ts", "await page.waitForTimeout(100);\n"), [1]);
    }

    #[test]
    fn a_folder_of_one_machine_is_found_and_a_relative_one_is_not() {
        let text = format!("cd {0}home/me\nsee ..{0}home/me\nhref=\"x.org{0}work/1\"\n\"{0}root/x\"\n", '/');
        assert_eq!(broken(CHECKS, "machine", "docs/start.md", &text), [1, 4]);
    }

    #[test]
    fn a_download_address_in_a_lockfile_is_found() {
        let text = "{\n  \"resolved\": \"https://example.org/x.tgz\"\n}\n";
        assert_eq!(broken(CHECKS, "lockfile", "e2e/package-lock.json", text), [2]);
    }
}
