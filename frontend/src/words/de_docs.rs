//! What the pages at `/docs` say in German.

use super::docs::{Console, Docs, Index};
use super::template::Template;

/// German.
pub(super) const GERMAN: Docs = Docs {
    tag: "de",
    about: "Wie man mit diesem Confab-Server spricht",
    navigation: "Dokumentation",
    all_ways: "Alle Wege",
    in_english: "Das Protokoll selbst ist auf Englisch beschrieben.",
    index: Index {
        heading: "Sprich mit diesem Server",
        lead: Template::new(
            "Er läuft unter {0}. Was immer du sprichst, du triffst dieselben Leute in denselben Räumen. Jede Seite zeigt \
             alles, was gesendet wird, mit den Adressen dieses Servers, und hat eine Konsole zum Ausprobieren.",
        ),
        for_programs: "Für Programme",
        postman: "Eine Sammlung für Postman",
        async_api: "alles, was über Sockets gesprochen wird",
        open_api: "jede HTTP-Anfrage",
    },
    console: Console {
        heading: "Hier ausprobieren",
        how: "Verbinde dich, wähle ein Beispiel, ändere es nach Belieben, sende es und lies, was zurückkommt. Mit einer \
              zweiten Verbindung bist du beide Seiten eines Gesprächs.",
        takes: "Die Adresse nimmt",
        connection: "Verbindung",
        spoken_at: "Gesprochen unter",
        address: "Adresse",
        connect: "Verbinden",
        not_connected: "Nicht verbunden.",
        frames: "Was hin und her ging",
        sample: "Beispiel",
        frame: "Was gesendet wird",
        send: "Senden",
        another: "Noch eine Verbindung",
        in_a_terminal: "In einem Terminal ausprobieren",
        no_tcp_in_pages: "Eine Seite kann keine einfache TCP-Verbindung öffnen, aber jedes Terminal kann es:",
        line_is_off: Template::new("Dieser Server läuft mit {0}."),
        requests: "Sende eine Nachricht und frage dann, was wartet. Wer fragt, hat es damit gesehen.",
        body: "Inhalt",
        answer: "Antwort",
    },
    script: &[
        ("copy", "Kopieren"),
        ("copied", "Kopiert"),
        ("by_hand", "Bitte von Hand kopieren"),
        ("connection", "Verbindung"),
        ("connect", "Verbinden"),
        ("disconnect", "Trennen"),
        ("connecting", "Wird verbunden …"),
        ("connected", "Verbunden."),
        ("connect_first", "Erst verbinden, dann senden."),
        ("no_address", "Das ist keine Adresse eines WebSockets:"),
        ("closed", "Geschlossen mit"),
        (
            "refused",
            "Der Server nimmt die Verbindung nicht an: Vielleicht ist der Name vergeben oder braucht ein Passwort, oder die \
             Adresse stimmt nicht.",
        ),
        ("received", "empfangen"),
        ("sent", "gesendet"),
        ("bytes", "(Bytes)"),
        ("no_answer", "Keine Antwort:"),
    ],
    pages: &[
        (
            "postman",
            "Postman-Chat",
            "Zwei Reiter in Postman oder ein Skript: in beide Richtungen dasselbe kleine JSON-Objekt, die Antwort ist also die Frage \
             mit anderem Text.",
        ),
        (
            "native",
            "Das native Protokoll",
            "Alles, was Confab kann: Räume, Gruppen, Direktnachrichten, Verlauf, Anwesenheit, Tippen, Gelesenes, \
             Zufallsbekanntschaften und die Rückkehr nach einer verlorenen Verbindung. Die Web-App spricht es.",
        ),
        (
            "pair_chat",
            "Öffentlicher und privater Chat",
            "Ein öffentlicher Raum, die Lobby, und private Räume für zwei Fremde. Eine Nachricht bringt den Namen des Absenders \
             mit; was gesagt wird, kommt als Text an, oder mit `?format=json` als JSON.",
        ),
        (
            "tmp",
            "TMP",
            "Das Toy Messaging Protocol: Text mit einem Kopf von 64 Zeichen. Eine Verbindung wird erst nach einem Namen gefragt \
             und spricht dann in einem Raum.",
        ),
        (
            "random_chat",
            "RandomChat",
            "Telefon-Apps mit Gruppenchats: Man kennt sich am Telefon, trifft sich in Chats, die jemandem gehören, und erfährt in \
             einem `state`, was inzwischen gesagt wurde.",
        ),
        (
            "line",
            "Zeilen-Chat",
            "Textzeilen über einfaches TCP, für ein Terminal oder das kleinste Gerät: `bob: hallo` an einen Menschen, \
             `#lobby: hallo` an einen Raum, und was man verpasst hat, bei der Anmeldung oder mit `!check`.",
        ),
        (
            "messages",
            "Die Nachrichten-API",
            "Für Geräte: eine HTTP-Anfrage sendet eine Nachricht, eine andere fragt, was wartet.",
        ),
        (
            "webhooks",
            "Webhooks",
            "Programme, die mit einer Anfrage in einem Raum sprechen, und solche, die erfahren, was gesagt wird.",
        ),
        ("files", "Dateien", "Dateien, die mit einer Nachricht gesagt werden und die holen kann, wer sie lesen darf."),
    ],
};
