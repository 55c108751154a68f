//! How a transcript is written, and how a page is read. A transcript is a fenced block with the info string
//! `transcript`, one step a line:
//!
//! | line | meaning |
//! |---|---|
//! | `@alice ws /ws/alice` | opens a WebSocket, called alice; headers may follow as `` \| Name: value`` |
//! | `@alice ws tmp:/` | the same on TMP's own port |
//! | `@alice tcp line` | opens a TCP connection to the line listener |
//! | `@alice close` | closes it |
//! | `alice> TEXT` | alice sends a frame (TCP: the text and a newline) |
//! | `alice>- TEXT` | alice sends the text without a newline |
//! | `alice>b ff 00` | alice sends these bytes: a binary frame (TCP: as they are) |
//! | `alice< TEXT` | the next that alice receives is this frame (TCP: this line) |
//! | `alice<- TEXT` | the same for text that comes without a newline, such as a prompt |
//! | `alice<x 4400` | the server closes alice's connection, with that code (TCP: `alice<x`) |
//! | `$ POST /path {json}` | an HTTP request; headers may follow as above |
//! | `= 200 {json}` | its answer; right after an `@` step: the upgrade was refused like this |
//! | `! account carol "correct horse"` | makes an account |
//! | `! stop`, `! start` | the operator asks the server to stop; starts it again on the same data and ports |
//! | `# …` | a comment |
//!
//! In what is received, `{time}` stands for an RFC 3339 time with milliseconds, `{date}` for
//! `YYYY-MM-DD HH:MM:SS`, `{id}` for a UUID, `{number}` for a number and `{…}` for anything. `{time:noon}` also
//! remembers what stood there, for `{noon}` in later lines. In what is sent, `{x×70000}` is 70,000 times x. Frames
//! that are JSON are compared as JSON, whatever the order of their keys.
//!
//! Every block has a fresh server, unless it is `transcript continued`. `flags="--guests deny"` gives the server
//! flags. At a block's end nobody may have received more than it says, unless it is `transcript partial`.

use std::fmt;

/// What happens on one server.
#[derive(Debug, Default, PartialEq)]
pub struct Scene {
    /// The server's flags.
    pub flags: Vec<String>,
    /// Frames may be left over at the end.
    pub partial: bool,
    /// In order.
    pub steps: Vec<Step>,
}

/// A line of a transcript.
#[derive(Debug, PartialEq)]
pub struct Step {
    /// Where it stands on its page, from 1.
    pub line: usize,
    /// The line itself.
    pub text: String,
    /// What it means.
    pub act: Act,
}

/// What a step does.
#[derive(Debug, PartialEq)]
pub enum Act {
    /// Opens a connection.
    Open { who: String, to: Target, headers: Vec<(String, String)> },
    /// Closes it.
    Close { who: String },
    /// Sends.
    Send { who: String, text: String, ending: Ending },
    /// Expects a frame.
    Receive { who: String, text: String, ending: Ending },
    /// Expects the connection's end.
    Closed { who: String, code: Option<u16> },
    /// Makes an HTTP request.
    Request { method: String, path: String, headers: Vec<(String, String)>, body: Option<String> },
    /// Expects its answer.
    Answer { status: u16, body: String },
    /// Makes an account.
    Account { name: String, password: String },
    /// Asks the server to stop.
    Stop,
    /// Waits for its end and starts it again.
    Start,
}

/// Where a connection goes.
#[derive(Clone, Debug, PartialEq)]
pub enum Target {
    /// A path of the HTTP listener.
    Ws(String),
    /// A path of TMP's own listener.
    Tmp(String),
    /// The line listener.
    Line,
}

/// How a text stands on a TCP connection.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Ending {
    /// With a newline behind it.
    Newline,
    /// Without.
    None,
    /// It is bytes, in hexadecimal.
    Bytes,
}

/// A line that is no step.
#[derive(Debug, PartialEq)]
pub struct Unreadable {
    /// Where, from 1.
    pub line: usize,
    /// What is wrong.
    pub why: String,
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.why)
    }
}

