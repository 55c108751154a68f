//! People on several nodes: one holder for a guest's name on all of them, and who is online shown right wherever one
//! looks, also while nodes die, stand still and stop.

use std::time::Duration;

use futures_util::future::join_all;
use serde_json::{Value, json};
use shared::{ErrorCode, Refused, RoomId, ServerMessage};

use crate::support::cluster::Cluster;
use crate::support::{Native, Server, Socket, Wire, in_time};

/// A node that died is to be noticed within that.
const NOTICED_WITHIN: Duration = Duration::from_secs(15);

/// The close code of a connection whose name is somebody else's by now.
const REVOKED: u16 = 4401;

/// The close code of a node that stops.
const RESTART: u16 = 4000;

impl Server {
    /// A native connection under a name, or why not.
    async fn tries(&self, hello: Value) -> Result<Native, Refused> {
        let mut socket = self.connect("/api/ws").await;
        let mut frame = hello;
        frame["type"] = json!("hello");
        frame["id"] = json!(1);
        socket.send(frame.to_string()).await;
        Native::welcomed_or_refused(socket).await
    }

    async fn refuses(&self, name: &str) {
        let refused = self.tries(json!({"username": name})).await.err().expect("a refusal");
        assert_eq!(refused.code, ErrorCode::NameTaken);
    }

    /// Waits until a guest is let in under a name.
    async fn lets_in(&self, name: &str) -> Native {
        loop {
            match self.tries(json!({"username": name})).await {
                Ok(native) => return native,
                Err(refused) => assert_eq!(refused.code, ErrorCode::NameTaken),
            }
        }
    }

    /// Waits until the line dialect shows just these users, who asks among them.
    async fn shows_online(&self, line: &mut Wire, users: &str) {
        let shown = async {
            loop {
                line.says("!who").await;
                if line.receive().await == format!("Users online: {users}") {
                    return;
                }
            }
        };
        in_time(users, shown).await;
    }
}

impl Native {
    async fn sees_online(&mut self, user: &str, online: bool) {
        self.until(|message| match message {
            ServerMessage::Presence(presence) if presence.user.as_str() == user && presence.online == online => {
                Some(())
            }
            _ => None,
        })
        .await;
    }

    async fn sees_somebody_go(&mut self) -> String {
        self.until(|message| match message {
            ServerMessage::Presence(presence) if !presence.online => Some(presence.user.to_string()),
            _ => None,
        })
        .await
    }

    async fn is_shown_online(&mut self, user: &str) -> bool {
        self.ask(json!({"type": "profile", "user": user})).await;
        self.until(|message| match message {
            ServerMessage::Profile { profile, .. } => Some(profile.online),
            _ => None,
        })
        .await
    }

    async fn sees_typing(&mut self, room: RoomId, user: &str) {
        self.until(|message| match message {
            ServerMessage::Typing(typing) if typing.room == room && typing.user.as_str() == user && typing.on => {
                Some(())
            }
            _ => None,
        })
        .await;
    }
}

#[tokio::test]
async fn a_guests_name_has_one_holder_on_all_nodes_and_is_free_right_after() {
    let Some(cluster) = Cluster::of(3).await else { return };
    let [one, other, third] = &cluster.nodes[..] else { unreachable!("three nodes") };
    let ann = one.native("ann").await;
    other.refuses("Ann").await;
    let postman = Socket::try_connect(&third.ws("/ws/ann"), &[]).await.err().expect("in use");
    assert_eq!(postman.status, 409);
    let browser = third.post("/api/sign_in", &json!({"username": "ann", "password": null})).await;
    assert_eq!(browser.status, 409, "{}", browser.body);
    let mut line = Wire::connect(other).await;
    line.says("ann").await;
    line.sees("Username already taken. Disconnecting...").await;
    ann.close().await;
    let ann = third.native("ann").await;
    one.refuses("ann").await;
    ann.close().await;
    Wire::login(other, "ann").await.leaves().await;
    one.native("ann").await;
}

#[tokio::test]
async fn the_same_guest_has_two_tabs_on_two_nodes() {
    let Some(cluster) = Cluster::of(2).await else { return };
    let [one, other] = &cluster.nodes[..] else { unreachable!("two nodes") };
    let first = one.native("ann").await;
    let session = first.welcome.session.clone().expect("a guest is given a session");
    let second = Native::hello_with(other, json!({"token": session})).await;
    assert_eq!(second.welcome.you.username.as_str(), "ann");
    first.close().await;
    one.refuses("ann").await;
    second.close().await;
    one.native("ann").await;
}

