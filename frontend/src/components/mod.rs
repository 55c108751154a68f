//! What is on the screen, one file per thing. None of them knows how the server is reached: they see and do things
//! through a [`crate::session::Session`].

pub mod account;
pub mod announcer;
pub mod avatar;
pub mod banner;
pub mod browse;
pub mod composer;
pub mod conversation;
pub mod copy;
pub mod create_room;
pub mod dialog;
pub mod field;
pub mod icon;
pub mod leading;
pub mod logo;
pub mod members;
pub mod message;
pub mod new_direct;
pub mod notices;
pub mod report;
pub mod room_list;
pub mod room_tools;
pub mod scroll;
pub mod settings;
pub mod sidebar;
pub mod stranger;
pub mod theme;
pub mod timeline;
pub mod title;
pub mod webhooks;
pub mod wire;
