//! Clients that lie, hold on, crowd and flood: each runs into a limit that has a name and a setting, is answered in its
//! dialect's way and counted in `/metrics`, and nobody else notices.

use std::net::SocketAddr;

use serde_json::json;
use shared::ErrorCode;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

use crate::support::{Frail, Native, Server, Socket, Wire, in_time};

/// A metric's value; 0: it was never counted.
pub(super) async fn counted(server: &Server, metric: &str) -> f64 {
    let metrics = server.get("/metrics").await.body;
    let line = metrics.lines().find(|line| line.starts_with(metric));
    line.and_then(|line| line.rsplit(' ').next()?.parse().ok()).unwrap_or_default()
}

/// Everything the server sends until it closes.
pub(super) async fn rest_of(stream: &mut TcpStream) -> String {
    let mut rest = Vec::new();
    // A reset ends it just as well.
    let _ = in_time("the server to close", stream.read_to_end(&mut rest)).await;
    String::from_utf8_lossy(&rest).into_owned()
}

pub(super) async fn connection(server: &Server) -> TcpStream {
    TcpStream::connect(&server.http).await.expect("the server accepts")
}

#[tokio::test]
async fn a_header_that_never_ends_is_not_waited_for() {
    let server = Server::start_with(&["--header-timeout", "300ms"]).await;
    let mut slow = connection(&server).await;
    let mut silent = connection(&server).await;
    slow.write_all(b"GET / HTTP/1.1\r\nHost: a\r\nX-A: ").await.expect("the server reads");
    assert_eq!(rest_of(&mut silent).await, "");
    assert!(!rest_of(&mut slow).await.contains("200 OK"));
    assert!(counted(&server, "confab_header_timeouts_total").await >= 2.0);
}

#[tokio::test]
async fn a_header_that_is_too_long_is_not_read_to_its_end() {
    let server = Server::start().await;
    let mut endless = connection(&server).await;
    let head = format!("GET / HTTP/1.1\r\nHost: a\r\nX-A: {}", "x".repeat(70_000));
    endless.write_all(head.as_bytes()).await.expect("the server reads");
    assert!(rest_of(&mut endless).await.starts_with("HTTP/1.1 431 "));
}

#[tokio::test]
async fn a_body_that_never_comes_is_not_waited_for() {
    let server = Server::start_with(&["--request-timeout", "300ms"]).await;
    let mut slow = connection(&server).await;
    let head = "POST /messages/ HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 90\r\n\r\n{";
    slow.write_all(head.as_bytes()).await.expect("the server reads");
    assert!(rest_of(&mut slow).await.starts_with("HTTP/1.1 408"));
}

