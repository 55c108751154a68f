//! German. Readers are spoken to as `du`, as chats do.

use shared::{ErrorCode, InvalidRoomName, InvalidUsername};

use super::server::Translation;
use super::template::{Count, Template};
use super::texts::{
    Account, Clock, Connection, Front, General, Hooks, People, Places, Rooms, Settings, Stranger, Talk, Theme, Wire,
    Words,
};
use super::{Language, one_or_many};

/// German.
pub(super) static GERMAN: Language = Language {
    tag: "de",
    name: "Deutsch",
    form: one_or_many,
    words: Words {
        general: GENERAL,
        clock: CLOCK,
        front: FRONT,
        connection: CONNECTION,
        places: PLACES,
        rooms: ROOMS,
        people: PEOPLE,
        talk: TALK,
        stranger: STRANGER,
        account: ACCOUNT,
        theme: THEME,
        settings: SETTINGS,
        wire: WIRE,
        hooks: HOOKS,
    },
    server: Translation { refused, wrong_username, wrong_room_name },
};

const GENERAL: General = General {
    back: "Zurück zu den Unterhaltungen",
    close: "Schließen",
    dismiss: "Ausblenden",
    copy: "Kopieren",
    copied: "Kopiert",
    loading: "Wird geladen …",
    one_moment: "Einen Moment …",
    try_again: "Noch einmal versuchen",
    nothing_here: "Hier ist nichts",
    mistyped: "Vielleicht ist die Adresse falsch geschrieben, oder es gibt das Ziel nicht mehr.",
    not_found: "Nicht gefunden",
    to_conversations: "Zu den Unterhaltungen",
};

const CLOCK: Clock = Clock {
    today: "Heute",
    yesterday: "Gestern",
    weekdays: ["Sonntag", "Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag"],
    months: [
        "Januar",
        "Februar",
        "März",
        "April",
        "Mai",
        "Juni",
        "Juli",
        "August",
        "September",
        "Oktober",
        "November",
        "Dezember",
    ],
    date: Template::new("{0}, {1}. {2}"),
    date_with_year: Template::new("{0}, {1}. {2} {3}"),
};

const FRONT: Front = Front {
    title: "Anmelden",
    heading: "Bei Confab anmelden",
    lead: "Ein Chat, mit dem alles sprechen kann.",
    username: "Benutzername",
    password: "Passwort",
    sign_in: "Anmelden",
    start: "Loschatten",
    have_password: "Ich habe ein Passwort",
    no_account_needed: "Du brauchst kein Konto: Such dir einen Namen aus und leg los. Er gehört dir, solange du da bist; mit einem Passwort bleibt er deiner.",
    unreachable: "Confab ist nicht erreichbar",
    unreachable_why: "Der Server antwortet nicht. Prüfe deine Verbindung oder versuche es gleich noch einmal.",
};

const CONNECTION: Connection = Connection {
    lost: "Verbindung unterbrochen.",
    kept_meanwhile: "Was du schreibst, wird aufgehoben und gesendet, sobald sie wieder steht.",
    try_now: "Jetzt versuchen",
    again_in: Template::new("Nächster Versuch in {0} s"),
    trying: "Neuer Versuch …",
    none_now: "Gerade besteht keine Verbindung. Versuche es noch einmal, sobald sie wieder steht.",
    none_for_this: "Gerade besteht keine Verbindung. Gleich geht es wieder.",
    unexpected: "Der Server hat etwas Unerwartetes geantwortet.",
    ended_by_server: "Der Server hat diese Sitzung beendet. Melde dich neu an.",
    session_over: "Deine Sitzung ist abgelaufen. Melde dich neu an.",
};

const PLACES: Places = Places {
    conversations: "Unterhaltungen",
    home: "Confab, alle Unterhaltungen",
    random: "Zufallschat",
    browse: "Räume entdecken",
    other_ways: "Andere Zugänge",
    pick: "Wähle eine Unterhaltung",
    pick_how: "Oder such dir einen Raum oder jemanden, dem du schreiben willst.",
    find_room: "Einen Raum suchen",
};

const ROOMS: Rooms = Rooms {
    rooms: "Räume",
    groups: "Gruppen",
    create_room: "Raum anlegen",
    create_group: "Gruppe anlegen",
    unread: Count::new(&["{0} ungelesen"]),
    members: Count::new(&["{0} Mitglied", "{0} Mitglieder"]),
    members_and_present: Template::new("{0}, {1} gerade hier"),
    filter: "Räume filtern",
    searching: "Räume werden gesucht …",
    none_fits: "Kein Raum passt. Mit dem Plus neben „Räume“ legst du ihn an.",
    number: Count::new(&["{0} Raum", "{0} Räume"]),
    join: "Beitreten",
    join_one: Template::new("{0} beitreten"),
    open: "Öffnen",
    open_one: Template::new("{0} öffnen"),
    name: "Name",
    topic: "Thema",
    topic_hint: "Worum es geht, wenn du magst.",
    who_comes_in: "Wer hineinkommt",
    public: "Öffentlicher Raum",
    private: "Private Gruppe",
    public_means: "Alle können ihn finden, lesen und beitreten.",
    private_means: "Nur die Mitglieder wissen davon. Mitglieder holen neue dazu.",
    create: "Anlegen",
    leave: Template::new("{0} verlassen"),
    delete: Template::new("{0} löschen"),
    really_delete: Template::new("{0} wirklich für alle löschen"),
    was_deleted: Template::new("{0} wurde gelöscht."),
    no_longer_in: Template::new("Du bist nicht mehr in {0}."),
    by_number: Template::new("Raum {0}"),
    not_in: "Du bist nicht in dieser Unterhaltung",
    can_join: "Ist es ein öffentlicher Raum, kannst du beitreten.",
    loading_one: "Die Unterhaltung wird geladen …",
    unnamed: Template::new("Unterhaltung {0}"),
};