/// The transcripts of a page.
pub fn scenes(page: &str) -> Result<Vec<Scene>, Unreadable> {
    let mut scenes: Vec<Scene> = Vec::new();
    let mut inside = false;
    for (index, text) in page.lines().enumerate() {
        let at = |why: String| Unreadable { line: index + 1, why };
        if let Some(info) = text.strip_prefix("```") {
            inside = !inside && (info == "transcript" || info.starts_with("transcript "));
            if inside {
                begin(info.trim_start_matches("transcript"), &mut scenes).map_err(at)?;
            }
        } else if inside && !text.is_empty() && !text.starts_with('#') {
            let act = act(text).map_err(at)?;
            let step = Step { line: index + 1, text: text.to_owned(), act };
            scenes.last_mut().ok_or_else(|| at("a step outside of a block".to_owned()))?.steps.push(step);
        }
    }
    Ok(scenes)
}

fn begin(info: &str, scenes: &mut Vec<Scene>) -> Result<(), String> {
    let mut scene = Scene::default();
    let mut continued = false;
    let mut rest = info.trim();
    while !rest.is_empty() {
        if let Some(flags) = rest.strip_prefix("flags=\"") {
            let (flags, after) = flags.split_once('"').ok_or("flags=\"…\" has no end")?;
            scene.flags = flags.split_whitespace().map(str::to_owned).collect();
            rest = after.trim_start();
            continue;
        }
        let (word, after) = rest.split_once(' ').unwrap_or((rest, ""));
        match word {
            "continued" => continued = true,
            "partial" => scene.partial = true,
            other => return Err(format!("a transcript is not {other:?}")),
        }
        rest = after.trim_start();
    }
    match (continued, scenes.last_mut()) {
        (true, Some(before)) => before.partial |= scene.partial,
        (true, None) => return Err("there is no block to continue".to_owned()),
        (false, _) => scenes.push(scene),
    }
    Ok(())
}

fn act(text: &str) -> Result<Act, String> {
    if let Some(rest) = text.strip_prefix('@') {
        return connection(rest);
    }
    if let Some(rest) = text.strip_prefix("$ ") {
        return request(rest);
    }
    if let Some(rest) = text.strip_prefix("= ") {
        let (status, body) = rest.split_once(' ').unwrap_or((rest, ""));
        let status = status.parse().map_err(|_| format!("{status:?} is no status"))?;
        return Ok(Act::Answer { status, body: body.to_owned() });
    }
    if let Some(rest) = text.strip_prefix("! ") {
        return operator(rest);
    }
    let end = text.find(|c: char| !c.is_alphanumeric()).unwrap_or(text.len());
    let (who, rest) = text.split_at(end);
    let who = who.to_owned();
    if who.is_empty() {
        return Err(format!("no step of a transcript: {text:?}"));
    }
    if let Some(rest) = rest.strip_prefix("<x") {
        let code = Some(rest.trim()).filter(|code| !code.is_empty());
        let code = code.map(str::parse).transpose().map_err(|_| format!("{rest:?} is no close code"))?;
        return Ok(Act::Closed { who, code });
    }
    let sends = rest.starts_with('>');
    let rest = rest.strip_prefix(['>', '<']).ok_or_else(|| format!("no step of a transcript: {text:?}"))?;
    let (ending, text) = match rest.strip_prefix('-') {
        Some(rest) => (Ending::None, rest),
        None if sends && rest.starts_with("b ") => (Ending::Bytes, &rest[1..]),
        None => (Ending::Newline, rest),
    };
    let text = match text.strip_prefix(' ') {
        Some(text) => text.to_owned(),
        None if text.is_empty() => String::new(),
        None => return Err(format!("a space is missing before {text:?}")),
    };
    Ok(if sends { Act::Send { who, text, ending } } else { Act::Receive { who, text, ending } })
}

fn connection(text: &str) -> Result<Act, String> {
    let (text, headers) = headers(text);
    let mut words = text.splitn(3, ' ');
    let who = words.next().unwrap_or_default().to_owned();
    let to = match (words.next(), words.next()) {
        (Some("close"), None) => return Ok(Act::Close { who }),
        (Some("tcp"), Some("line")) => Target::Line,
        (Some("ws"), Some(path)) => match path.strip_prefix("tmp:") {
            Some(path) => Target::Tmp(path.to_owned()),
            None => Target::Ws(path.to_owned()),
        },
        _ => return Err("a connection is `@name ws /path`, `@name ws tmp:/`, `@name tcp line` or `@name close`".into()),
    };
    Ok(Act::Open { who, to, headers })
}