#[tokio::test]
async fn a_frame_said_to_have_a_gibibyte_is_refused_by_its_header() {
    let server = Server::start().await;
    let mut bystander = server.native("bystander").await;
    bystander.joins("#lobby").await;
    let mut liar = connection(&server).await;
    let upgrade = "GET /ws/liar HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
                   Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    liar.write_all(upgrade.as_bytes()).await.expect("the server reads");
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        assert_ne!(in_time("the upgrade", liar.read_buf(&mut head)).await.expect("the server answers"), 0);
    }
    // A final text frame, masked, of 2^30 bytes.
    let header = [&[0x81, 0xFF][..], &(1_u64 << 30).to_be_bytes(), &[1, 2, 3, 4], b"not even a start"].concat();
    liar.write_all(&header).await.expect("the server reads");
    let told = rest_of(&mut liar).await;
    assert!(told.contains("a frame has at most 65536 bytes") || told.contains("65536"), "{told:?}");
    assert!(counted(&server, r#"confab_connections_closed_total{code="4413"}"#).await >= 1.0);
    bystander.says("#lobby", "undisturbed").await;
}

#[tokio::test]
async fn a_thousand_connections_from_one_address_leave_room_for_others() {
    let server = Server::start_with(&["--max-connections-per-address", "20"]).await;
    let mut crowd = Vec::new();
    for number in 0..20 {
        crowd.push(server.native(&format!("crowd{number}")).await);
    }
    let refused = Socket::try_connect(&server.ws("/ws/another"), &[]).await.err().expect("one too many");
    assert_eq!(refused.status, 503);
    assert!(refused.body.contains("too many connections from this address"), "{}", refused.body);
    assert_eq!(Wire::turned_away(&server).await, "Disconnecting: server full, try later.\n");
    assert!(counted(&server, r#"confab_connections_refused_total{why="address"}"#).await >= 2.0);

    let mut held = Vec::new();
    for _ in 0..980 {
        held.push(connection(&server).await);
    }
    let refused = rest_of(held.last_mut().expect("a connection")).await;
    assert!(refused.starts_with("HTTP/1.1 429") && refused.contains("too many connections"), "{refused}");

    let elsewhere = TcpSocket::new_v4().expect("a socket");
    elsewhere.bind("127.0.0.2:0".parse().expect("an address")).expect("another address of this machine");
    let http: SocketAddr = server.http.parse().expect("an address");
    let mut other = in_time("the server", elsewhere.connect(http)).await.expect("the server accepts");
    let asked = format!("GET /healthz HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", server.http);
    other.write_all(asked.as_bytes()).await.expect("the server reads");
    assert!(rest_of(&mut other).await.contains("200 OK"), "another address gets in");
    crowd[0].says("@crowd1", "and those who are in go on").await;
    crowd[1].sees("crowd0", "and those who are in go on").await;
}

#[tokio::test]
async fn behind_a_trusted_proxy_the_addresses_are_those_it_names() {
    let server = Server::start_with(&["--max-connections-per-address", "1", "--trusted-proxies", "127.0.0.1"]).await;
    let from = |address: &'static str| [("X-Forwarded-For", address)];
    let url = server.ws("/ws/alice");
    let _alice = Socket::try_connect(&url, &from("192.0.2.1")).await.expect("the first from there");
    let second = Socket::try_connect(&server.ws("/ws/bob"), &from("192.0.2.1")).await.err().expect("the second");
    assert_eq!(second.status, 503);
    let made_up = from("203.0.113.9, 192.0.2.1");
    assert!(
        Socket::try_connect(&server.ws("/ws/bob"), &made_up).await.is_err(),
        "what a client makes up is no address"
    );
    Socket::try_connect(&server.ws("/ws/bob"), &from("192.0.2.2")).await.expect("the first from elsewhere");
    let _eve = Socket::try_connect(&server.ws("/ws/eve"), &from("2001:db8::1")).await.expect("the first of its /64");
    let neighbour = Socket::try_connect(&server.ws("/ws/fay"), &from("2001:db8::ffff")).await;
    assert!(neighbour.is_err(), "a /64 is one address");
}

#[tokio::test]
async fn who_floods_is_slowed_down_and_then_closed_and_counted() {
    let server = Server::start_with(&["--messages-per-second", "5", "--message-burst", "10"]).await;
    let mut bystander = server.native("bystander").await;
    let mut flood = Frail::socket(&server.ws("/ws/flood")).await.expect("an upgrade");
    for _ in 0..500 {
        if !flood.says(r#"{"p":"somebody","m":"buy"}"#).await {
            break;
        }
    }
    let mut heard = Vec::new();
    while let Some(text) = flood.hears().await {
        heard.push(text);
    }
    assert!(heard.iter().any(|text| text.contains("too many messages")), "{heard:?}");
    assert_eq!(flood.closed_with, Some(4429));
    assert_eq!(counted(&server, r#"confab_connections_closed_total{code="4429"}"#).await, 1.0);
    assert!(counted(&server, r#"confab_requests_too_fast_total{by="connection"}"#).await >= 50.0);
    bystander.says("@bystander", "quiet here").await;
}

#[tokio::test]
async fn who_floods_with_what_means_nothing_is_closed_too() {
    let server = Server::start_with(&["--messages-per-second", "5", "--message-burst", "10"]).await;
    // The native protocol loses patience with bad frames before that.
    for (path, code) in [("/ws/flood", 4429), ("/api/ws", 4400), ("/chat/public", 4429), ("/randomchat", 4429)] {
        let mut flood = Frail::socket(&server.ws(path)).await.expect("an upgrade");
        for _ in 0..500 {
            if !flood.says("nothing that anybody understands").await {
                break;
            }
        }
        while flood.hears().await.is_some() {}
        assert_eq!(flood.closed_with, Some(code), "{path}");
    }
}

#[tokio::test]
async fn who_floods_with_pings_is_closed_too() {
    let server = Server::start_with(&["--messages-per-second", "5", "--message-burst", "10"]).await;
    let mut flood = Frail::socket(&server.ws("/ws/flood")).await.expect("an upgrade");
    for _ in 0..500 {
        if !flood.pings().await {
            break;
        }
    }
    while flood.hears().await.is_some() {}
    assert_eq!(flood.closed_with, Some(4429));
}

/// Floods until it is closed for that.
async fn floods(server: &Server) {
    let mut flood = Frail::socket(&server.ws("/ws/flood")).await.expect("an upgrade");
    for _ in 0..500 {
        if !flood.says(r#"{"p":"somebody","m":"buy"}"#).await {
            break;
        }
    }
    while flood.hears().await.is_some() {}
    assert_eq!(flood.closed_with, Some(4429));
}

/// What counts that an address is held off.
const HELD_OFF: &str = "confab_addresses_held_off_total";

#[tokio::test]
async fn who_comes_back_to_flood_again_is_held_off_in_every_dialect_and_others_are_not() {
    let hasty = ["--messages-per-second", "5", "--message-burst", "10", "--paces-per-address", "100"];
    let server = Server::start_with(&[&hasty[..], &["--flood-pause", "10m"]].concat()).await;
    let mut bystander = server.native("bystander").await;
    while counted(&server, HELD_OFF).await == 0.0 {
        floods(&server).await;
    }
    for path in ["/api/ws", "/ws/flood", "/randomchat", "/chat/public", "/chat/private"] {
        let refused = Socket::try_connect(&server.ws(path), &[]).await.err().expect("nobody is let in from there");
        assert_eq!(refused.status, 429, "{path}");
        assert!(refused.body.contains("too many messages came from this address; come back in"), "{}", refused.body);
    }
    assert_eq!(Wire::turned_away(&server).await, "Disconnecting: too many messages.\n");
    for mut tmp in [server.connect_tmp().await, server.connect("/tmp").await] {
        assert!(tmp.receive().await.starts_with("tmp://DISCONNECT "));
        assert_eq!(tmp.is_closed().await, 4429);
    }
    assert!(counted(&server, r#"confab_connections_refused_total{why="flooding"}"#).await >= 8.0);
    bystander.says("@bystander", "who is in goes on").await;
    assert!(gets_in_from("127.0.0.2:0", &server).await, "another address gets in");
}

/// Whether somebody from that address of this machine gets a WebSocket.
async fn gets_in_from(address: &str, server: &Server) -> bool {
    let elsewhere = TcpSocket::new_v4().expect("a socket");
    elsewhere.bind(address.parse().expect("an address")).expect("another address of this machine");
    let http: SocketAddr = server.http.parse().expect("an address");
    let mut stream = in_time("the server", elsewhere.connect(http)).await.expect("the server accepts");
    let upgrade = "GET /ws/other HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
                   Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    stream.write_all(upgrade.as_bytes()).await.expect("the server reads");
    let mut status = [0; 12];
    in_time("an answer", stream.read_exact(&mut status)).await.expect("the server answers");
    &status == b"HTTP/1.1 101"
}

#[tokio::test]
async fn an_address_has_one_allowance_over_all_of_its_connections_and_requests() {
    let flags = ["--messages-per-second", "1", "--message-burst", "20", "--paces-per-address", "2"];
    let server = Server::start_with(&flags).await;
    let mut number = 0;
    while counted(&server, r#"confab_requests_too_fast_total{by="address"}"#).await == 0.0 {
        number += 1;
        let Ok(mut socket) = Socket::try_connect(&server.ws(&format!("/ws/socket{number}")), &[]).await else {
            continue;
        };
        for _ in 0..18 {
            socket.send(r#"{"p":"nobody","m":"hi"}"#).await;
            socket.receive().await;
        }
    }
    assert!(number > 2, "each of them keeps to its own pace");
    assert_eq!(counted(&server, r#"confab_requests_too_fast_total{by="connection"}"#).await, 0.0);
    let posted = json!({"sender": "probe", "destination": "nobody", "message": "hi"});
    let mut refused = server.post("/messages/", &posted).await;
    while refused.status == 200 {
        refused = server.post("/messages/", &posted).await;
    }
    assert_eq!((refused.status, refused.json()), (429, json!({"detail": "too many messages; wait a moment"})));
}

#[tokio::test]
async fn who_does_not_say_who_he_is_is_not_waited_for() {
    let server = Server::start_with(&["--name-timeout", "1s"]).await;
    let mut nina = server.native("nina").await;
    let mut silent = server.connect("/api/ws").await;
    let goodbye = silent.receive_json().await;
    assert_eq!((goodbye["type"].clone(), goodbye["code"].clone()), (json!("goodbye"), json!(4408)));
    assert_eq!(silent.is_closed().await, 4408);
    let mut silent = server.connect("/randomchat").await;
    silent.sees_json(json!({"type": "error", "detail": "You did not register in time."})).await;
    assert_eq!(silent.is_closed().await, 4408);
    nina.says("@nina", "who has said it stays").await;
}

#[tokio::test]
async fn nobody_is_in_more_rooms_than_one_may_be_in() {
    let server = Server::start_with(&["--max-rooms-per-user", "2"]).await;
    let mut nina = server.native("nina").await;
    let mut paul = server.native("paul").await;
    nina.joins("#lobby").await;
    nina.creates("one", true).await;
    for frame in
        [json!({"type": "create_room", "name": "two"}), json!({"type": "create_room", "name": "two", "group": true})]
    {
        assert_eq!(nina.is_refused(frame).await.code, ErrorCode::Full);
    }
    nina.joins("#lobby").await;
    paul.creates("three", true).await;
    let brings = |who: &str| json!({"type": "add_member", "room": "#three", "user": who});
    let refused = paul.is_refused(brings("nina")).await;
    assert_eq!(refused.message, "nobody is in more than 2 rooms and groups; leave some first");
    nina.says("@paul", "but one talks to as many as one likes").await;
    nina.does(json!({"type": "leave", "room": "#lobby"})).await;
    paul.does(brings("nina")).await;
    assert_eq!(nina.is_refused(json!({"type": "join", "room": "#lobby"})).await.code, ErrorCode::Full);
}

#[tokio::test]
async fn who_stops_reading_is_let_go_and_finds_everything_when_he_is_back() {
    let server = Server::start_with(&["--outbox-capacity", "8", "--message-burst", "5000"]).await;
    let mut deaf = Frail::socket(&server.ws("/ws/deaf")).await.expect("an upgrade");
    let mut nina = server.native("nina").await;
    let long = "x".repeat(16_000);
    let mut said = 0;
    while counted(&server, "confab_outbox_overflows_total").await == 0.0 {
        for _ in 0..50 {
            nina.says("@deaf", &long).await;
            said += 1;
        }
        assert!(said < 5_000, "a client that reads nothing is given up");
    }
    while deaf.hears().await.is_some() {}
    assert_eq!(deaf.closed_with, Some(4001));
    let history = whole_direct_history(&mut nina).await;
    assert_eq!(history, said, "all of it is stored");
}

async fn whole_direct_history(nina: &mut Native) -> usize {
    let room = nina.creates_direct("deaf").await;
    let mut count = 0;
    loop {
        let page = nina.history(json!({"room": room, "after": count})).await;
        count += page.messages.len();
        if !page.more {
            return count;
        }
    }
}
