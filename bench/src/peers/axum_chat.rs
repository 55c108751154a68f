//! axum's chat as its example writes it: a broadcast channel for each room, two tasks for each socket.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::extract::ws::{Message, Utf8Bytes, WebSocket, WebSocketUpgrade};
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::any;
use futures_util::{SinkExt, StreamExt};
use tokio::sync::broadcast;

use crate::trouble::Trouble;

/// Enough that no receiver is ever left behind; the example's 100 would lose messages.
const CHANNEL: usize = 65_536;

type Said = (usize, Utf8Bytes);

#[derive(Clone, Default)]
struct Rooms {
    channels: Arc<Mutex<HashMap<String, broadcast::Sender<Said>>>>,
    sockets: Arc<std::sync::atomic::AtomicUsize>,
}

/// Serves until the process ends.
pub fn run(address: SocketAddr) -> Result<(), Trouble> {
    let serving = async {
        let listener = tokio::net::TcpListener::bind(address).await?;
        let app = Router::new().route("/{kind}/{name}", any(upgrade)).with_state(Rooms::default());
        axum::serve(listener, app).await
    };
    let runtime = tokio::runtime::Runtime::new().map_err(Trouble::socket("starting tokio"))?;
    runtime.block_on(serving).map_err(Trouble::socket("serving"))
}

async fn upgrade(
    State(rooms): State<Rooms>,
    Path((kind, name)): Path<(String, String)>,
    upgrade: WebSocketUpgrade,
) -> Response {
    upgrade.on_upgrade(move |socket| talk(socket, rooms, kind == "room", format!("{kind}/{name}")))
}

async fn talk(socket: WebSocket, rooms: Rooms, also_himself: bool, path: String) {
    let me = rooms.sockets.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    // A pair's channel is small: there are many of them, with one message under way.
    let capacity = if also_himself { CHANNEL } else { 16 };
    let channel = {
        let mut channels = rooms.channels.lock().unwrap_or_else(PoisonError::into_inner);
        channels.entry(path).or_insert_with(|| broadcast::channel(capacity).0).clone()
    };
    let mut said = channel.subscribe();
    let (mut sender, mut receiver) = socket.split();
    let mut telling = tokio::spawn(async move {
        while let Ok((from, text)) = said.recv().await {
            if (also_himself || from != me) && sender.send(Message::Text(text)).await.is_err() {
                break;
            }
        }
    });
    let mut hearing = tokio::spawn(async move {
        while let Some(Ok(Message::Text(text))) = receiver.next().await {
            // Nobody may be there any more.
            let _ = channel.send((me, text));
        }
    });
    tokio::select! {
        _ = &mut telling => hearing.abort(),
        _ = &mut hearing => telling.abort(),
    }
}
