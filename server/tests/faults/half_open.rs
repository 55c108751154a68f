//! Peers that vanish without a goodbye: their sockets stay, and nothing comes on them any more. The server finds out by
//! itself, frees what they held, and gives them what they missed when they are back.

use serde_json::json;
use shared::{RoomId, Seq, ServerMessage, Username};

use super::hostile::counted;
use crate::support::tls::Identity;
use crate::support::{Native, Proxy, Server, Socket};

const IMPATIENT: [&str; 4] = ["--ping-after", "1s", "--silence-timeout", "4s"];

/// Somebody in the lobby, with what he needs to come back.
struct Vanishing {
    _native: Native,
    token: String,
    lobby: RoomId,
    seen: Seq,
}

impl Vanishing {
    /// Comes into the lobby through a proxy, where somebody else is already.
    async fn arrives(proxy: &Proxy, bystander: &mut Native) -> Self {
        let mut socket = Socket::connect(&format!("ws://{}/api/ws", proxy.address)).await;
        socket.send(json!({"type": "hello", "username": "alice"}).to_string()).await;
        let mut native = Native::welcomed(socket).await;
        let token = native.welcome.session.clone().expect("a guest is given a session");
        let lobby = native.joins("#lobby").await.room;
        let seen = native.says("#lobby", "here").await.seq;
        bystander.sees("alice", "here").await;
        Self { _native: native, token, lobby, seen }
    }

    async fn returns(&self, server: &Server) -> shared::Resumed {
        let mut alice = Native::hello_with(server, json!({"token": self.token})).await;
        alice.resumes(self.lobby, self.seen).await
    }
}

async fn is_gone(bystander: &mut Native, name: &str) {
    let name: Username = name.parse().expect("a name");
    let gone = |message: &ServerMessage| match message {
        ServerMessage::Presence(presence) if presence.user == name && !presence.online => Some(()),
        _ => None,
    };
    bystander.until(gone).await;
}

#[tokio::test]
async fn who_vanishes_is_found_out_and_gets_what_he_missed_when_he_is_back() {
    let server = Server::start_with(&IMPATIENT).await;
    let proxy = Proxy::to(&server.http).await;
    let mut bob = server.native("bob").await;
    bob.joins("#lobby").await;
    let alice = Vanishing::arrives(&proxy, &mut bob).await;
    proxy.falls_silent();
    bob.says("#lobby", "are you there?").await;

    let mut eve = server.connect("/api/ws").await;
    eve.send(json!({"type": "hello", "username": "alice"}).to_string()).await;
    assert_eq!(eve.receive_json().await["code"], "name_taken", "until it is known that she is gone");
    is_gone(&mut bob, "alice").await;
    assert!(counted(&server, "confab_connections_silent_total").await >= 1.0);

    bob.says("#lobby", "she is gone").await;
    let missed = alice.returns(&server).await;
    let bodies: Vec<_> = missed.messages.iter().map(|message| message.body.as_str()).collect();
    assert_eq!((missed.recovered, bodies), (true, vec!["are you there?", "she is gone"]));
}

#[tokio::test]
async fn who_missed_more_than_is_pushed_is_told_to_fetch_it() {
    let server = Server::start_with(&[&IMPATIENT[..], &["--message-burst", "5000"]].concat()).await;
    let proxy = Proxy::to(&server.http).await;
    let mut bob = server.native("bob").await;
    bob.joins("#lobby").await;
    let alice = Vanishing::arrives(&proxy, &mut bob).await;
    proxy.falls_silent();
    let most = bob.welcome.limits.max_resume_messages;
    for number in 0..=most {
        bob.says("#lobby", &number.to_string()).await;
    }
    is_gone(&mut bob, "alice").await;
    let missed = alice.returns(&server).await;
    assert_eq!((missed.recovered, missed.messages.len()), (false, 0));
}

#[tokio::test]
async fn a_vanished_guests_name_is_free_for_others_in_every_dialect() {
    let server = Server::start_with(&IMPATIENT).await;
    let proxy = Proxy::to(&server.http).await;
    let mut bob = server.native("bob").await;
    bob.joins("#lobby").await;
    let mut postman = Socket::connect(&format!("ws://{}/ws/paul", proxy.address)).await;
    postman.send(json!({"p": "#lobby", "m": "here"}).to_string()).await;
    bob.sees("paul", "here").await;
    proxy.falls_silent();
    let refused = Socket::try_connect(&server.ws("/ws/paul"), &[]).await.err().expect("held");
    assert_eq!(refused.status, 409);
    is_gone(&mut bob, "paul").await;
    server.native("paul").await;
}

#[tokio::test]
async fn over_tls_too() {
    let identity = Identity::of_localhost();
    let mut server = Server::start_with(&[&IMPATIENT[..], &identity.flags()].concat()).await;
    let vanishes = Proxy::over_tls(&server.http, identity.connector()).await;
    server.http = Proxy::over_tls(&server.http, identity.connector()).await.address;
    let mut bob = server.native("bob").await;
    bob.joins("#lobby").await;
    let alice = Vanishing::arrives(&vanishes, &mut bob).await;
    vanishes.falls_silent();
    is_gone(&mut bob, "alice").await;
    bob.says("#lobby", "she is gone").await;
    assert!(alice.returns(&server).await.recovered);
}
