//! What is on the screen, one file per thing. None of them knows how the server is reached: they see and do things
//! through a [`crate::session::Session`].

pub mod account;
pub mod announcer;
pub mod avatar;
pub mod banner;
pub mod browse;
pub mod completion;
pub mod composer;
pub mod conversation;
pub mod create_room;
pub mod dialog;
pub mod emoji_picker;
pub mod field;
pub mod icon;
pub mod leading;
pub mod logo;
pub mod members;
pub mod message;
pub mod new_direct;
pub mod notices;
pub mod prose;
pub mod room_list;
pub mod scroll;
pub mod sidebar;
pub mod splash;
pub mod stranger;
pub mod theme;
pub mod timeline;
