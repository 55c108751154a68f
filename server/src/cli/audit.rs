//! `confab audit`: who did what to whom, when and from where.

use clap::Args;
use serde_json::json;

use super::CommandError;
use super::reports::plain;
use crate::app;
use crate::config::{Interval, Settings};
use crate::hub::Sources;
use crate::store::{Deed, Timestamp};

/// What is to be shown.
#[derive(Debug, Args)]
pub struct Asked {
    /// Only what was done since then: a time such as 2026-11-21T09:30:00Z, or a length of time such as 24h
    #[arg(long, value_name = "TIME", value_parser = since)]
    since: Option<Since>,
    /// As JSON Lines
    #[arg(long)]
    json: bool,
}

/// From when on.
#[derive(Clone, Copy, Debug)]
enum Since {
    At(Timestamp),
    Ago(Interval),
}

fn since(text: &str) -> Result<Since, String> {
    if let Some(time) = Timestamp::parse(text) {
        return Ok(Since::At(time));
    }
    text.parse().map(Since::Ago).map_err(|_| "is a time such as 2026-11-21T09:30:00Z, or such as 24h".to_owned())
}

/// Prints all that is kept of it.
pub async fn run(settings: &Settings, asked: &Asked) -> Result<(), CommandError> {
    let now = (Sources::default().now)();
    let from = match asked.since {
        None => Timestamp(i64::MIN),
        Some(Since::At(time)) => time,
        Some(Since::Ago(interval)) => {
            Timestamp(now.0.saturating_sub(i64::try_from(interval.0.as_millis()).unwrap_or(i64::MAX)))
        }
    };
    let store = app::open_store(settings).await?;
    let deeds = store.deeds(from, u32::MAX).await;
    store.close().await;
    let shown = if asked.json { as_json } else { line };
    let text: String = deeds?.iter().rev().map(shown).collect();
    super::print(if text.is_empty() && !asked.json { "nothing was noted\n" } else { &text })
}

/// `time by act whom in #room from address: note`, with tabs between.
fn line(deed: &Deed) -> String {
    let by = deed.by.as_ref().map_or("the operator", |by| by.as_str());
    let mut line = format!("{}\t{by}\t{}\t{}", deed.time, deed.act.name(), deed.whom.as_deref().unwrap_or("-"));
    line.push_str(&format!(
        "\t{}",
        deed.room.as_deref().map(|room| format!("#{room}")).unwrap_or_else(|| "-".to_owned())
    ));
    line.push_str(&format!("\t{}", deed.address.map_or_else(|| "-".to_owned(), |address| address.to_string())));
    if let Some(note) = &deed.note {
        line.push_str(&format!("\t{}", plain(note)));
    }
    line.push('\n');
    line
}

fn as_json(deed: &Deed) -> String {
    let Deed { time, act, by, whom, room, address, note } = deed;
    let deed = json!({ "time": time.rfc3339(), "act": act.name(), "by": by, "whom": whom, "room": room,
                       "address": address, "note": note });
    format!("{deed}\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::DeedKind;

    #[test]
    fn what_was_done_is_a_line_whatever_its_note_holds() {
        let deed = Deed::by_operator(Timestamp(0), DeedKind::ServerBanned).to("bob").noting("spam\nand more");
        assert_eq!(line(&deed), "1970-01-01T00:00:00.000Z\tthe operator\tserver_banned\tbob\t-\t-\tspam and more\n");
        assert_eq!(
            as_json(&deed),
            r#"{"act":"server_banned","address":null,"by":null,"note":"spam\nand more","room":null,"time":"1970-01-01T00:00:00.000Z","whom":"bob"}"#
                .to_owned()
                + "\n"
        );
    }

    #[test]
    fn since_is_a_time_or_a_length_of_time() {
        assert!(matches!(since("1970-01-01T00:00:01Z"), Ok(Since::At(Timestamp(1_000)))));
        assert!(matches!(since("24h"), Ok(Since::Ago(_))));
        assert!(since("yesterday").is_err());
    }
}
