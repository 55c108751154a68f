//! What there is to say, by the part of the app that says it.

use super::template::{Count, Template};

type Text = &'static str;

/// All of it.
pub(crate) struct Words {
    pub(crate) general: General,
    pub(crate) clock: Clock,
    pub(crate) front: Front,
    pub(crate) connection: Connection,
    pub(crate) places: Places,
    pub(crate) rooms: Rooms,
    pub(crate) people: People,
    pub(crate) talk: Talk,
    pub(crate) writing: Writing,
    pub(crate) message: Message,
    pub(crate) files: Files,
    pub(crate) finding: Finding,
    pub(crate) stranger: Stranger,
    pub(crate) account: Account,
    pub(crate) theme: Theme,
    pub(crate) settings: Settings,
    pub(crate) wire: Wire,
    pub(crate) hooks: Hooks,
    pub(crate) order: Order,
    pub(crate) admin: Admin,
}

/// What is said in many places.
pub(crate) struct General {
    pub(crate) back: Text,
    pub(crate) close: Text,
    pub(crate) dismiss: Text,
    pub(crate) copy: Text,
    pub(crate) copied: Text,
    pub(crate) loading: Text,
    pub(crate) one_moment: Text,
    pub(crate) try_again: Text,
    pub(crate) not_loaded: Text,
    pub(crate) part_missing: Text,
    pub(crate) load_anew: Text,
    pub(crate) nothing_here: Text,
    pub(crate) mistyped: Text,
    pub(crate) not_found: Text,
    pub(crate) to_conversations: Text,
}

/// Times. A date is made of weekday, day, month and year, in this order.
pub(crate) struct Clock {
    pub(crate) today: Text,
    pub(crate) yesterday: Text,
    /// From Sunday on.
    pub(crate) weekdays: [Text; 7],
    pub(crate) months: [Text; 12],
    pub(crate) date: Template<3>,
    pub(crate) date_with_year: Template<4>,
}

/// The way in.
pub(crate) struct Front {
    pub(crate) title: Text,
    pub(crate) heading: Text,
    pub(crate) lead: Text,
    pub(crate) username: Text,
    pub(crate) password: Text,
    pub(crate) sign_in: Text,
    pub(crate) start: Text,
    pub(crate) have_password: Text,
    pub(crate) no_account_needed: Text,
    pub(crate) unreachable: Text,
    pub(crate) unreachable_why: Text,
}

/// The connection and what can go wrong with it.
pub(crate) struct Connection {
    pub(crate) lost: Text,
    pub(crate) kept_meanwhile: Text,
    pub(crate) try_now: Text,
    /// Seconds.
    pub(crate) again_in: Template<1>,
    pub(crate) trying: Text,
    pub(crate) none_now: Text,
    pub(crate) none_for_this: Text,
    pub(crate) unexpected: Text,
    pub(crate) ended_by_server: Text,
    pub(crate) session_over: Text,
    pub(crate) signed_out_elsewhere: Text,
    pub(crate) banned: Text,
    pub(crate) flooded: Text,
    pub(crate) new_version: Text,
    pub(crate) new_version_means: Text,
    pub(crate) reload: Text,
}

/// Where one can go.
pub(crate) struct Places {
    pub(crate) conversations: Text,
    pub(crate) home: Text,
    pub(crate) random: Text,
    pub(crate) browse: Text,
    pub(crate) other_ways: Text,
    pub(crate) pick: Text,
    pub(crate) pick_how: Text,
    pub(crate) find_room: Text,
}