const PEOPLE: People = People {
    direct: "Direktnachrichten",
    nobody_yet: "Noch niemand. Schreib irgendwem, ob online oder nicht.",
    write_to_somebody: "Jemandem schreiben",
    write_hint: "Online, offline oder noch nie gesehen: Was du schreibst, wartet auf sie oder ihn.",
    open_direct: "Unterhaltung öffnen",
    opening: "Die Unterhaltung wird geöffnet …",
    online: "online",
    offline: "offline",
    write_to: Template::new("{0} schreiben"),
    members: "Mitglieder",
    members_count: Template::new("Mitglieder, {0}"),
    close_members: "Mitglieder schließen",
    owner: "Inhaber",
    you: "du",
    remove: Template::new("{0} entfernen"),
    add_somebody: "Jemanden hinzufügen",
    add: "Hinzufügen",
};

const TALK: Talk = Talk {
    messages_in: Template::new("Nachrichten in {0}"),
    begins_here: "Hier beginnt die Unterhaltung.",
    loading_older: "Ältere Nachrichten werden geladen …",
    loading: "Nachrichten werden geladen",
    quiet: "ist noch still.",
    say_first: "Sag das erste Wort.",
    jump: "Zum Neuesten springen",
    newest: "Neueste",
    new: Count::new(&["{0} neu"]),
    seen: "Gesehen",
    new_messages: "Neue Nachrichten",
    sent: "Gesendet",
    sending: "Wird gesendet",
    waiting: "Wartet auf das Senden",
    not_sent: "Nicht gesendet.",
    discard: "Verwerfen",
    command: "Befehl",
    notification: "Mitteilung",
    subscription: "Abonnement",
    message_to: Template::new("Nachricht an {0}"),
    send: "Senden",
    send_by_key: "Senden (Eingabetaste)",
    too_long: Template::new("Zu lang: Der Server nimmt höchstens {0} Bytes."),
    one_types: Template::new("{0} schreibt …"),
    two_type: Template::new("{0} und {1} schreiben …"),
    three_type: Template::new("{0}, {1} und {2} schreiben …"),
    many_type: "Mehrere schreiben …",
};

const STRANGER: Stranger = Stranger {
    waiting_note: "wartet",
    matched_note: "verbunden",
    invitation: "Sprich mit jemandem, den du nicht kennst",
    what_is_kept: "Das Los bringt zwei zusammen, die jemanden suchen. Was ihr sagt, bleibt unter euch, wird nirgends gespeichert und ist weg, sobald einer von euch geht. Nur eine Meldung bewahrt, was die meldende Person anhängt.",
    find: "Jemanden finden",
    other_left: "Dein Gegenüber ist gegangen",
    looking: "Jemand wird gesucht",
    looking_again: "Jemand anderes wird gesucht.",
    only_one: "Außer dir wartet niemand.",
    waiting: Count::new(&["{0} Person wartet.", "{0} Personen warten."]),
    stop: "Suche beenden",
    somebody: "Jemand",
    a_stranger: "eine fremde Person",
    away: "kurz weg, kommt vielleicht wieder",
    next: "Nächste Person",
    leave: "Gehen",
    report_or_block: "Melden oder blockieren",
    report_means: "Wer diesen Server betreibt, liest die Meldung. Zu sehen ist, was du hier schreibst, dazu die Nachrichten, die du auswählst, und sonst nichts von dem, was gesagt wurde.",
    what_happened: "Was passiert ist",
    attach: "Nachrichten anhängen",
    send_report: "Meldung senden",
    reported: "Die Meldung ist bei denen, die diesen Server betreiben.",
    block_means: "Wen du blockierst, triffst du hier nie wieder. Das Gespräch endet.",
    block: "Blockieren und gehen",
};

const ACCOUNT: Account = Account {
    account: "Konto",
    button: Template::new("Konto: {0}"),
    guest: "Gast",
    kept_with_password: "Konto, durch ein Passwort gesichert",
    type_password: "Gib das Passwort ein, das ab jetzt gelten soll.",
    yours_now: "Der Name gehört jetzt dir. Mit deinem Passwort meldest du dich überall an.",
    guest_means: "Als Gast hast du diesen Namen nur, solange du da bist. Mit einem Passwort bleibt er deiner.",
    new_password: "Neues Passwort",
    keep_name: "Diesen Namen behalten",
    sign_out: "Abmelden",
    language: "Sprache",
    like_browser: "Wie im Browser",
};