#[tokio::test]
async fn a_guest_with_tabs_on_two_nodes_becomes_an_account_on_both() {
    let Some(cluster) = Cluster::of(2).await else { return };
    let [one, other] = &cluster.nodes[..] else { unreachable!("two nodes") };
    let signed_in = one.post("/api/sign_in", &json!({"username": "ann", "password": null})).await;
    let cookie = signed_in.cookie();
    let tab = |node: &Server| {
        let url = node.ws("/api/ws");
        let cookie = cookie.clone();
        async move { Native::welcomed(Socket::try_connect(&url, &[("Cookie", &cookie)]).await.expect("an upgrade")).await }
    };
    let (_here, _there) = (tab(one).await, tab(other).await);
    let claim = json!({"password": "battery staple"});
    let claimed = one.request("POST", "/api/claim", &[("Cookie", &cookie)], Some(&claim)).await;
    assert_eq!(claimed.status, 200, "{}", claimed.body);
    for node in [one, other] {
        let ann = Native::hello_with(node, json!({"username": "ann", "password": "battery staple"})).await;
        assert!(!ann.welcome.you.guest);
    }
    let refused = other.tries(json!({"username": "ann"})).await.err().expect("a refusal");
    assert_eq!(refused.code, ErrorCode::CredentialsNeeded);
}

#[tokio::test]
async fn of_many_who_come_to_all_nodes_under_one_name_one_is_let_in() {
    let Some(cluster) = Cluster::of(3).await else { return };
    for round in 0..20 {
        let name = format!("ann{}", round % 3);
        let all = cluster.nodes.iter().chain(&cluster.nodes).map(|node| node.tries(json!({"username": name})));
        let (mut let_in, mut refused) = (Vec::new(), 0);
        for tried in join_all(all).await {
            match tried {
                Ok(native) => let_in.push(native),
                Err(told) if told.code == ErrorCode::NameTaken => refused += 1,
                Err(told) => panic!("{told:?}"),
            }
        }
        assert_eq!((let_in.len(), refused), (1, 5), "round {round}");
        for native in let_in {
            native.close().await;
        }
    }
}

#[tokio::test]
async fn who_is_online_is_seen_from_every_node_in_every_dialect() {
    let Some(cluster) = Cluster::of(3).await else { return };
    let [one, other, third] = &cluster.nodes[..] else { unreachable!("three nodes") };
    let mut alice = one.native("alice").await;
    alice.creates("club", true).await;
    let bob = other.native("bob").await;
    alice.does(json!({"type": "add_member", "room": "#club", "user": "bob"})).await;
    let mut carl = Wire::login(third, "carl").await;
    third.shows_online(&mut carl, "alice, bob, carl").await;
    bob.close().await;
    alice.sees_online("bob", false).await;
    third.shows_online(&mut carl, "alice, carl").await;
    let mut postman = one.connect("/ws/paul").await;
    postman.send(json!({"p": "bob", "m": "are you there?"}).to_string()).await;
    postman.sees_json(json!({"info": "bob is offline. Message saved."})).await;
    carl.says("alice: hello").await;
    alice.sees("carl", "hello").await;
    let _bob = third.native("bob").await;
    alice.sees_online("bob", true).await;
    assert!(alice.is_shown_online("bob").await);
    carl.says("bob: and to you").await;
    third.shows_online(&mut carl, "alice, bob, carl, paul").await;
}

#[tokio::test]
async fn somebody_on_two_nodes_is_gone_with_the_last_of_his_connections() {
    let Some(cluster) = Cluster::of(3).await else { return };
    let [one, other, third] = &cluster.nodes[..] else { unreachable!("three nodes") };
    let mut alice = one.native("alice").await;
    alice.creates("club", true).await;
    let first = other.native("bob").await;
    alice.does(json!({"type": "add_member", "room": "#club", "user": "bob"})).await;
    let session = first.welcome.session.clone().expect("a guest is given a session");
    let mut second = Native::hello_with(third, json!({"token": session})).await;
    // What that node says of who came is heard before what it says of what was said.
    second.says("#club", "here too").await;
    alice.sees("bob", "here too").await;
    let carol = other.native("carol").await;
    alice.does(json!({"type": "add_member", "room": "#club", "user": "carol"})).await;
    first.close().await;
    carol.close().await;
    assert_eq!(alice.sees_somebody_go().await, "carol");
    second.close().await;
    assert_eq!(alice.sees_somebody_go().await, "bob");
}

#[tokio::test]
async fn who_types_on_one_node_is_seen_typing_on_another() {
    let Some(cluster) = Cluster::of(2).await else { return };
    let mut alice = cluster.nodes[0].native("alice").await;
    let mut bob = cluster.nodes[1].native("bob").await;
    let lobby = alice.joins("#lobby").await.room;
    bob.joins("#lobby").await;
    alice.says("#lobby", "hello").await;
    bob.sees("alice", "hello").await;
    bob.ask(json!({"type": "typing", "room": lobby, "on": true})).await;
    alice.sees_typing(lobby, "bob").await;
}

