//! A real server on free ports, and clients that speak to it over real sockets. Everything here waits for what it
//! expects, with a deadline, and says what it got instead.

pub mod cluster;
pub mod frail;
pub mod http;
pub mod native;
pub mod nats;
pub mod postgres;
pub mod proxy;
pub mod receiver;
pub mod server;
pub mod socket;
pub mod tls;
pub mod wire;

use std::time::Duration;

pub use frail::Frail;
pub use native::Native;
pub use proxy::Proxy;
pub use receiver::Receiver;
pub use server::Server;
pub use socket::Socket;
pub use wire::Wire;

/// How long anything may take that is expected to happen.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// Waits for something that is expected, with a deadline.
pub async fn in_time<T>(what: &str, future: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, future).await.unwrap_or_else(|_| panic!("waited in vain for {what}"))
}
