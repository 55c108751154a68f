//! `confab reports`: what the administrators were told of people and messages.

use super::CommandError;
use crate::app;
use crate::config::Settings;
use crate::store::{FiledReport, Report};

/// Prints every report, oldest first.
pub async fn run(settings: &Settings) -> Result<(), CommandError> {
    let store = app::open_store(settings).await?;
    let reports = store.reports().await;
    store.close().await;
    let text: String = reports?.iter().map(|FiledReport { report, .. }| text(report)).collect();
    super::print(if text.is_empty() { "no reports\n" } else { &text })
}

/// A line for the report, and an indented one for each message attached; control characters cannot fake another.
fn text(report: &Report) -> String {
    let Report { time, reporter, reported, note, messages, resolved } = report;
    let resolved = resolved.as_ref().map(|resolved| format!(" (dealt with by {})", resolved.by)).unwrap_or_default();
    let mut text = format!("{time}\t{reporter} reports {reported}: {}{resolved}\n", plain(note));
    for message in messages {
        text.push_str(&format!("\t{}\t{}: {}\n", message.time, message.sender, plain(&message.body)));
    }
    text
}

/// A text that stays on its line.
pub(super) fn plain(text: &str) -> String {
    text.chars().map(|sign| if sign.is_control() { ' ' } else { sign }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Timestamp;

    #[test]
    fn a_report_is_a_line_whatever_its_note_holds() {
        let [reporter, reported] = ["ann", "ben"].map(|name| name.parse().unwrap());
        let report = Report {
            time: Timestamp(0),
            reporter,
            reported,
            note: "rude\n\u{1b}[1m".to_owned(),
            messages: Vec::new(),
            resolved: None,
        };
        assert_eq!(text(&report), "1970-01-01T00:00:00.000Z\tann reports ben: rude  [1m\n");
    }
}