#[tokio::test]
async fn how_many_are_in_a_public_room_is_counted_over_all_nodes() {
    let Some(cluster) = Cluster::of(2).await else { return };
    let mut ann = cluster.nodes[0].connect("/chat/public?format=json").await;
    ann.sees_json(json!({"counter": 1})).await;
    let mut ben = cluster.nodes[1].connect("/chat/public?format=json").await;
    for socket in [&mut ann, &mut ben] {
        while socket.receive_json().await != json!({"counter": 2}) {}
    }
    ann.sees_json(json!({"greeting": "Someone joined the chat!"})).await;
    ben.close().await;
    ann.sees_json(json!({"counter": 1})).await;
    ann.sees_json(json!({"message": "Someone left the chat!"})).await;
}

#[tokio::test]
async fn a_phone_that_registers_on_another_node_closes_the_connection_before() {
    let Some(cluster) = Cluster::of(2).await else { return };
    let register = json!({"type": "register", "user": {"name": "Rita", "phone": "1"}}).to_string();
    let mut before = cluster.nodes[0].connect("/randomchat").await;
    before.send(register.as_str()).await;
    assert_eq!(before.receive_json().await["type"], "state");
    let mut after = cluster.nodes[1].connect("/randomchat").await;
    after.send(register).await;
    assert_eq!(after.receive_json().await["type"], "state");
    assert_eq!(before.is_closed().await, 4409);
}

#[tokio::test]
async fn the_people_of_a_killed_node_are_gone_and_their_names_are_free() {
    let Some(mut cluster) = Cluster::of(3).await else { return };
    let mut alice = cluster.nodes[0].native("alice").await;
    alice.creates("club", true).await;
    let _bob = cluster.nodes[1].native("bob").await;
    alice.does(json!({"type": "add_member", "room": "#club", "user": "bob"})).await;
    let mut carl = Wire::login(&cluster.nodes[2], "carl").await;
    cluster.nodes[2].shows_online(&mut carl, "alice, bob, carl").await;
    cluster.nodes[1].kill().await;
    let gone = async {
        alice.sees_online("bob", false).await;
        cluster.nodes[2].shows_online(&mut carl, "alice, carl").await;
        cluster.nodes[2].lets_in("bob").await
    };
    let _bob = tokio::time::timeout(NOTICED_WITHIN, gone).await.expect("gone in time");
    alice.sees_online("bob", true).await;
}

#[tokio::test]
async fn a_node_that_stood_still_for_long_gives_up_the_names_that_others_have_taken() {
    let Some(cluster) = Cluster::of(2).await else { return };
    let [still, other] = &cluster.nodes[..] else { unreachable!("two nodes") };
    let mut ann = still.native("ann").await;
    let mut bob = still.native("bob").await;
    let lobby = bob.joins("#lobby").await.room;
    still.stands_still().await;
    let mut newer = tokio::time::timeout(NOTICED_WITHIN, other.lets_in("ann")).await.expect("free in time");
    still.goes_on().await;
    assert_eq!(ann.is_closed().await, REVOKED);
    // The other name was nobody's, and is held again.
    in_time("bob to be held again", async { while bob.tries_to_say("#lobby", "still here").await.is_err() {} }).await;
    newer.joins("#lobby").await;
    assert_eq!(newer.history(json!({"room": lobby})).await.messages.last().expect("what he said").from.as_str(), "bob");
    other.refuses("bob").await;
}

#[tokio::test]
async fn who_leaves_a_node_that_stops_is_let_in_by_another_at_once() {
    let Some(mut cluster) = Cluster::of(2).await else { return };
    for stopped in [0, 1] {
        let (stops, stays) = (&cluster.nodes[stopped], &cluster.nodes[1 - stopped]);
        let mut native = stops.native("nina").await;
        let mut postman = stops.connect("/ws/paul").await;
        let line = Wire::login(stops, "lena").await;
        stops.ask_to_stop().await;
        assert_eq!(native.is_closed().await, RESTART);
        assert_eq!(postman.is_closed().await, RESTART);
        line.sees_the_end().await;
        stays.native("nina").await.close().await;
        stays.connect("/ws/paul").await.close().await;
        Wire::login(stays, "lena").await.leaves().await;
        cluster.nodes[stopped].ended().await;
        cluster.nodes[stopped].comes_back().await;
        cluster.hears_all().await;
    }
}

#[tokio::test]
async fn attempts_to_log_in_are_limited_for_all_nodes_together() {
    let Some(cluster) = Cluster::with(2, &["--logins-per-minute", "1"]).await else { return };
    let attempt = json!({"username": "alice", "password": "a guess"});
    assert_eq!(cluster.nodes[0].post("/api/sign_in", &attempt).await.status, 401);
    assert_eq!(cluster.nodes[1].post("/api/sign_in", &attempt).await.status, 429);
}
