//! What can be set, a struct per concern. Every setting is a flag, a `CONFAB_*` variable and a key in `confab.toml`;
//! flag beats environment beats file beats default.

mod addresses;
mod sources;
mod values;

use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use shared::Limits;

use crate::transport::websocket::Patience;
use crate::webhooks::{Reach, WebhookSettings};
pub use addresses::{DatabaseUrl, Listen, NatsUrl, Proxies};
pub use sources::{ConfigError, Flags};
pub use values::{Guests, Interval, Pause, PrivateTargets, Thermometer, Uploads};

/// Every setting with its value.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// HTTP: web app, API, WebSocket dialects.
    pub listen: SocketAddr,
    /// The TCP line dialect.
    pub line_listen: Listen,
    /// TMP on a port of its own.
    pub tmp_listen: Listen,
    /// Where the embedded store and uploads live.
    pub data_dir: PathBuf,
    /// PostgreSQL in place of the embedded store.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub database_url: Option<DatabaseUrl>,
    /// With it, several nodes share one chat.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nats_url: Option<NatsUrl>,
    /// Whether people without an account get in.
    pub guests: Guests,
    /// The built-in `thermometer1`.
    pub thermometer: Thermometer,
    /// The most connections at once, of all dialects together.
    pub max_connections: usize,
    /// The most of them from one address; all of an IPv6 /64 count as one.
    pub max_connections_per_address: usize,
    /// The most rooms and groups one user is in.
    pub max_rooms_per_user: usize,
    /// Proxies whose word counts on where a request comes from.
    pub trusted_proxies: Proxies,
    /// The certificate by which HTTP is served over TLS.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls_cert: Option<PathBuf>,
    /// Its private key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls_key: Option<PathBuf>,
    /// The longest message body, in bytes.
    pub max_message_bytes: usize,
    /// The largest frame, in bytes.
    pub max_frame_bytes: usize,
    /// Messages a second from one connection, over time.
    pub messages_per_second: NonZeroU32,
    /// How many of them at once after a rest.
    pub message_burst: NonZeroU32,
    /// How many times the pace of one connection an address has over all it opens; all of an IPv6 /64 count as one.
    pub paces_per_address: NonZeroU32,
    /// How long an address opens no connection after several of it were closed for flooding; twice as long each time.
    pub flood_pause: Pause,
    /// Password attempts a minute from one address.
    pub logins_per_minute: NonZeroU32,
    /// Random partners that one may leave a minute.
    pub partners_per_minute: NonZeroU32,
    /// For how long it is kept who did what to whom.
    pub audit_kept_for: Interval,
    /// Deliveries that may wait for one connection.
    pub outbox_capacity: usize,
    /// How long a request's header may take.
    pub header_timeout: Interval,
    /// How long a whole request may take, its body and its answer.
    pub request_timeout: Interval,
    /// How long a WebSocket may be silent before it is pinged.
    pub ping_after: Interval,
    /// How long no whole frame may come on a WebSocket, not even an answer to the ping.
    pub silence_timeout: Interval,
    /// How the server is reached from outside, such as `https://chat.example`: for addresses in messages.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub public_url: Option<String>,
    /// Who may upload files.
    pub uploads: Uploads,
    /// The largest file, in bytes.
    pub max_upload_bytes: u64,
    /// How much one user may upload in all, in bytes.
    pub upload_quota_bytes: u64,
    /// How much may be uploaded from one address in a day, in bytes; all of an IPv6 /64 count as one.
    pub upload_bytes_per_address: u64,
    /// How long the next part of an upload may take.
    pub upload_stall_timeout: Interval,
    /// How fast an upload must be in all, in bytes a second.
    pub upload_bytes_per_second: NonZeroU32,
    /// Whether outgoing webhooks may lead to private addresses.
    pub webhook_private_targets: PrivateTargets,
    /// The pause after an outgoing webhook's first failure.
    pub webhook_retry: Interval,
    /// How long an outgoing webhook may fail before it is disabled.
    pub webhook_give_up: Interval,
    /// How long a client of the native protocol or of RandomChat may take to say who it is.
    pub name_timeout: Interval,
    /// How long a TMP client may take to give a name.
    pub tmp_name_timeout: Interval,
    /// How long a TMP client may say nothing.
    pub tmp_idle_timeout: Interval,
    /// How long a line client may take to give a name.
    pub line_name_timeout: Interval,
}