/// Rooms and groups.
pub(crate) struct Rooms {
    pub(crate) rooms: Text,
    pub(crate) groups: Text,
    pub(crate) create_room: Text,
    pub(crate) create_group: Text,
    pub(crate) unread: Count,
    pub(crate) members: Count,
    /// The members, as a whole phrase, and how many of them are here.
    pub(crate) members_and_present: Template<2>,
    pub(crate) filter: Text,
    pub(crate) searching: Text,
    pub(crate) none_fits: Text,
    pub(crate) number: Count,
    pub(crate) join: Text,
    pub(crate) join_one: Template<1>,
    pub(crate) open: Text,
    pub(crate) open_one: Template<1>,
    pub(crate) name: Text,
    pub(crate) topic: Text,
    pub(crate) topic_hint: Text,
    pub(crate) who_comes_in: Text,
    pub(crate) public: Text,
    pub(crate) private: Text,
    pub(crate) public_means: Text,
    pub(crate) private_means: Text,
    pub(crate) create: Text,
    pub(crate) leave: Template<1>,
    pub(crate) delete: Template<1>,
    pub(crate) really_delete: Template<1>,
    pub(crate) was_deleted: Template<1>,
    pub(crate) no_longer_in: Template<1>,
    pub(crate) banned_from: Template<1>,
    pub(crate) by_number: Template<1>,
    pub(crate) not_in: Text,
    pub(crate) can_join: Text,
    pub(crate) loading_one: Text,
    pub(crate) unnamed: Template<1>,
    pub(crate) mentions: Count,
    pub(crate) muted: Text,
    pub(crate) mute: Text,
    pub(crate) tell_me_of: Text,
    pub(crate) of_everything: Text,
    pub(crate) of_mentions: Text,
    pub(crate) of_nothing: Text,
    pub(crate) topic_of_this: Text,
    pub(crate) change_topic: Text,
    pub(crate) no_such: Text,
}

/// Other people.
pub(crate) struct People {
    pub(crate) direct: Text,
    pub(crate) nobody_yet: Text,
    pub(crate) write_to_somebody: Text,
    pub(crate) write_hint: Text,
    pub(crate) open_direct: Text,
    pub(crate) opening: Text,
    pub(crate) online: Text,
    pub(crate) offline: Text,
    pub(crate) write_to: Template<1>,
    pub(crate) members: Text,
    pub(crate) members_count: Template<1>,
    pub(crate) close_members: Text,
    pub(crate) owner: Text,
    pub(crate) you: Text,
    pub(crate) remove: Template<1>,
    pub(crate) add_somebody: Text,
    pub(crate) add: Text,
    pub(crate) about: Template<1>,
    pub(crate) last_seen: Template<1>,
    pub(crate) here_since: Template<1>,
    pub(crate) guest: Text,
    pub(crate) account: Text,
    pub(crate) shared_rooms: Text,
}

/// What was said and what one says.
pub(crate) struct Talk {
    pub(crate) messages_in: Template<1>,
    pub(crate) begins_here: Text,
    pub(crate) loading_older: Text,
    pub(crate) loading: Text,
    pub(crate) quiet: Text,
    pub(crate) say_first: Text,
    pub(crate) jump: Text,
    pub(crate) newest: Text,
    pub(crate) new: Count,
    pub(crate) seen: Text,
    pub(crate) new_messages: Text,
    pub(crate) sent: Text,
    pub(crate) sending: Text,
    pub(crate) waiting: Text,
    pub(crate) not_sent: Text,
    pub(crate) discard: Text,
    pub(crate) command: Text,
    pub(crate) notification: Text,
    pub(crate) subscription: Text,
    pub(crate) message_to: Template<1>,
    pub(crate) send: Text,
    pub(crate) send_by_key: Text,
    /// Bytes.
    pub(crate) too_long: Template<1>,
    pub(crate) one_types: Template<1>,
    pub(crate) two_type: Template<2>,
    pub(crate) three_type: Template<3>,
    pub(crate) many_type: Text,
}

/// Files that go with messages.
pub(crate) struct Files {
    pub(crate) attach: Text,
    pub(crate) attached: Text,
    /// The conversation.
    pub(crate) drop_here: Template<1>,
    pub(crate) drop_note: Text,
    /// A file's name, here and below.
    pub(crate) remove: Template<1>,
    pub(crate) cancel: Template<1>,
    pub(crate) again: Template<1>,
    pub(crate) enlarge: Template<1>,
    pub(crate) download: Template<1>,
    pub(crate) save: Text,
    pub(crate) uploading: Template<1>,
    pub(crate) of_message: Text,
    pub(crate) too_many: Text,
    /// The largest size.
    pub(crate) too_large: Template<1>,
    /// What is left of how much.
    pub(crate) over_quota: Template<2>,
    pub(crate) empty: Text,
    pub(crate) kind_refused: Text,
    pub(crate) failed_first: Text,
    pub(crate) interrupted: Text,
    /// A message that has files and no text.
    pub(crate) only_files: Text,
    /// What stands between whole and tenths.
    pub(crate) point: Text,
}

