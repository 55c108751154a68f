//! `confab check`: whether the server would start.

use super::CommandError;
use crate::app::{self, Listeners};
use crate::config::Settings;

/// Opens the store and the listeners, and says that all is well.
pub async fn check(settings: &Settings) -> Result<(), CommandError> {
    let store = app::open_store(settings).await?;
    store.check().await?;
    store.close().await;
    drop(Listeners::bind(settings).await?);
    super::print("configuration, store and addresses are in order\n")
}
