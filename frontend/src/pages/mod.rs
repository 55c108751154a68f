//! What fills the whole screen.

pub mod chat;
pub mod entrance;
pub mod not_found;
pub mod sign_in;
mod splash;

pub use chat::{ChatPage, CurrentPlace};
pub use entrance::{Entrance, Visitor};
pub use not_found::NotFound;
pub use sign_in::SignIn;
