//! What the server's own sentences are in German.

use shared::{ErrorCode, InvalidRoomName, InvalidUsername};

use super::server::Translation;

/// All of it.
pub(super) const TRANSLATION: Translation = Translation { refused, wrong_username, wrong_room_name };

fn refused(code: ErrorCode, said: &str) -> Option<&'static str> {
    Some(match code {
        ErrorCode::BadField => return wrong_field(said),
        // Until when and why only the server's sentence says.
        ErrorCode::Banned | ErrorCode::Silenced => return None,
        ErrorCode::BadFrame | ErrorCode::UnknownType => return None,
        ErrorCode::TooLarge => "Das ist zu lang.",
        ErrorCode::NotIdentified => "Du bist nicht mehr angemeldet.",
        ErrorCode::AlreadyIdentified => "Du bist schon angemeldet.",
        ErrorCode::NameTaken => "Diesen Namen benutzt gerade jemand anderes.",
        ErrorCode::CredentialsNeeded => "Dieser Name ist ein Konto: Gib sein Passwort ein.",
        ErrorCode::WrongCredentials => "Das Passwort stimmt nicht, oder die Sitzung gilt nicht mehr.",
        ErrorCode::GuestsNotAllowed => "Dieser Server lässt nur Konten herein.",
        ErrorCode::NotAllowed => "Das geht nur mit einem Konto, oder nur mit seinem Passwort.",
        ErrorCode::NotFound => "Das gibt es nicht mehr.",
        ErrorCode::NoSuchRoom => "Diese Unterhaltung gibt es nicht, oder sie ist nicht öffentlich.",
        ErrorCode::NoSuchMessage => "Diese Nachricht gibt es nicht.",
        ErrorCode::NotYours => "Das kann nur, wer es gesagt hat.",
        ErrorCode::TooManyPartners => "Du wechselst zu schnell. Warte einen Moment.",
        ErrorCode::NoSuchUser => "Diese Person gibt es hier nicht.",
        ErrorCode::RoomExists => "Einen Raum oder eine Gruppe dieses Namens gibt es schon.",
        ErrorCode::NotAMember => "Das können nur Mitglieder.",
        ErrorCode::NotTheOwner => "Das kann nur, wem der Raum gehört.",
        ErrorCode::NotAModerator => "Das können nur die Moderation und wem der Raum gehört.",
        ErrorCode::NotAnAdmin => "Das kann nur die Verwaltung des Servers.",
        ErrorCode::Outranked => "Diese Person steht hier mindestens so hoch wie du.",
        ErrorCode::NotInThisKind => "In dieser Art von Unterhaltung gibt es das nicht.",
        ErrorCode::NotPaired => "Dein Gegenüber ist nicht mehr da.",
        ErrorCode::TooFast => "Das ging zu schnell. Warte einen Moment.",
        ErrorCode::TooManyAttempts => "Zu viele Versuche. Warte eine Minute.",
        ErrorCode::Full => "Der Server ist voll. Versuche es später noch einmal.",
        ErrorCode::Unavailable => "Das geht gerade nicht. Versuche es gleich noch einmal.",
        ErrorCode::ShuttingDown => "Der Server startet neu. Gleich geht es weiter.",
    })
}

/// What is wrong with a field. Only the server's sentence says so; one that is not known here stays as it is.
fn wrong_field(said: &str) -> Option<&'static str> {
    let known = WRONG_FIELDS.iter().find(|(english, _)| said.contains(english));
    known.map(|(_, german)| *german)
}

/// What the server says of fields that somebody fills in, and the same in German.
const WRONG_FIELDS: [(&str, &str); 17] = [
    ("needs at least 8 characters", "Ein Passwort hat mindestens 8 Zeichen."),
    ("has at most 256 bytes", "Ein Passwort hat höchstens 256 Bytes."),
    ("needs a word to look for", "Gib mindestens ein Wort ein."),
    ("are at most 10", "Das sind zu viele Wörter. Höchstens 10 gehen."),
    ("has at most 500 bytes", "Ein Thema hat höchstens 500 Bytes und keinen Zeilenumbruch."),
    ("is 1 to 64 characters", "Ein Name hat 1 bis 64 Zeichen."),
    ("is 1 to 100 characters", "Gib einen Namen ein. Er hat höchstens 100 Zeichen."),
    ("is one too many: revoke", "Du hast schon so viele Tokens, wie gehen. Widerrufe erst eines."),
    ("is one too many: this room", "Dieser Raum hat schon 20 Webhooks, mehr gehen nicht."),
    ("is one more than the 20", "Unter einer Nachricht haben 20 verschiedene Emoji Platz."),
    ("names no message", "Diese Nachricht gibt es hier nicht."),
    ("has at most 1000 bytes", "Das ist zu lang. Höchstens 1000 Bytes gehen."),
    ("character U+0000", "Darin ist ein Zeichen, das nicht geht."),
    ("has at most 2048 bytes", "Die Adresse ist zu lang."),
    (
        "the address ",
        "An diese Adresse kann nichts gesendet werden. Sie beginnt mit http:// oder https://, und was sie nennt, ist öffentlich erreichbar.",
    ),
    ("of a kind that is not taken", "Dateien dieser Art werden hier nicht angenommen, leere auch nicht."),
    ("did not come whole", "Die Datei kam nicht ganz an."),
];

fn wrong_username(wrong: InvalidUsername) -> Option<String> {
    Some(match wrong {
        InvalidUsername::Empty => "Gib einen Benutzernamen ein.".to_owned(),
        InvalidUsername::TooLong => format!("Ein Benutzername hat höchstens {} Zeichen.", shared::Username::MAX_CHARS),
        InvalidUsername::Invisible => {
            "Ein Benutzername hat keine Leerzeichen und keine unsichtbaren Zeichen.".to_owned()
        }
        InvalidUsername::Reserved(c) => format!("Das Zeichen {c} kann nicht in einem Benutzernamen stehen."),
        InvalidUsername::Server => "Diesen Namen hat der Server selbst.".to_owned(),
    })
}

fn wrong_room_name(wrong: InvalidRoomName) -> Option<String> {
    Some(match wrong {
        InvalidRoomName::Empty => "Gib einen Namen ein.".to_owned(),
        InvalidRoomName::TooLong => format!("Ein Name hat höchstens {} Zeichen.", shared::RoomName::MAX_CHARS),
        InvalidRoomName::Invisible => {
            "Ein Name hat keine unsichtbaren Zeichen und keine Leerzeichen am Anfang oder Ende.".to_owned()
        }
        InvalidRoomName::Reserved(c) => format!("Das Zeichen {c} kann nicht in einem Namen stehen."),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_field_is_told_in_german_and_an_unknown_sentence_stays() {
        let said = |sentence| refused(ErrorCode::BadField, sentence);
        assert_eq!(said("new needs at least 8 characters"), Some("Ein Passwort hat mindestens 8 Zeichen."));
        assert_eq!(said("something else"), None);
    }
}
