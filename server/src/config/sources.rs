//! Where settings come from: flags, environment, file, defaults, in that order.

use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};

use clap::Args;
use figment::Figment;
use figment::providers::{Env, Format, Serialized, Toml};
use serde::Serialize;

use super::{
    DatabaseUrl, Guests, Interval, Listen, NatsUrl, Pause, PrivateTargets, Proxies, Settings, Thermometer, Uploads,
};

/// The file that is read where no other is named and this one exists.
const DEFAULT_FILE: &str = "confab.toml";

/// The settings as flags. What is not given is left to environment, file and default.
#[derive(Args, Clone, Debug, Default, Serialize)]
#[command(next_help_heading = "Settings (also CONFAB_* variables and keys in confab.toml)")]
#[serde(default)]
pub struct Flags {
    /// The file to read settings from [default: confab.toml, where it exists]
    #[arg(long, global = true, value_name = "FILE")]
    #[serde(skip)]
    pub config: Option<PathBuf>,

    /// Where HTTP listens: web app, API, WebSocket dialects; port 0 picks a free one [default: 127.0.0.1:8000]
    #[arg(long, global = true, value_name = "ADDRESS")]
    #[serde(skip_serializing_if = "Option::is_none")]
    listen: Option<SocketAddr>,

    /// Where the TCP line dialect listens, or off [default: 127.0.0.1:5000]
    #[arg(long, global = true, value_name = "ADDRESS|off")]
    #[serde(skip_serializing_if = "Option::is_none")]
    line_listen: Option<Listen>,

    /// Where the TMP dialect listens on a port of its own, or off [default: 127.0.0.1:5050]
    #[arg(long, global = true, value_name = "ADDRESS|off")]
    #[serde(skip_serializing_if = "Option::is_none")]
    tmp_listen: Option<Listen>,

    /// Where the embedded store lives [default: ./confab-data]
    #[arg(long, global = true, value_name = "DIR")]
    #[serde(skip_serializing_if = "Option::is_none")]
    data_dir: Option<PathBuf>,

    /// A PostgreSQL database in place of the embedded store
    #[arg(long, global = true, value_name = "URL")]
    #[serde(skip_serializing_if = "Option::is_none")]
    database_url: Option<DatabaseUrl>,

    /// A NATS server, or several by commas, by which several nodes share one chat; with --database-url
    #[arg(long, global = true, value_name = "URLS")]
    #[serde(skip_serializing_if = "Option::is_none")]
    nats_url: Option<NatsUrl>,

    /// Whether people without an account get in: allow or deny [default: allow]
    #[arg(long, global = true, value_name = "allow|deny")]
    #[serde(skip_serializing_if = "Option::is_none")]
    guests: Option<Guests>,

    /// The built-in thermometer1: on, off, or how often it tells its subscribers [default: on, every 100s]
    #[arg(long, global = true, value_name = "on|off|INTERVAL")]
    #[serde(skip_serializing_if = "Option::is_none")]
    thermometer: Option<Thermometer>,

    /// The most connections at once, of all dialects together [default: 10000]
    #[arg(long, global = true, value_name = "COUNT")]
    #[serde(skip_serializing_if = "Option::is_none")]
    max_connections: Option<usize>,

    /// The most connections from one address, or from one IPv6 /64 [default: 500]
    #[arg(long, global = true, value_name = "COUNT")]
    #[serde(skip_serializing_if = "Option::is_none")]
    max_connections_per_address: Option<usize>,

    /// The most rooms and groups one user is in [default: 500]
    #[arg(long, global = true, value_name = "COUNT")]
    #[serde(skip_serializing_if = "Option::is_none")]
    max_rooms_per_user: Option<usize>,

    /// Proxies to believe on who asks (X-Forwarded-For, Forwarded): addresses and networks, by commas [default: none]
    #[arg(long, global = true, value_name = "NETWORKS")]
    #[serde(skip_serializing_if = "Option::is_none")]
    trusted_proxies: Option<Proxies>,

    /// The certificate, as PEM, by which HTTP is served over TLS; with --tls-key
    #[arg(long, global = true, value_name = "FILE")]
    #[serde(skip_serializing_if = "Option::is_none")]
    tls_cert: Option<PathBuf>,

