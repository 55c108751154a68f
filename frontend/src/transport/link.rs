//! One connection after the other.

use std::time::Duration;

use futures_channel::mpsc::UnboundedReceiver;
use futures_util::future::{Either, select};
use futures_util::stream::{SplitSink, once, select as merge};
use futures_util::{SinkExt, Stream, StreamExt};
use gloo_net::websocket::futures::WebSocket;
use gloo_net::websocket::{Message, WebSocketError};
use gloo_timers::future::{IntervalStream, TimeoutFuture};
use shared::{ClientFrame, ClientMessage, CloseCode, Return, ServerMessage};

use super::{LinkEvent, Loss, Order};
use crate::state::backoff::Backoff;
use crate::state::clock::Millis;
use crate::state::wire::Direction;

/// How often the connection is looked after, in milliseconds.
const LOOK_AFTER: u32 = 5_000;
/// After so long without a word from the server it is asked for one.
const QUIET: Millis = 20_000;
/// After so much longer the connection counts as dead.
const DEAD: Millis = 12_000;
/// What the browser reports where there was no close frame.
const NO_CLOSE_FRAME: u16 = 1006;

/// What can happen while connected.
enum Input {
    Heard(Result<Message, WebSocketError>),
    Ordered(Order),
    Tick,
    Ended,
}

enum End {
    Closed { code: u16, welcomed: bool },
    Stopped,
}

pub(super) async fn keep(path: &str, mut orders: UnboundedReceiver<Order>, report: impl Fn(LinkEvent)) {
    let mut backoff = Backoff::default();
    loop {
        report(LinkEvent::Trying);
        let End::Closed { code, welcomed } = connect(path, &mut orders, &report).await else { return };
        if welcomed {
            backoff.reset();
        }
        let retry_in = match CloseCode::advice(code) {
            Return::After(at_least) => Some(backoff.next(at_least, js_sys::Math::random())),
            Return::Never => None,
        };
        report(LinkEvent::Lost(Loss { code, retry_in, welcomed }));
        if wait(retry_in, &mut orders).await.is_none() {
            return;
        }
    }
}

/// Waits for the time of the next attempt, or for an order to hurry. None: stopped.
async fn wait(pause: Option<Duration>, orders: &mut UnboundedReceiver<Order>) -> Option<()> {
    let millis = pause.map(|pause| u32::try_from(pause.as_millis()).unwrap_or(u32::MAX));
    let mut timer = match millis {
        Some(millis) => Either::Left(TimeoutFuture::new(millis)),
        None => Either::Right(std::future::pending()),
    };
    loop {
        match select(timer, orders.next()).await {
            Either::Left(..) | Either::Right((Some(Order::Hurry), _)) => return Some(()),
            Either::Right((Some(Order::Stop) | None, _)) => return None,
            // Nothing can be sent now; whoever ordered it keeps it until the connection is back.
            Either::Right((Some(Order::Send(_)), rest)) => timer = rest,
        }
    }
}

async fn connect(path: &str, orders: &mut UnboundedReceiver<Order>, report: &impl Fn(LinkEvent)) -> End {
    let Some(socket) = address(path).and_then(|address| WebSocket::open(&address).ok()) else {
        return End::Closed { code: NO_CLOSE_FRAME, welcomed: false };
    };
    let (mut sink, stream) = socket.split();
    let mut inputs = inputs(stream, orders);
    let mut life = Life { heard_at: now(), asked: false };
    let mut welcomed = false;
    while let Some(input) = inputs.next().await {
        match input {
            Input::Heard(Ok(Message::Text(text))) => {
                life = Life { heard_at: now(), asked: false };
                let message = read(&text);
                report(LinkEvent::Passed(Direction::Received, text));
                if let Some(message) = message {
                    welcomed |= matches!(message, ServerMessage::Welcome(_));
                    report(LinkEvent::Frame(Box::new(message)));
                }
            }
            Input::Heard(Err(WebSocketError::ConnectionClose(close))) => {
                return End::Closed { code: close.code, welcomed };
            }
            // An error is followed by the close it leads to; binary frames are not part of the protocol.
            Input::Heard(_) => {}
            Input::Ended => break,
            Input::Ordered(Order::Stop) => return End::Stopped,
            Input::Ordered(Order::Send(frame)) => write(&mut sink, &frame, report).await,
            Input::Ordered(Order::Hurry) if !welcomed => {}
            Input::Ordered(Order::Hurry) => {
                life.heard_at = life.heard_at.min(now() - QUIET);
                life.ask(&mut sink, report).await;
            }
            Input::Tick if life.is_over() => break,
            Input::Tick if life.is_quiet() && welcomed => life.ask(&mut sink, report).await,
            Input::Tick => {}
        }
    }
    End::Closed { code: NO_CLOSE_FRAME, welcomed }
}

fn inputs<'a>(
    stream: impl Stream<Item = Result<Message, WebSocketError>> + Unpin + 'a,
    orders: &'a mut UnboundedReceiver<Order>,
) -> impl Stream<Item = Input> + Unpin + 'a {
    let heard = stream.map(Input::Heard).chain(once(async { Input::Ended }));
    let ordered = orders.map(Input::Ordered).chain(once(async { Input::Ordered(Order::Stop) }));
    let ticks = IntervalStream::new(LOOK_AFTER).map(|()| Input::Tick);
    Box::pin(merge(heard, merge(ordered, ticks)))
}

/// When the server was last heard, and whether it has been asked for a word since.
struct Life {
    heard_at: Millis,
    asked: bool,
}

impl Life {
    fn is_quiet(&self) -> bool {
        !self.asked && now() - self.heard_at >= QUIET
    }

    fn is_over(&self) -> bool {
        now() - self.heard_at >= QUIET + DEAD
    }

    async fn ask(&mut self, sink: &mut SplitSink<WebSocket, Message>, report: &impl Fn(LinkEvent)) {
        self.asked = true;
        write(sink, &ClientFrame { id: None, message: ClientMessage::Ping {} }, report).await;
    }
}

async fn write(sink: &mut SplitSink<WebSocket, Message>, frame: &ClientFrame, report: &impl Fn(LinkEvent)) {
    if let Ok(text) = serde_json::to_string(frame) {
        report(LinkEvent::Passed(Direction::Sent, text.clone()));
        // Where it fails the close follows, and with it the way back.
        let _ = sink.send(Message::Text(text)).await;
    }
}

fn read(text: &str) -> Option<ServerMessage> {
    match ServerMessage::parse(text) {
        Ok(message) => Some(message),
        Err(error) => {
            // A newer server may say what this page does not know yet.
            leptos::logging::warn!("a frame that cannot be read: {error}: {text}");
            None
        }
    }
}

fn address(path: &str) -> Option<String> {
    let location = web_sys::window()?.location();
    let scheme = if location.protocol().ok()? == "https:" { "wss" } else { "ws" };
    Some(format!("{scheme}://{}{path}", location.host().ok()?))
}

#[allow(clippy::cast_possible_truncation, reason = "milliseconds since 1970 are whole and far from 2^63")]
fn now() -> Millis {
    js_sys::Date::now() as Millis
}
