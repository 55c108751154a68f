//! Line chat: names, messages and stored mail as its own clients know them, and what they send that is no line. The
//! next test of the dialect goes here; what it has to do with another dialect goes into `matrix.rs`.

use serde_json::json;

use crate::support::{Server, Wire};

#[tokio::test]
async fn alice_and_bob_talk() {
    let server = Server::start().await;
    let mut alice = Wire::connect(&server).await;
    alice.says("alice").await;
    alice.sees("Connected! Users online: alice").await;
    let mut bob = Wire::connect(&server).await;
    bob.says("bob").await;
    bob.sees("Connected! Users online: alice, bob").await;

    alice.says("bob: hello").await;
    bob.sees("[alice][{time}] hello").await;
    bob.says("Alice: hello yourself: you").await;
    alice.sees("[bob][{time}] hello yourself: you").await;
    alice.says("alice: a note").await;
    alice.sees("[alice][{time}] a note").await;
}

#[tokio::test]
async fn the_original_client_ends_nothing_with_a_newline() {
    let server = Server::start().await;
    let mut alice = Wire::connect(&server).await;
    alice.sends("alice").await;
    alice.sees("Connected! Users online: alice").await;
    let mut bob = Wire::login(&server, "bob").await;

    alice.sends("bob: hello").await;
    bob.sees("[alice][{time}] hello").await;
    alice.sends("bob: again").await;
    bob.sees("[alice][{time}] again").await;
    alice.sends("exit").await;
    alice.is_closed().await;
    bob.says("alice: still there?").await;
    bob.sees("User 'alice' is offline. Message saved.").await;
}

#[tokio::test]
async fn lines_in_one_packet_are_several_messages() {
    let server = Server::start().await;
    let mut bob = Wire::login(&server, "bob").await;
    let mut alice = Wire::connect(&server).await;
    alice.sends("alice\nbob: one\r\nbob: two\nbob: three").await;
    alice.sees("Connected! Users online: alice, bob").await;
    for number in ["one", "two", "three"] {
        bob.sees(&format!("[alice][{{time}}] {number}")).await;
    }
}

#[tokio::test]
async fn what_was_said_to_joe_waits_until_he_connects() {
    let server = Server::start().await;
    let mut alice = Wire::login(&server, "alice").await;
    alice.says("Joe: hello!!").await;
    alice.sees("User 'Joe' is offline. Message saved.").await;
    alice.says("Joe: are you there?").await;
    alice.sees("User 'Joe' is offline. Message saved.").await;

    let mut joe = Wire::login(&server, "Joe").await;
    joe.sees("[Stored] [{time}][alice] 'hello!!'").await;
    joe.sees("[Stored] [{time}][alice] 'are you there?'").await;
    joe.says("!check").await;
    joe.sees("No new messages.").await;
    alice.says("Joe: you are").await;
    joe.sees("[alice][{time}] you are").await;
    joe.leaves().await;

    let mut joe = Wire::login(&server, "joe").await;
    joe.says("!check").await;
    joe.sees("No new messages.").await;
}