    /// The private key of the certificate, as PEM
    #[arg(long, global = true, value_name = "FILE")]
    #[serde(skip_serializing_if = "Option::is_none")]
    tls_key: Option<PathBuf>,

    /// The longest message body in bytes [default: 16384]
    #[arg(long, global = true, value_name = "BYTES")]
    #[serde(skip_serializing_if = "Option::is_none")]
    max_message_bytes: Option<usize>,

    /// The largest frame in bytes [default: 65536]
    #[arg(long, global = true, value_name = "BYTES")]
    #[serde(skip_serializing_if = "Option::is_none")]
    max_frame_bytes: Option<usize>,

    /// Requests a second from one connection, over time [default: 50]
    #[arg(long, global = true, value_name = "RATE")]
    #[serde(skip_serializing_if = "Option::is_none")]
    messages_per_second: Option<NonZeroU32>,

    /// How many of them at once after a rest [default: 200]
    #[arg(long, global = true, value_name = "COUNT")]
    #[serde(skip_serializing_if = "Option::is_none")]
    message_burst: Option<NonZeroU32>,

    /// How many times that pace one address has, or one IPv6 /64, over all of its connections [default: 10]
    #[arg(long, global = true, value_name = "COUNT")]
    #[serde(skip_serializing_if = "Option::is_none")]
    paces_per_address: Option<NonZeroU32>,

    /// How long an address may open no connection after several of it were closed for flooding, or off; it doubles each
    /// time, up to five minutes [default: 1s]
    #[arg(long, global = true, value_name = "INTERVAL|off")]
    #[serde(skip_serializing_if = "Option::is_none")]
    flood_pause: Option<Pause>,

    /// Password attempts a minute from one address [default: 30]
    #[arg(long, global = true, value_name = "RATE")]
    #[serde(skip_serializing_if = "Option::is_none")]
    logins_per_minute: Option<NonZeroU32>,

    /// Random partners that one may leave a minute [default: 20]
    #[arg(long, global = true, value_name = "RATE")]
    #[serde(skip_serializing_if = "Option::is_none")]
    partners_per_minute: Option<NonZeroU32>,

    /// For how long it is kept who did what to whom; `confab audit` shows it [default: 8760h, a year]
    #[arg(long, global = true, value_name = "INTERVAL")]
    #[serde(skip_serializing_if = "Option::is_none")]
    audit_kept_for: Option<Interval>,

    /// Deliveries that may wait for one connection before it is told to resynchronise [default: 1024]
    #[arg(long, global = true, value_name = "COUNT")]
    #[serde(skip_serializing_if = "Option::is_none")]
    outbox_capacity: Option<usize>,

    /// How long a request's header may take, and a connection without one [default: 30s]
    #[arg(long, global = true, value_name = "INTERVAL")]
    #[serde(skip_serializing_if = "Option::is_none")]
    header_timeout: Option<Interval>,

    /// How long a whole HTTP request may take, its body and its answer; uploads have their own [default: 300s]
    #[arg(long, global = true, value_name = "INTERVAL")]
    #[serde(skip_serializing_if = "Option::is_none")]
    request_timeout: Option<Interval>,

    /// How long a WebSocket may be silent before it is pinged [default: 25s]
    #[arg(long, global = true, value_name = "INTERVAL")]
    #[serde(skip_serializing_if = "Option::is_none")]
    ping_after: Option<Interval>,

    /// How long no whole frame may come on a WebSocket, not even an answer to the ping [default: 60s]
    #[arg(long, global = true, value_name = "INTERVAL")]
    #[serde(skip_serializing_if = "Option::is_none")]
    silence_timeout: Option<Interval>,

    /// How the server is reached from outside, such as https://chat.example: for addresses in messages
    #[arg(long, global = true, value_name = "URL")]
    #[serde(skip_serializing_if = "Option::is_none")]
    public_url: Option<String>,

    /// Who may upload files: on (everybody), accounts, or off [default: on]
    #[arg(long, global = true, value_name = "on|accounts|off")]
    #[serde(skip_serializing_if = "Option::is_none")]
    uploads: Option<Uploads>,

    /// The largest file in bytes [default: 16777216]
    #[arg(long, global = true, value_name = "BYTES")]
    #[serde(skip_serializing_if = "Option::is_none")]
    max_upload_bytes: Option<u64>,

