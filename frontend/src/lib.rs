//! Confab's web app.

pub mod app;
pub mod server_api;
pub mod state;

pub use app::{App, shell};