impl Default for Settings {
    fn default() -> Self {
        let limits = Limits::default();
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8000)),
            line_listen: Listen::On(SocketAddr::from(([127, 0, 0, 1], 5000))),
            tmp_listen: Listen::On(SocketAddr::from(([127, 0, 0, 1], 5050))),
            data_dir: PathBuf::from("./confab-data"),
            database_url: None,
            nats_url: None,
            guests: Guests::Allow,
            thermometer: Thermometer::On,
            max_connections: 10_000,
            max_connections_per_address: 500,
            max_rooms_per_user: 500,
            trusted_proxies: Proxies::default(),
            tls_cert: None,
            tls_key: None,
            max_message_bytes: limits.max_message_bytes,
            max_frame_bytes: limits.max_frame_bytes,
            messages_per_second: NonZeroU32::new(limits.messages_per_second).unwrap_or(NonZeroU32::MIN),
            message_burst: NonZeroU32::new(limits.message_burst).unwrap_or(NonZeroU32::MIN),
            paces_per_address: NonZeroU32::new(10).unwrap_or(NonZeroU32::MIN),
            flood_pause: Pause::Of(Interval::seconds(1)),
            logins_per_minute: NonZeroU32::new(30).unwrap_or(NonZeroU32::MIN),
            partners_per_minute: NonZeroU32::new(20).unwrap_or(NonZeroU32::MIN),
            audit_kept_for: Interval::seconds(365 * 24 * 3_600),
            outbox_capacity: 1_024,
            header_timeout: Interval::seconds(30),
            request_timeout: Interval::seconds(300),
            ping_after: Interval::seconds(25),
            silence_timeout: Interval::seconds(60),
            public_url: None,
            uploads: Uploads::On,
            max_upload_bytes: 16 * 1024 * 1024,
            upload_quota_bytes: 256 * 1024 * 1024,
            upload_bytes_per_address: 1024 * 1024 * 1024,
            upload_stall_timeout: Interval::seconds(30),
            upload_bytes_per_second: NonZeroU32::new(1024).unwrap_or(NonZeroU32::MIN),
            webhook_private_targets: PrivateTargets::Deny,
            webhook_retry: Interval::seconds(5),
            webhook_give_up: Interval::seconds(24 * 3_600),
            name_timeout: Interval::seconds(120),
            tmp_name_timeout: Interval::seconds(45),
            tmp_idle_timeout: Interval::seconds(600),
            line_name_timeout: Interval::seconds(120),
        }
    }
}

/// What uploading is limited to.
#[derive(Clone, Copy, Debug)]
pub struct UploadSettings {
    /// Who may.
    pub who: Uploads,
    /// The largest file, in bytes.
    pub max_bytes: u64,
    /// How much one user may have in all, in bytes.
    pub quota_bytes: u64,
    /// How much may come from one address in a day, in bytes.
    pub bytes_per_address: u64,
    /// How slow an upload may be.
    pub pace: UploadPace,
}

/// How slow an upload may be.
#[derive(Clone, Copy, Debug)]
pub struct UploadPace {
    /// How long its next part may take.
    pub stall: Duration,
    /// How fast it must be in all, in bytes a second.
    pub per_second: NonZeroU32,
}

/// What the hub needs to know.
#[derive(Clone, Debug)]
pub struct HubSettings {
    /// Whether people without an account get in.
    pub guests: bool,
    /// The most connections at once.
    pub max_connections: usize,
    /// The most of them from one address.
    pub max_connections_per_address: usize,
    /// The most rooms and groups one user is in.
    pub max_rooms_per_user: usize,
    /// How many deliveries a session's outbox holds.
    pub outbox_capacity: usize,
    /// How many times the pace of one connection an address has.
    pub paces_per_address: NonZeroU32,
    /// How long an address is held off at first; `None`: never.
    pub flood_pause: Option<Duration>,
    /// Password attempts a minute from one address.
    pub logins_per_minute: NonZeroU32,
    /// Random partners that one may leave a minute.
    pub partners_per_minute: NonZeroU32,
    /// What uploading is limited to.
    pub uploads: UploadSettings,
    /// How the server is reached from outside, without a slash at the end.
    pub public_url: Option<String>,
    /// What clients are told.
    pub limits: Limits,
}

impl Settings {
    /// How outgoing webhooks behave.
    #[must_use]
    pub fn webhooks(&self) -> WebhookSettings {
        let reach = match self.webhook_private_targets {
            PrivateTargets::Allow => Reach::Anywhere,
            PrivateTargets::Deny => Reach::Public,
        };
        WebhookSettings { reach, retry: self.webhook_retry.0, give_up: self.webhook_give_up.0 }
    }

    /// How long a WebSocket may be silent.
    #[must_use]
    pub fn patience(&self) -> Patience {
        Patience { ping_after: self.ping_after.0, silent_after: self.silence_timeout.0 }
    }

    /// What the hub needs of the settings.
    #[must_use]
    pub fn hub(&self) -> HubSettings {
        HubSettings {
            guests: self.guests == Guests::Allow,
            max_connections: self.max_connections,
            max_connections_per_address: self.max_connections_per_address,
            max_rooms_per_user: self.max_rooms_per_user,
            outbox_capacity: self.outbox_capacity,
            paces_per_address: self.paces_per_address,
            flood_pause: self.flood_pause.duration(),
            logins_per_minute: self.logins_per_minute,
            partners_per_minute: self.partners_per_minute,
            uploads: UploadSettings {
                who: self.uploads,
                max_bytes: self.max_upload_bytes,
                quota_bytes: self.upload_quota_bytes,
                bytes_per_address: self.upload_bytes_per_address,
                pace: UploadPace { stall: self.upload_stall_timeout.0, per_second: self.upload_bytes_per_second },
            },
            public_url: self.public_url.as_ref().map(|url| url.trim_end_matches('/').to_owned()),
            limits: Limits {
                max_message_bytes: self.max_message_bytes,
                max_frame_bytes: self.max_frame_bytes,
                messages_per_second: self.messages_per_second.get(),
                message_burst: self.message_burst.get(),
                ..Limits::default()
            },
        }
    }
}
