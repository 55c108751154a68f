//! What documents say of the native protocol: the shared types, and a sample of every kind of frame.

use shared::{ClientMessage, RequestId, ServerMessage};

use crate::dialect::description::{Address, Description};

/// A sample of everything a client can say.
const CLIENT: &[&str] = &[
    r#"{"type":"hello","username":"alice"}"#,
    r#"{"type":"hello","username":"carol","password":"correct horse"}"#,
    r##"{"type":"say","id":2,"to":"#lobby","body":"Hello","client_id":"3f9c"}"##,
    r#"{"type":"say","id":3,"to":"@mike","body":"Are you there?"}"#,
    r#"{"type":"say","id":3,"to":1,"body":"Yes, @mike","reply_to":41}"#,
    r#"{"type":"edit","id":3,"room":1,"seq":42,"body":"Hello, all"}"#,
    r#"{"type":"delete_message","id":3,"room":1,"seq":42}"#,
    r#"{"type":"react","id":3,"room":1,"seq":42,"emoji":"👍"}"#,
    r#"{"type":"react","id":3,"room":1,"seq":42,"emoji":"👍","on":false}"#,
    r#"{"type":"edits","id":3,"room":1,"seq":42}"#,
    r#"{"type":"search","id":3,"text":"what grows","from":"mike","after":"2026-11-01T00:00:00Z"}"#,
    r#"{"type":"resume","id":4,"seen":[{"room":1,"seq":41,"change":3}]}"#,
    r#"{"type":"history","id":5,"room":1,"before":41,"limit":20}"#,
    r#"{"type":"read","id":6,"room":1,"seq":42}"#,
    r#"{"type":"typing","room":1,"on":true}"#,
    r#"{"type":"create_room","id":7,"name":"garden","topic":"What grows where"}"#,
    r##"{"type":"join","id":8,"room":"#garden"}"##,
    r##"{"type":"leave","id":9,"room":"#garden"}"##,
    r##"{"type":"delete_room","id":10,"room":"#garden"}"##,
    r##"{"type":"set_topic","id":11,"room":"#garden","topic":"Beans"}"##,
    r#"{"type":"mute","id":11,"room":2,"level":"mentions"}"#,
    r#"{"type":"profile","id":11,"user":"mike"}"#,
    r##"{"type":"add_member","id":11,"room":"#book club","user":"mike"}"##,
    r##"{"type":"remove_member","id":12,"room":"#book club","user":"mike"}"##,
    r##"{"type":"ban","id":12,"room":"#lobby","user":"mike","until":"2026-12-01T00:00:00Z","reason":"spam"}"##,
    r##"{"type":"unban","id":12,"room":"#lobby","user":"mike"}"##,
    r##"{"type":"silence","id":12,"room":"#lobby","user":"mike","reason":"cool down"}"##,
    r##"{"type":"unsilence","id":12,"room":"#lobby","user":"mike"}"##,
    r##"{"type":"set_moderator","id":12,"room":"#garden","user":"carol","on":true}"##,
    r##"{"type":"sanctions","id":12,"room":"#lobby"}"##,
    r#"{"type":"open_direct","id":13,"user":"mike"}"#,
    r#"{"type":"directory","id":14}"#,
    r##"{"type":"members","id":15,"room":"#lobby"}"##,
    r#"{"type":"find_stranger","id":16}"#,
    r#"{"type":"next_stranger","id":17}"#,
    r#"{"type":"leave_stranger","id":18}"#,
    r#"{"type":"report_stranger","id":18,"note":"rude","messages":[3,4]}"#,
    r#"{"type":"block_stranger","id":18}"#,
    r#"{"type":"report_message","id":18,"room":1,"seq":42,"note":"spam"}"#,
    r#"{"type":"ping","id":19}"#,
];