fn request(text: &str) -> Result<Act, String> {
    let (text, headers) = headers(text);
    let mut words = text.splitn(3, ' ');
    let (Some(method), Some(path)) = (words.next(), words.next()) else {
        return Err("a request is `$ METHOD /path` with a body or without".to_owned());
    };
    let body = words.next().map(str::to_owned);
    Ok(Act::Request { method: method.to_owned(), path: path.to_owned(), headers, body })
}

/// Takes ` | Name: value` off the end, as often as it is there. What ends like JSON is a body, bars and all.
fn headers(mut text: &str) -> (&str, Vec<(String, String)>) {
    let mut headers = Vec::new();
    while !text.ends_with(['}', ']'])
        && let Some((before, last)) = text.rsplit_once(" | ")
    {
        let Some((name, value)) = last.split_once(": ") else { break };
        if !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') {
            break;
        }
        headers.insert(0, (name.to_owned(), value.to_owned()));
        text = before;
    }
    (text, headers)
}

fn operator(text: &str) -> Result<Act, String> {
    let account = text.strip_prefix("account ").and_then(|rest| rest.split_once(' '));
    match (text, account) {
        (_, Some((name, password))) => {
            let password = password.trim().trim_matches('"').to_owned();
            Ok(Act::Account { name: name.to_owned(), password })
        }
        ("stop", _) => Ok(Act::Stop),
        ("start", _) => Ok(Act::Start),
        _ => Err("an operator can `! account name \"password\"`, `! stop` and `! start`".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn acts(lines: &str) -> Vec<Act> {
        let scenes = scenes(&format!("```transcript\n{lines}\n```\n")).expect("a transcript");
        scenes.into_iter().flat_map(|scene| scene.steps).map(|step| step.act).collect()
    }

    #[test]
    fn texts_stand_as_they_are() {
        let send = |text: &str, ending| Act::Send { who: "alice".into(), text: text.into(), ending };
        assert_eq!(acts("alice>  two spaces "), [send(" two spaces ", Ending::Newline)]);
        assert_eq!(acts("alice>- no newline"), [send("no newline", Ending::None)]);
        assert_eq!(acts("alice>b ff 00"), [send("ff 00", Ending::Bytes)]);
        assert_eq!(acts("alice>"), [send("", Ending::Newline)]);
    }

    #[test]
    fn a_request_may_have_headers_and_a_body_with_bars_in_it() {
        let path = "/messages/".to_owned();
        let headers = vec![("Authorization".to_owned(), "Basic Y2Fyb2w6".to_owned())];
        let body = Some(r#"{"message":"a | b: c"}"#.to_owned());
        assert_eq!(
            acts(r#"$ POST /messages/ {"message":"a | b: c"} | Authorization: Basic Y2Fyb2w6"#),
            [Act::Request { method: "POST".into(), path, headers, body }]
        );
    }

    #[test]
    fn blocks_make_scenes_unless_they_continue() {
        let page = "```transcript flags=\"--guests deny\" partial\n# only words\n@a close\n```\nprose\n```json\n@b\n```\n\
                    ```transcript continued\n@c close\n```\n```transcript\n@d close\n```\n";
        let scenes = scenes(page).expect("a page");
        assert_eq!(scenes.iter().map(|scene| scene.steps.len()).collect::<Vec<_>>(), [2, 1]);
        assert_eq!((scenes[0].flags.join(" ").as_str(), scenes[0].partial), ("--guests deny", true));
        assert_eq!(scenes[0].steps[1].line, 10);
    }

    #[test]
    fn what_is_no_step_is_said_with_its_line() {
        for line in ["alice", "alice>x", "@alice", "! dance", "= soon", "$ GET", "alice<x soon"] {
            let error = scenes(&format!("\n```transcript\n{line}\n```\n")).expect_err(line);
            assert_eq!(error.line, 3, "{line}");
        }
        assert_eq!(scenes("```transcript sometimes\n```\n").expect_err("no such kind").line, 1);
    }
}