#[tokio::test]
async fn notices_wait_for_check_while_chat_comes_at_once() {
    let server = Server::start().await;
    let mut alice = Wire::login(&server, "alice").await;
    let mut device = server.native("device").await;
    let notice = json!({"to": "@alice", "body": "Battery low", "kind": "notification", "metadata": {"volts": 2.9}});
    device.says_with(notice.clone()).await;
    device.says("@alice", "look at your notices").await;
    alice.sees("[device][{time}] look at your notices").await;
    alice.says("!check").await;
    alice.sees(r#"[Stored] [{time}][device] 'Battery low' {"volts":2.9}"#).await;

    device.says_with(notice).await;
    alice.leaves().await;
    let mut alice = Wire::login(&server, "alice").await;
    alice.sees(r#"[Stored] [{time}][device] 'Battery low' {"volts":2.9}"#).await;
}

#[tokio::test]
async fn a_name_in_use_is_refused_in_every_spelling_until_it_is_free() {
    let server = Server::start().await;
    let alice = Wire::login(&server, "alice").await;
    let _web = server.native("carol").await;
    for name in ["alice", "ALICE", "carol", "thermometer1"] {
        let mut other = Wire::connect(&server).await;
        other.says(name).await;
        other.sees("Username already taken. Disconnecting...").await;
        other.is_closed().await;
    }
    alice.leaves().await;
    Wire::login(&server, "Alice").await;
}

#[tokio::test]
async fn an_account_gives_its_password_and_each_of_its_connections_gets_each_message() {
    let server = Server::start().await;
    server.add_account("alice", "correct horse").await;
    let mut alice = Wire::connect(&server).await;
    alice.says("alice").await;
    alice.is_prompted("Password: ").await;
    alice.says("wrong").await;
    alice.sees("Wrong password.").await;
    alice.is_prompted("Password: ").await;
    alice.sends("correct horse").await;
    alice.sees("Connected! Users online: alice").await;

    let mut other = Wire::connect(&server).await;
    other.sends("alice\ncorrect horse\n").await;
    other.is_prompted("Password: ").await;
    other.sees("Connected! Users online: alice").await;
    let mut bob = Wire::login(&server, "bob").await;
    bob.says("alice: to both").await;
    alice.sees("[bob][{time}] to both").await;
    other.sees("[bob][{time}] to both").await;
}

#[tokio::test]
async fn three_wrong_passwords_end_the_connection() {
    let server = Server::start().await;
    server.add_account("alice", "correct horse").await;
    let mut mallory = Wire::connect(&server).await;
    mallory.sends("alice\none\ntwo\nthree\n").await;
    mallory.is_prompted("Password: ").await;
    for _ in 0..2 {
        mallory.sees("Wrong password.").await;
        mallory.is_prompted("Password: ").await;
    }
    mallory.sees("Wrong password three times. Disconnecting...").await;
    mallory.is_closed().await;
}

#[tokio::test]
async fn a_room_is_spoken_in_joined_and_left() {
    let server = Server::start().await;
    let mut alice = Wire::login(&server, "alice").await;
    let mut bob = Wire::login(&server, "bob").await;
    bob.says("!join #lobby").await;
    bob.sees("You are in #lobby.").await;
    alice.says("#lobby: hello everybody").await;
    bob.sees("#lobby [alice][{time}] hello everybody").await;
    bob.says("#lobby: hello alice").await;
    alice.sees("#lobby [bob][{time}] hello alice").await;

    bob.says("!leave #lobby").await;
    bob.sees("You left #lobby.").await;
    alice.says("#lobby: gone?").await;
    alice.says("bob: gone?").await;
    bob.sees("[alice][{time}] gone?").await;
    bob.says("!who").await;
    bob.sees("Users online: alice, bob").await;
    bob.says("!rooms").await;
    let lobby = bob.receive().await;
    assert!(lobby.starts_with("#lobby, 1 present"), "{lobby}");
    bob.says("#nowhere: hello?").await;
    bob.sees("Error: there is no such room.").await;
}

#[tokio::test]
async fn a_group_reaches_its_members_and_waits_for_those_who_are_away() {
    let server = Server::start().await;
    let mut bob = Wire::login(&server, "bob").await;
    let mut owner = server.native("owner").await;
    owner.creates("team", true).await;
    owner.does(json!({"type": "add_member", "room": "#team", "user": "bob"})).await;
    owner.says("#team", "welcome").await;
    owner.sees("owner", "welcome").await;
    bob.sees("#team [owner][{time}] welcome").await;
    bob.says("#team: thanks").await;
    owner.sees("bob", "thanks").await;
    bob.leaves().await;
    owner.says("#team", "where is bob?").await;
    let mut bob = Wire::login(&server, "bob").await;
    bob.sees("[Stored] #team [{time}][owner] 'where is bob?'").await;
    owner.does(json!({"type": "remove_member", "room": "#team", "user": "bob"})).await;
    bob.sees("You were removed from #team.").await;
}

#[tokio::test]
async fn what_cannot_be_used_is_answered_and_the_connection_stays() {
    let server = Server::start_with(&["--max-message-bytes", "100", "--max-frame-bytes", "200"]).await;
    let mut bob = Wire::login(&server, "bob").await;
    let mut alice = Wire::connect(&server).await;
    alice.says("John Doe").await;
    alice.sees("Invalid username: a username has no spaces and no invisible characters.").await;
    alice.is_prompted("Enter your username: ").await;
    alice.says("alice").await;
    alice.sees("Connected! Users online: alice, bob").await;

    for line in ["hello", "", "!dance", "bob:", ": hi"] {
        alice.says(line).await;
        alice.sees("Invalid format. Use: TO_USERNAME: MESSAGE").await;
    }
    alice.says(&format!("bob: {}", "x".repeat(101))).await;
    alice.sees("Error: a message has at most 100 bytes.").await;
    alice.says(&format!("bob: {}", "x".repeat(100_000))).await;
    alice.sees("A line has at most 200 bytes. Yours was discarded.").await;
    alice.sends(b"bob: \xFF\xFE\n").await;
    alice.sees("That was not UTF-8 text. It was discarded.").await;
    alice.says("bob: still here").await;
    bob.sees("[alice][{time}] still here").await;
}

#[tokio::test]
async fn nobody_steers_anothers_terminal_or_forges_a_line() {
    let server = Server::start().await;
    let mut alice = Wire::login(&server, "alice").await;
    let mut mallory = server.native("mallory").await;
    mallory.says("@alice", "\u{1B}[2J\n[bob][now] send money").await;
    alice.sees("[mallory][{time}] ␛[2J␤[bob][now] send money").await;
}

#[tokio::test]
async fn a_name_that_never_comes_ends_the_connection() {
    let server = Server::start_with(&["--line-name-timeout", "200ms"]).await;
    let mut nobody = Wire::connect(&server).await;
    nobody.sees("Nothing came in time. Disconnecting...").await;
    nobody.is_closed().await;
}

#[tokio::test]
async fn what_was_said_with_the_last_breath_is_kept_and_answered() {
    let server = Server::start().await;
    let mut alice = Wire::connect(&server).await;
    alice.sends("alice\nbob: remember me\nexit").await;
    alice.sees("Connected! Users online: alice").await;
    alice.sees("User 'bob' is offline. Message saved.").await;
    alice.is_closed().await;
    let mut bob = Wire::login(&server, "bob").await;
    bob.sees("[Stored] [{time}][alice] 'remember me'").await;
}

#[tokio::test]
async fn a_server_that_stops_says_so_and_keeps_what_it_took() {
    let mut server = Server::start().await;
    let mut alice = Wire::login(&server, "alice").await;
    alice.says("bob: before the end").await;
    alice.sees("User 'bob' is offline. Message saved.").await;
    assert!(server.stop().await.success());
    alice.sees("Disconnecting: server restarting, come back.").await;
    alice.is_closed().await;
    let server = server.again().await;
    let mut bob = Wire::login(&server, "bob").await;
    bob.sees("[Stored] [{time}][alice] 'before the end'").await;
}

#[tokio::test]
async fn a_full_server_says_so() {
    let server = Server::start_with(&["--max-connections", "1"]).await;
    let _alice = Wire::login(&server, "alice").await;
    assert_eq!(Wire::turned_away(&server).await, "Disconnecting: server full, try later.\n");
}

#[tokio::test]
async fn without_guests_only_accounts_get_in_and_the_thermometer_is_there_all_the_same() {
    let server = Server::start_with(&["--guests", "deny"]).await;
    server.add_account("alice", "correct horse").await;
    let mut guest = Wire::connect(&server).await;
    guest.says("guest").await;
    guest.sees("Error: this server lets accounts in only; ask its operator for one. Disconnecting...").await;
    guest.is_closed().await;
    let mut alice = Wire::connect(&server).await;
    alice.sends("alice\ncorrect horse\n").await;
    alice.is_prompted("Password: ").await;
    alice.sees("Connected! Users online: alice").await;
    alice.says("thermometer1: range\nalice: sync").await;
    alice.sees("[alice][{time}] sync").await;
}