    /// How much one user may upload in all, in bytes [default: 268435456]
    #[arg(long, global = true, value_name = "BYTES")]
    #[serde(skip_serializing_if = "Option::is_none")]
    upload_quota_bytes: Option<u64>,

    /// How much may be uploaded from one address in a day, in bytes [default: 1073741824]
    #[arg(long, global = true, value_name = "BYTES")]
    #[serde(skip_serializing_if = "Option::is_none")]
    upload_bytes_per_address: Option<u64>,

    /// How long the next part of an upload may take [default: 30s]
    #[arg(long, global = true, value_name = "INTERVAL")]
    #[serde(skip_serializing_if = "Option::is_none")]
    upload_stall_timeout: Option<Interval>,

    /// How fast an upload must be in all, in bytes a second [default: 1024]
    #[arg(long, global = true, value_name = "RATE")]
    #[serde(skip_serializing_if = "Option::is_none")]
    upload_bytes_per_second: Option<NonZeroU32>,

    /// Whether outgoing webhooks may lead to private addresses: allow or deny [default: deny]
    #[arg(long, global = true, value_name = "allow|deny")]
    #[serde(skip_serializing_if = "Option::is_none")]
    webhook_private_targets: Option<PrivateTargets>,

    /// The pause after an outgoing webhook's first failure; it doubles with each further one, up to an hour
    /// [default: 5s]
    #[arg(long, global = true, value_name = "INTERVAL")]
    #[serde(skip_serializing_if = "Option::is_none")]
    webhook_retry: Option<Interval>,

    /// How long an outgoing webhook may fail before it is disabled [default: 24h]
    #[arg(long, global = true, value_name = "INTERVAL")]
    #[serde(skip_serializing_if = "Option::is_none")]
    webhook_give_up: Option<Interval>,

    /// How long a client of the native protocol or of RandomChat may take to say who it is [default: 120s]
    #[arg(long, global = true, value_name = "INTERVAL")]
    #[serde(skip_serializing_if = "Option::is_none")]
    name_timeout: Option<Interval>,

    /// How long a TMP client may take to give a name [default: 45s]
    #[arg(long, global = true, value_name = "INTERVAL")]
    #[serde(skip_serializing_if = "Option::is_none")]
    tmp_name_timeout: Option<Interval>,

    /// How long a TMP client may say nothing [default: 600s]
    #[arg(long, global = true, value_name = "INTERVAL")]
    #[serde(skip_serializing_if = "Option::is_none")]
    tmp_idle_timeout: Option<Interval>,

    /// How long a line client may take to give a name [default: 120s]
    #[arg(long, global = true, value_name = "INTERVAL")]
    #[serde(skip_serializing_if = "Option::is_none")]
    line_name_timeout: Option<Interval>,
}

/// Why there are no settings to run with.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file that was named is not there.
    #[error("there is no configuration file {}", .0.display())]
    NoFile(PathBuf),
    /// A value that a setting does not take, or a setting that does not exist.
    #[error("{0}")]
    Setting(Box<figment::Error>),
    /// Settings that do not go together.
    #[error("max_frame_bytes ({frame}) must be larger than max_message_bytes ({message})")]
    FrameTooSmall {
        /// The largest frame.
        frame: usize,
        /// The longest message.
        message: usize,
    },
    /// TLS takes both.
    #[error("tls_cert and tls_key go together: set both, or none")]
    HalfTls,
    /// What several nodes share is in a database that all of them reach.
    #[error("nats_url is for several nodes on one PostgreSQL database: set database_url too, or leave both out")]
    NodesWithoutDatabase,
}

impl Settings {
    /// The settings that hold: flags before environment before file before defaults.
    ///
    /// # Errors
    /// [`ConfigError`] names the setting and where its value came from.
    pub fn load(flags: &Flags) -> Result<Self, ConfigError> {
        let file = match &flags.config {
            Some(named) if !named.is_file() => return Err(ConfigError::NoFile(named.clone())),
            Some(named) => Some(named.clone()),
            None => Some(PathBuf::from(DEFAULT_FILE)).filter(|file| file.is_file()),
        };
        Self::extract(&Self::layers(file.as_deref(), flags))
    }