/// The random chat.
pub(crate) struct Stranger {
    pub(crate) waiting_note: Text,
    pub(crate) matched_note: Text,
    pub(crate) invitation: Text,
    pub(crate) what_is_kept: Text,
    pub(crate) find: Text,
    pub(crate) other_left: Text,
    pub(crate) looking: Text,
    pub(crate) looking_again: Text,
    pub(crate) only_one: Text,
    pub(crate) waiting: Count,
    pub(crate) stop: Text,
    pub(crate) somebody: Text,
    pub(crate) a_stranger: Text,
    pub(crate) away: Text,
    pub(crate) next: Text,
    pub(crate) leave: Text,
    pub(crate) report_or_block: Text,
    pub(crate) report_means: Text,
    pub(crate) what_happened: Text,
    pub(crate) attach: Text,
    pub(crate) send_report: Text,
    pub(crate) reported: Text,
    pub(crate) block_means: Text,
    pub(crate) block: Text,
}

/// The user's own.
pub(crate) struct Account {
    pub(crate) account: Text,
    pub(crate) button: Template<1>,
    pub(crate) guest: Text,
    pub(crate) kept_with_password: Text,
    pub(crate) type_password: Text,
    pub(crate) yours_now: Text,
    pub(crate) guest_means: Text,
    pub(crate) new_password: Text,
    pub(crate) keep_name: Text,
    pub(crate) sign_out: Text,
    pub(crate) language: Text,
    pub(crate) like_browser: Text,
}

/// Light and dark.
pub(crate) struct Theme {
    pub(crate) theme: Text,
    pub(crate) system: Text,
    pub(crate) light: Text,
    pub(crate) dark: Text,
}

/// The settings beside account and theme.
pub(crate) struct Settings {
    pub(crate) title: Text,
    pub(crate) all: Text,
    pub(crate) appearance: Text,
    pub(crate) current_password: Text,
    pub(crate) change_password: Text,
    pub(crate) others_signed_out: Text,
    pub(crate) password_changed: Text,
    pub(crate) notifications: Text,
    pub(crate) desktop: Text,
    pub(crate) desktop_denied: Text,
    pub(crate) desktop_unsupported: Text,
    pub(crate) sound: Text,
    pub(crate) title_count: Text,
    pub(crate) notifications_mean: Text,
    pub(crate) sessions: Text,
    pub(crate) sessions_mean: Text,
    pub(crate) some_browser: Text,
    pub(crate) this_browser: Text,
    pub(crate) sign_out_one: Template<1>,
    pub(crate) last_used: Template<1>,
    pub(crate) never_used: Text,
    pub(crate) tokens: Text,
    pub(crate) tokens_mean: Text,
    pub(crate) tokens_need_account: Text,
    pub(crate) token_name: Text,
    pub(crate) make_token: Text,
    pub(crate) token_once: Text,
    pub(crate) valid_until: Template<1>,
    pub(crate) revoke: Text,
    pub(crate) revoke_one: Template<1>,
}

/// The frames as they pass.
pub(crate) struct Wire {
    pub(crate) title: Text,
    pub(crate) close: Text,
    pub(crate) filter: Text,
    pub(crate) pause: Text,
    pub(crate) go_on: Text,
    pub(crate) clear: Text,
    pub(crate) copy_all: Text,
    pub(crate) frames: Text,
    pub(crate) sent: Text,
    pub(crate) received: Text,
    pub(crate) number: Text,
    pub(crate) no_number: Text,
    pub(crate) show: Text,
    pub(crate) readings: Text,
    pub(crate) cannot: Text,
}

