//! The thermometer of the line chat, inside the server and out of it.
//!
//! Its answers are notices, which line chat shows at `!check`. A watcher who speaks the native protocol sees his own
//! at once: what the thermometer was asked before him it has answered before him.

use serde_json::{Value, json};
use shared::{ChatMessage, MessageKind};

use crate::support::{Native, Server, Wire};

async fn asks(watcher: &mut Native, command: &str) -> ChatMessage {
    watcher.says("@thermometer1", command).await;
    loop {
        let message = watcher.next_message().await;
        let update = message.kind == MessageKind::Subscription;
        if message.from.as_str() == "thermometer1" && !update {
            return message;
        }
    }
}

/// Has the line client's commands heard before the watcher's next one.
async fn is_heard(client: &mut Wire, watcher: &mut Native) {
    client.says("watcher: heard?").await;
    watcher
        .until(|message| match message {
            shared::ServerMessage::Message(message) => (message.body == "heard?").then_some(()),
            _ => None,
        })
        .await;
}

#[tokio::test]
async fn its_answers_wait_for_check() {
    let server = Server::start().await;
    let mut watcher = server.native("watcher").await;
    let mut alice = Wire::login(&server, "alice").await;
    alice.sends("thermometer1: subscribe\nthermometer1: unsubscribe\nthermometer1: dance\n").await;
    is_heard(&mut alice, &mut watcher).await;
    assert_eq!(asks(&mut watcher, "subscribe").await.body, "Subscription confirmed.");
    alice.says("!check").await;
    alice.sees("[Stored] [{time}][thermometer1] 'Subscription confirmed.'").await;
    alice.sees("[Stored] [{time}][thermometer1] 'Unsubscribed.'").await;
    alice.sees("[Stored] [{time}][thermometer1] 'Commands: subscribe, unsubscribe, range, reboot.'").await;
}

#[tokio::test]
async fn a_range_is_five_temperatures() {
    let server = Server::start().await;
    let mut watcher = server.native("watcher").await;
    let answer = asks(&mut watcher, "range").await;
    assert_eq!((answer.body.as_str(), answer.kind), ("Temperature range data", MessageKind::Notification));
    let temperatures = answer.metadata["temps"].as_array().unwrap();
    assert!(temperatures.len() == 5 && temperatures.iter().all(Value::is_f64), "{temperatures:?}");
    assert!(answer.metadata["time"].is_string());
}

#[tokio::test]
async fn a_reboot_is_complete_about_two_seconds_later() {
    let server = Server::start().await;
    let mut watcher = server.native("watcher").await;
    let started = std::time::Instant::now();
    let answer = asks(&mut watcher, "reboot").await;
    assert_eq!((answer.body.as_str(), answer.kind), ("Reboot complete.", MessageKind::Notification));
    assert!(started.elapsed().as_millis() >= 1_990, "{:?}", started.elapsed());
}

#[tokio::test]
async fn a_subscriber_is_told_the_temperature_again_and_again_after_a_restart_too() {
    let mut server = Server::start_with(&["--thermometer", "300ms"]).await;
    let mut watcher = server.native("watcher").await;
    assert_eq!(asks(&mut watcher, "subscribe").await.body, "Subscription confirmed.");
    for _ in 0..2 {
        check_update(&watcher.sees("thermometer1", "Temperature update").await);
    }
    assert!(server.stop().await.success());
    let server = server.again().await;
    let mut watcher = server.native("watcher").await;
    check_update(&watcher.sees("thermometer1", "Temperature update").await);
    assert_eq!(asks(&mut watcher, "unsubscribe").await.body, "Unsubscribed.");
}

fn check_update(update: &ChatMessage) {
    assert_eq!(update.kind, MessageKind::Subscription);
    assert_eq!(update.metadata["unit"], "C");
    assert!(update.metadata["temperature"].is_f64() && update.metadata["time"].is_string());
}