const THEME: Theme = Theme { theme: "Farben", system: "Wie das System", light: "Hell", dark: "Dunkel" };

const SETTINGS: Settings = Settings {
    title: "Einstellungen",
    all: "Alle Einstellungen",
    appearance: "Darstellung",
    current_password: "Bisheriges Passwort",
    change_password: "Passwort ändern",
    others_signed_out: "Überall sonst, wo du angemeldet bist, musst du dich neu anmelden.",
    password_changed: "Dein Passwort ist geändert.",
    notifications: "Benachrichtigungen",
    desktop: "Mitteilungen des Systems",
    desktop_denied: "Dein Browser soll von dieser Seite keine Mitteilungen zeigen. Erlaube sie in seinen Einstellungen für diese Seite.",
    desktop_unsupported: "Dieser Browser kann keine Mitteilungen zeigen.",
    sound: "Ton",
    title_count: "Zahl ungelesener Nachrichten im Titel",
    notifications_mean: "Du erfährst von Nachrichten, die du gerade nicht vor Augen hast. Das gilt für diesen Browser.",
    sessions: "Angemeldet in",
    sessions_mean: "Kennst du davon etwas nicht, melde es ab und ändere dein Passwort.",
    some_browser: "Ein Browser",
    this_browser: "dieser Browser",
    sign_out_one: Template::new("Dort abmelden: {0}"),
    last_used: Template::new("Zuletzt benutzt: {0}"),
    never_used: "Noch nie benutzt",
    tokens: "API-Token",
    tokens_mean: "Mit einem Token spricht ein Programm für dich, in jedem Dialekt und über HTTP, ohne dein Passwort zu kennen.",
    tokens_need_account: "Token gibt es für Konten. Sichere zuerst deinen Namen mit einem Passwort.",
    token_name: "Wofür es ist",
    make_token: "Token erstellen",
    token_once: "Das ist das Token. Es wird nur dieses eine Mal gezeigt.",
    valid_until: Template::new("Gültig bis {0}"),
    revoke: "Widerrufen",
    revoke_one: Template::new("{0} widerrufen"),
};

const WIRE: Wire = Wire {
    title: "Leitung",
    close: "Leitung schließen",
    filter: "Frames filtern",
    pause: "Anhalten",
    go_on: "Weiter",
    clear: "Leeren",
    copy_all: "Alles kopieren",
    frames: "Frames",
    sent: "gesendet",
    received: "empfangen",
    number: "Nummer der Nachricht",
    no_number: "Die Nummer einer Nachricht ist eine Zahl ab 1.",
    show: "In jedem Dialekt zeigen",
    readings: "Lesarten",
    cannot: "Dieser Dialekt kann das nicht sagen.",
};

const HOOKS: Hooks = Hooks {
    button: "Webhooks",
    title: Template::new("Webhooks von {0}"),
    incoming: "Eingehend",
    incoming_mean: "Ein Programm, das an die Adresse sendet, spricht im Raum, unter dem Namen, den du ihm gibst.",
    name: "Name, unter dem es spricht",
    make: "Adresse erstellen",
    once: "Diese Zeile spricht im Raum. Die Adresse wird nur dieses eine Mal gezeigt: Wer sie kennt, kann sie benutzen.",
    sample: "Hallo von einem Programm",
    outgoing: "Ausgehend",
    outgoing_mean: "Die Adresse erfährt jede Nachricht des Raums durch ein signiertes POST, das wiederholt wird, bis es ankommt.",
    url: "Adresse, die es erfährt",
    tell: "Einrichten",
    secret_once: "Prüfe Signaturen mit diesem Geheimnis. Es wird nur dieses eine Mal gezeigt.",
    active: "läuft",
    failing: "antwortet nicht; wird weiter versucht",
    disabled: "aufgegeben",
    resume: "Fortsetzen",
    resume_one: Template::new("{0} fortsetzen"),
    delete: "Löschen",
};

fn refused(code: ErrorCode) -> Option<&'static str> {
    Some(match code {
        // What exactly is wrong with a field only the server's sentence says.
        ErrorCode::BadField | ErrorCode::BadFrame | ErrorCode::UnknownType => return None,
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
        ErrorCode::NotInThisKind => "In dieser Art von Unterhaltung gibt es das nicht.",
        ErrorCode::NotPaired => "Dein Gegenüber ist nicht mehr da.",
        ErrorCode::TooFast => "Das ging zu schnell. Warte einen Moment.",
        ErrorCode::TooManyAttempts => "Zu viele Versuche. Warte eine Minute.",
        ErrorCode::Full => "Der Server ist voll. Versuche es später noch einmal.",
        ErrorCode::Unavailable => "Das geht gerade nicht. Versuche es gleich noch einmal.",
        ErrorCode::ShuttingDown => "Der Server startet neu. Gleich geht es weiter.",
    })
}

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
