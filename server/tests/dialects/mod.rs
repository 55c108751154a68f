//! A file per dialect: what its users rely on, over real sockets. A new dialect's test goes into a file of its own;
//! what two dialects say to each other goes into `matrix.rs`.

mod arbitrary;
mod line;
pub mod matrix;
mod messages_api;
mod moderation;
mod names;
mod native;
mod native_messages;
mod native_strangers;
mod pair_chat;
mod postman;
mod random_chat;
mod speakers;
mod thermometer;
mod tmp;
