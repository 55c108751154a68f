//! `confab serve`: runs until it is told to stop.

use tokio_util::sync::CancellationToken;

use super::CommandError;
use crate::app::{self, Listeners, Parts};
use crate::config::Settings;

/// Opens the store, binds the listeners, says so, and serves until SIGTERM or Ctrl-C.
pub async fn serve(settings: Settings) -> Result<(), CommandError> {
    let shutdown = CancellationToken::new();
    stop_on_signals(shutdown.clone())?;
    let listeners = Listeners::bind(&settings).await?;
    let parts = Parts::open(&settings).await?;
    super::print(&listeners.announcement())?;
    app::run(settings, parts, listeners, shutdown).await?;
    tracing::info!("stopped");
    Ok(())
}

/// Cancels the token at the first SIGTERM or Ctrl-C; a second one ends the process at once.
#[cfg(unix)]
fn stop_on_signals(shutdown: CancellationToken) -> Result<(), CommandError> {
    use tokio::signal::unix::{SignalKind, signal};

    let listen = |kind| {
        signal(kind).map_err(|source| CommandError::Io { what: "signals cannot be listened for".to_owned(), source })
    };
    let (mut terminate, mut interrupt) = (listen(SignalKind::terminate())?, listen(SignalKind::interrupt())?);
    tokio::spawn(async move {
        for time in 1.. {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
            if time > 1 {
                std::process::exit(1);
            }
            shutdown.cancel();
        }
    });
    Ok(())
}

/// Cancels the token at Ctrl-C.
#[cfg(not(unix))]
fn stop_on_signals(shutdown: CancellationToken) -> Result<(), CommandError> {
    tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            shutdown.cancel();
        }
    });
    Ok(())
}