    fn layers(file: Option<&Path>, flags: &Flags) -> Figment {
        let mut layers = Figment::from(Serialized::defaults(Self::default()));
        if let Some(file) = file {
            layers = layers.merge(Toml::file_exact(file));
        }
        let known: Vec<String> = Self::names();
        let known: Vec<&str> = known.iter().map(String::as_str).collect();
        layers.merge(Env::prefixed("CONFAB_").only(&known)).merge(Serialized::defaults(flags.clone()))
    }

    /// Every setting's key. Other `CONFAB_*` variables are none of the server's business.
    fn names() -> Vec<String> {
        let text = || Some(String::new());
        let path = || Some(PathBuf::new());
        let all = Self {
            database_url: "postgres://localhost".parse().ok(),
            nats_url: "nats://localhost".parse().ok(),
            public_url: text(),
            tls_cert: path(),
            tls_key: path(),
            ..Self::default()
        };
        match figment::value::Value::serialize(all) {
            Ok(value) => value.into_dict().map(|dict| dict.into_keys().collect()).unwrap_or_default(),
            Err(_) => Vec::new(),
        }
    }

    fn extract(layers: &Figment) -> Result<Self, ConfigError> {
        let settings: Self = layers.extract().map_err(|error| ConfigError::Setting(Box::new(error)))?;
        if settings.tls_cert.is_some() != settings.tls_key.is_some() {
            return Err(ConfigError::HalfTls);
        }
        if settings.nats_url.is_some() && settings.database_url.is_none() {
            return Err(ConfigError::NodesWithoutDatabase);
        }
        let (frame, message) = (settings.max_frame_bytes, settings.max_message_bytes);
        if frame <= message { Err(ConfigError::FrameTooSmall { frame, message }) } else { Ok(settings) }
    }

    /// The settings as a `confab.toml` would hold them.
    #[must_use]
    pub fn to_toml(&self) -> String {
        toml::to_string(self).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(file: &str, flags: &Flags) -> Result<Settings, ConfigError> {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("confab.toml");
        std::fs::write(&path, file).unwrap();
        Settings::extract(&Settings::layers(Some(&path), flags))
    }

    #[test]
    fn a_flag_beats_the_file_and_the_file_beats_the_default() {
        let flags = Flags { max_connections: Some(7), ..Flags::default() };
        let settings = load("max_connections = 5\noutbox_capacity = 9", &flags).unwrap();
        assert_eq!((settings.max_connections, settings.outbox_capacity), (7, 9));
        assert_eq!(settings.listen, Settings::default().listen);
    }

    #[test]
    fn what_is_printed_can_be_read_back() {
        let settings = load("thermometer = \"30s\"\nline_listen = \"off\"", &Flags::default()).unwrap();
        assert_eq!(load(&settings.to_toml(), &Flags::default()).unwrap(), settings);
    }

    #[test]
    fn a_misspelt_key_and_a_bad_value_are_named() {
        let error = load("max_conections = 5", &Flags::default()).unwrap_err().to_string();
        assert!(error.contains("max_conections"), "{error}");
        let error = load("guests = \"maybe\"", &Flags::default()).unwrap_err().to_string();
        assert!(error.contains("guests") && error.contains("allow or deny"), "{error}");
    }

    #[test]
    fn a_certificate_is_nothing_without_its_key() {
        assert!(matches!(load("tls_cert = \"a.pem\"", &Flags::default()), Err(ConfigError::HalfTls)));
        assert!(load("tls_cert = \"a.pem\"\ntls_key = \"b.pem\"", &Flags::default()).is_ok());
    }

    #[test]
    fn several_nodes_need_a_database_that_all_of_them_reach() {
        let alone = load("nats_url = \"nats://localhost\"", &Flags::default());
        assert!(matches!(alone, Err(ConfigError::NodesWithoutDatabase)));
        let both = "nats_url = \"nats://localhost\"\ndatabase_url = \"postgres://localhost/confab\"";
        assert!(load(both, &Flags::default()).is_ok());
    }

    #[test]
    fn a_frame_must_hold_a_message() {
        let error = load("max_frame_bytes = 10", &Flags::default()).unwrap_err();
        assert!(matches!(error, ConfigError::FrameTooSmall { .. }));
    }
}