/// Webhooks.
pub(crate) struct Hooks {
    pub(crate) button: Text,
    /// Beside the name of a webhook that said something.
    pub(crate) tag: Text,
    pub(crate) title: Template<1>,
    pub(crate) incoming: Text,
    pub(crate) incoming_mean: Text,
    pub(crate) name: Text,
    pub(crate) make: Text,
    pub(crate) once: Text,
    pub(crate) sample: Text,
    pub(crate) outgoing: Text,
    pub(crate) outgoing_mean: Text,
    pub(crate) url: Text,
    pub(crate) tell: Text,
    pub(crate) secret_once: Text,
    pub(crate) active: Text,
    pub(crate) failing: Text,
    pub(crate) disabled: Text,
    pub(crate) resume: Text,
    pub(crate) resume_one: Template<1>,
    pub(crate) delete: Text,
}

/// What helps one to write.
pub(crate) struct Writing {
    pub(crate) emoji: Text,
    pub(crate) search_emoji: Text,
    /// In the order of the list's own groups.
    pub(crate) emoji_groups: [Text; 9],
    pub(crate) proposals: Text,
}

/// A message and what can be done with it.
pub(crate) struct Message {
    pub(crate) actions: Text,
    pub(crate) reply: Text,
    pub(crate) edit: Text,
    pub(crate) delete: Text,
    pub(crate) really_delete: Text,
    pub(crate) was_deleted: Text,
    pub(crate) edited: Text,
    pub(crate) earlier_versions: Text,
    pub(crate) editing: Text,
    pub(crate) not_changed: Text,
    pub(crate) replying_to: Template<1>,
    pub(crate) give_up: Text,
    pub(crate) reactions: Text,
    pub(crate) add_reaction: Text,
    pub(crate) react_with: Template<1>,
    /// Names, and how many more.
    pub(crate) and_more: Template<2>,
}

/// Finding one's way: the search, the quick switcher, the shortcuts.
pub(crate) struct Finding {
    pub(crate) search: Text,
    pub(crate) words: Text,
    pub(crate) place: Text,
    pub(crate) everywhere: Text,
    pub(crate) from: Text,
    pub(crate) since: Text,
    pub(crate) until: Text,
    pub(crate) nothing: Text,
    pub(crate) more: Text,
    pub(crate) go_to: Text,
    pub(crate) room_or_person: Text,
    pub(crate) write_to_them: Text,
    pub(crate) shortcuts: Text,
    pub(crate) switch: Text,
    pub(crate) beside: Text,
    pub(crate) send: Text,
    pub(crate) new_line: Text,
    pub(crate) edit_last: Text,
    pub(crate) complete: Text,
    pub(crate) give_up: Text,
    pub(crate) to_messages: Text,
    pub(crate) from_message_to_message: Text,
    pub(crate) to_actions: Text,
}

/// Keeping order in a conversation.
pub(crate) struct Order {
    pub(crate) moderator: Text,
    pub(crate) keeping: Text,
    pub(crate) how_long: Text,
    pub(crate) an_hour: Text,
    pub(crate) a_day: Text,
    pub(crate) a_week: Text,
    pub(crate) until_taken_back: Text,
    pub(crate) why: Text,
    pub(crate) silence: Text,
    pub(crate) ban: Text,
    pub(crate) appoint: Text,
    pub(crate) dismiss: Text,
    pub(crate) done: Text,
    pub(crate) sanctions: Text,
    pub(crate) nobody: Text,
    pub(crate) banned: Text,
    pub(crate) is_silenced: Text,
    pub(crate) by: Template<1>,
    pub(crate) because: Template<1>,
    pub(crate) lift: Text,
    pub(crate) lift_one: Template<1>,
    pub(crate) silenced: Text,
    pub(crate) report: Text,
    pub(crate) report_this: Text,
    pub(crate) report_means: Text,
    pub(crate) what_is_wrong: Text,
}

/// Administering the server.
pub(crate) struct Admin {
    pub(crate) title: Text,
    pub(crate) reports: Text,
    pub(crate) reported: Template<2>,
    pub(crate) resolved_by: Template<2>,
    pub(crate) dealt_with: Text,
    pub(crate) to_message: Text,
    pub(crate) kept_out: Text,
    pub(crate) what: Text,
    pub(crate) a_user: Text,
    pub(crate) a_network: Text,
    pub(crate) whom: Text,
    pub(crate) network: Text,
    pub(crate) network_hint: Text,
    pub(crate) keep_out: Text,
    pub(crate) deeds: Text,
    pub(crate) operator: Text,
    pub(crate) nothing: Text,
}
