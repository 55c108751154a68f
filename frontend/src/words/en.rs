//! English.

use super::server::Translation;
use super::template::{Count, Template};
use super::texts::{
    Account, Clock, Connection, Front, General, People, Places, Rooms, Stranger, Talk, Theme, Words, Writing,
};
use super::{Language, one_or_many};

/// English, the language of the server's own sentences.
pub(super) static ENGLISH: Language = Language {
    tag: "en",
    name: "English",
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
        writing: WRITING,
        stranger: STRANGER,
        account: ACCOUNT,
        theme: THEME,
    },
    server: Translation { refused: |_| None, wrong_username: |_| None, wrong_room_name: |_| None },
};

const GENERAL: General = General {
    back: "Back to conversations",
    close: "Close",
    dismiss: "Dismiss",
    loading: "Loading…",
    one_moment: "One moment…",
    try_again: "Try again",
    nothing_here: "There is nothing here",
    mistyped: "The address may be mistyped, or what it led to is gone.",
    not_found: "Not found",
    to_conversations: "To the conversations",
};

const CLOCK: Clock = Clock {
    today: "Today",
    yesterday: "Yesterday",
    weekdays: ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"],
    months: [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
    date: Template::new("{0}, {1} {2}"),
    date_with_year: Template::new("{0}, {1} {2} {3}"),
};

const FRONT: Front = Front {
    title: "Sign in",
    heading: "Sign in to Confab",
    lead: "One chat that everything can talk to.",
    username: "Username",
    password: "Password",
    sign_in: "Sign in",
    start: "Start chatting",
    have_password: "I have a password",
    no_account_needed: "No account needed: pick a name and go. The name is yours while you are here; set a password and it stays yours.",
    unreachable: "Confab cannot be reached",
    unreachable_why: "The server does not answer. Check your connection, or try again in a moment.",
};

const CONNECTION: Connection = Connection {
    lost: "Connection lost.",
    kept_meanwhile: "What you write is kept and sent when it is back.",
    try_now: "Try now",
    again_in: Template::new("Trying again in {0} s"),
    trying: "Trying again…",
    none_now: "There is no connection at the moment. Try again when it is back.",
    none_for_this: "There is no connection at the moment. It works again in a moment.",
    unexpected: "The server gave an answer that was not expected.",
    ended_by_server: "The server ended this session. Sign in again.",
    session_over: "Your session has ended. Sign in again.",
};

const PLACES: Places = Places {
    conversations: "Conversations",
    home: "Confab, all conversations",
    random: "Random chat",
    browse: "Browse rooms",
    other_ways: "Other ways to connect",
    pick: "Pick a conversation",
    pick_how: "Or find a room to join, or somebody to write to.",
    find_room: "Find a room",
};

const ROOMS: Rooms = Rooms {
    rooms: "Rooms",
    groups: "Groups",
    create_room: "Create a room",
    create_group: "Create a group",
    unread: Count::new(&["{0} unread"]),
    members: Count::new(&["{0} member", "{0} members"]),
    members_and_present: Template::new("{0}, {1} here now"),
    filter: "Filter rooms",
    searching: "Looking for rooms…",
    none_fits: "No room fits. Create it with the plus beside “Rooms”.",
    number: Count::new(&["{0} room", "{0} rooms"]),
    join: "Join",
    join_one: Template::new("Join {0}"),
    open: "Open",
    open_one: Template::new("Open {0}"),
    name: "Name",
    topic: "Topic",
    topic_hint: "What it is about, if you like.",
    who_comes_in: "Who can come in",
    public: "Public room",
    private: "Private group",
    public_means: "Anybody can find it, read it and join.",
    private_means: "Only its members know of it. Members add members.",
    create: "Create",
    leave: Template::new("Leave {0}"),
    delete: Template::new("Delete {0}"),
    really_delete: Template::new("Really delete {0} for everybody"),
    was_deleted: Template::new("{0} was deleted."),
    no_longer_in: Template::new("You are no longer in {0}."),
    by_number: Template::new("room {0}"),
    not_in: "You are not in this conversation",
    can_join: "If it is a public room you can join it.",
    loading_one: "Loading the conversation…",
    unnamed: Template::new("Conversation {0}"),
};

const PEOPLE: People = People {
    direct: "Direct messages",
    nobody_yet: "Nobody yet. Write to anybody by name, online or not.",
    write_to_somebody: "Write to somebody",
    write_hint: "Online, offline or not yet seen: what you write waits for them.",
    open_direct: "Open conversation",
    opening: "Opening the conversation…",
    online: "online",
    offline: "offline",
    write_to: Template::new("Write to {0}"),
    members: "Members",
    members_count: Template::new("Members, {0}"),
    close_members: "Close members",
    owner: "owner",
    you: "you",
    remove: Template::new("Remove {0}"),
    add_somebody: "Add somebody",
    add: "Add",
};

const TALK: Talk = Talk {
    messages_in: Template::new("Messages in {0}"),
    begins_here: "This is where the conversation begins.",
    loading_older: "Loading older messages…",
    loading: "Loading messages",
    quiet: "is quiet so far.",
    say_first: "Say the first word.",
    jump: "Jump to newest",
    newest: "Newest",
    new: Count::new(&["{0} new"]),
    seen: "Seen",
    new_messages: "New messages",
    sent: "Sent",
    sending: "Sending",
    waiting: "Waiting to be sent",
    not_sent: "Not sent.",
    discard: "Discard",
    command: "command",
    notification: "notification",
    subscription: "subscription",
    message_to: Template::new("Message {0}"),
    send: "Send",
    send_by_key: "Send (Enter)",
    too_long: Template::new("Too long: the server takes {0} bytes at most."),
    one_types: Template::new("{0} is typing…"),
    two_type: Template::new("{0} and {1} are typing…"),
    three_type: Template::new("{0}, {1} and {2} are typing…"),
    many_type: "Several people are typing…",
};

const STRANGER: Stranger = Stranger {
    waiting_note: "waiting",
    matched_note: "matched",
    invitation: "Talk to somebody you do not know",
    what_is_kept: "Two people who look for somebody are brought together by lot. What you say stays between the two of you, is kept nowhere, and is gone when one of you leaves.",
    find: "Find somebody",
    other_left: "The other has left",
    looking: "Looking for somebody",
    looking_again: "Looking for somebody else.",
    only_one: "You are the only one waiting.",
    waiting: Count::new(&["{0} person is waiting.", "{0} people are waiting."]),
    stop: "Stop looking",
    somebody: "Somebody",
    a_stranger: "a stranger",
    away: "away, may come back",
    next: "Next",
    leave: "Leave",
};

const ACCOUNT: Account = Account {
    account: "Account",
    button: Template::new("Account: {0}"),
    guest: "Guest",
    kept_with_password: "Account, kept with a password",
    type_password: "Type the password that you want to use from now on.",
    yours_now: "The name is yours now. Sign in with your password from anywhere.",
    guest_means: "As a guest you hold this name only while you are here. With a password it stays yours.",
    new_password: "New password",
    keep_name: "Keep this name",
    sign_out: "Sign out",
    language: "Language",
    like_browser: "Like the browser",
};

const THEME: Theme = Theme { theme: "Theme", system: "Like the system", light: "Light", dark: "Dark" };

const WRITING: Writing = Writing {
    emoji: "Emoji",
    search_emoji: "Search emoji",
    emoji_groups: [
        "Faces and feelings",
        "People and bodies",
        "Animals and nature",
        "Food and drink",
        "Travel and places",
        "Activities",
        "Objects",
        "Symbols",
        "Flags",
    ],
    proposals: "Proposals",
};