#[tokio::test]
async fn updates_are_stored_for_who_is_away() {
    let server = Server::start_with(&["--thermometer", "300ms"]).await;
    let mut watcher = server.native("watcher").await;
    let mut alice = Wire::login(&server, "alice").await;
    alice.says("thermometer1: subscribe").await;
    is_heard(&mut alice, &mut watcher).await;
    alice.leaves().await;
    asks(&mut watcher, "subscribe").await;
    // In one round of updates who comes first is open; in the second everybody has had the first.
    for _ in 0..2 {
        watcher.sees("thermometer1", "Temperature update").await;
    }
    let mut alice = Wire::login(&server, "alice").await;
    alice.sees("[Stored] [{time}][thermometer1] 'Subscription confirmed.'").await;
    let update = alice.receive().await;
    let metadata = update.split_once("[thermometer1] 'Temperature update' ").unwrap_or_else(|| panic!("{update}")).1;
    let metadata: Value = serde_json::from_str(metadata).unwrap();
    assert_eq!(metadata["unit"], "C");
}

#[tokio::test]
async fn it_answers_what_waited_for_it() {
    let dir = tempfile::tempdir().unwrap();
    let mut server = Server::start_in(dir.path().to_owned(), &["--thermometer", "off"]).await;
    let mut watcher = server.native("watcher").await;
    watcher.says("@thermometer1", "range").await;
    assert!(server.stop().await.success());
    let server = Server::start_in(dir.path().to_owned(), &[]).await;
    asks(&mut server.native("other").await, "range").await;
    let mut watcher = Wire::login(&server, "watcher").await;
    let answer = watcher.receive().await;
    assert!(answer.contains("[thermometer1] 'Temperature range data' {"), "{answer}");
}

/// The original `thermometer.py`: a line client that parses `[sender][timestamp] command` and posts its answers.
struct Original {
    wire: Wire,
}

impl Original {
    async fn start(server: &Server) -> Self {
        let mut wire = Wire::connect(server).await;
        wire.sends("thermometer1").await;
        let greeting = wire.receive().await;
        assert!(greeting.starts_with("Connected! Users online: "), "{greeting}");
        Self { wire }
    }

    /// Waits for one command and answers it as the original does.
    async fn serves_one(&mut self, server: &Server) {
        let line = self.wire.receive().await;
        let parts: Vec<&str> = line.splitn(3, ['[', ']']).collect();
        assert_eq!(parts.len(), 3, "{line}");
        let (sender, rest) = (parts[1], parts[2]);
        let (timestamp, command) = rest.split_once("] ").unwrap_or_default();
        assert!(timestamp.starts_with("[20"), "{line}");
        let (message, kind, metadata) = match command {
            "subscribe" => ("Subscription confirmed.", "notification", json!({})),
            "range" => ("Temperature range data", "notification", json!({"temps": [20.5, 21.0, 19.5, 22.0, 20.0]})),
            _ => ("Unknown command", "notification", json!({})),
        };
        let body = json!({
            "sender": "thermometer1",
            "destination": sender,
            "message": message,
            "timestamp": "2026-11-21T09:30:00.123456",
            "type": kind,
            "metadata": metadata,
        });
        let answer = server.post("/messages/", &body).await;
        assert_eq!((answer.status, answer.body.as_str()), (200, r#"{"status":"stored"}"#));
    }
}

#[tokio::test]
async fn with_the_thermometer_off_the_original_works_unchanged() {
    let server = Server::start_with(&["--thermometer", "off"]).await;
    let mut original = Original::start(&server).await;
    let mut alice = Wire::login(&server, "alice").await;
    alice.sends("thermometer1: subscribe").await;
    original.serves_one(&server).await;
    alice.sends("!check").await;
    alice.sees("[Stored] [{time}][thermometer1] 'Subscription confirmed.'").await;
    alice.sends("thermometer1: range").await;
    original.serves_one(&server).await;
    alice.sends("!check").await;
    alice
        .sees(r#"[Stored] [{time}][thermometer1] 'Temperature range data' {"temps":[20.5,21.0,19.5,22.0,20.0]}"#)
        .await;
}