/// A sample of everything the server can say.
const SERVER: &[&str] = &[
    r#"{"type":"welcome","you":{"username":"alice","guest":true},"session":"s3cr3t","limits":{"max_message_bytes":16384,"max_frame_bytes":65536,"max_history_page":100,"max_resume_messages":500,"messages_per_second":50,"message_burst":200},"server":"0.1.0","rooms":[],"stranger":{"state":"idle"}}"#,
    r#"{"type":"ok","id":6}"#,
    r#"{"type":"accepted","id":2,"room":1,"seq":42,"message_id":"0199a7c5-1b2c-7def-8123-456789abcdef","time":"2026-11-21T09:30:00.000Z","client_id":"3f9c"}"#,
    r#"{"type":"error","id":8,"code":"no_such_room","message":"there is no such room"}"#,
    r#"{"type":"message","room":1,"seq":42,"message_id":"0199a7c5-1b2c-7def-8123-456789abcdef","from":"alice","body":"Hello","time":"2026-11-21T09:30:00.000Z"}"#,
    r#"{"type":"changed","room":1,"seq":42,"message_id":"0199a7c5-1b2c-7def-8123-456789abcdef","from":"alice","body":"Hello, @mike","time":"2026-11-21T09:30:00.000Z","reply_to":{"seq":40,"from":"mike","excerpt":"Anybody?"},"mentions":["mike"],"edited_at":"2026-11-21T09:31:00.000Z","reactions":[{"emoji":"👍","count":1,"users":["mike"]}],"change":3}"#,
    r#"{"type":"edits","id":3,"room":1,"seq":42,"versions":[{"body":"Hello","time":"2026-11-21T09:30:00.000Z"}]}"#,
    r#"{"type":"found","id":3,"hits":[],"more":false}"#,
    r#"{"type":"history","id":5,"room":1,"messages":[],"more":false}"#,
    r#"{"type":"resumed","room":1,"recovered":true,"messages":[]}"#,
    r#"{"type":"room","id":8,"room":{"room":2,"kind":"public","name":"garden","topic":"What grows where","owner":"alice","members":1,"last_seq":0,"read_seq":0,"unread":0,"active_at":"2026-11-21T09:30:00.000Z"}}"#,
    r#"{"type":"room_changed","room":2,"topic":"Beans","owner":"alice"}"#,
    r#"{"type":"muted","room":2,"level":"mentions"}"#,
    r#"{"type":"profile","id":11,"profile":{"username":"mike","guest":true,"online":false,"last_seen":"2026-11-21T09:00:00.000Z","since":"2026-11-20T18:00:00.000Z","shared":[1]}}"#,
    r#"{"type":"room_gone","room":2,"reason":"left"}"#,
    r#"{"type":"directory","id":14,"rooms":[{"room":1,"name":"lobby","members":2,"present":1,"joined":true}]}"#,
    r#"{"type":"members","id":15,"room":1,"members":[{"username":"alice","online":true},{"username":"mike","online":false}]}"#,
    r#"{"type":"member_joined","room":1,"user":"mike","members":2}"#,
    r#"{"type":"member_left","room":1,"user":"mike","members":1}"#,
    r#"{"type":"member_changed","room":2,"user":"carol","moderator":true}"#,
    r#"{"type":"standing","room":1,"silenced":{"until":"2026-12-01T00:00:00.000Z","reason":"cool down"}}"#,
    r#"{"type":"sanctions","id":12,"room":1,"sanctions":[{"kind":"ban","user":"mike","reason":"spam","by":"carol","since":"2026-11-21T09:30:00.000Z"}]}"#,
    r#"{"type":"presence","user":"mike","online":true}"#,
    r#"{"type":"typing","room":1,"user":"mike","on":true}"#,
    r#"{"type":"read","room":3,"user":"mike","seq":7}"#,
    r#"{"type":"stranger","state":"waiting","room":4503599627370496,"waiting":1}"#,
    r#"{"type":"stranger","state":"matched","room":4503599627370496,"with":"mike"}"#,
    r#"{"type":"resync"}"#,
    r#"{"type":"pong","id":19}"#,
    r#"{"type":"goodbye","code":4000,"message":"server restarting, come back","reconnect":true}"#,
];

/// What documents say of it.
#[must_use]
pub fn describe() -> Description {
    let summary = "All that Confab can do: rooms, groups, direct messages, history, presence, typing, receipts, random \
                   pairs, and coming back after a lost connection. The web app speaks it.";
    Description::new("native", "Native protocol", summary)
        .at(Address::http("native", "/api/ws", "The native protocol"))
        .hears_each::<ClientMessage>(CLIENT)
        .says_each::<ServerMessage>(SERVER)
        .hearing_also::<RequestId>("id")
}
