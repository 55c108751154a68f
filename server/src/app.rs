//! The only wiring: settings become a store, a hub, listeners and routes, and run until they are told to stop.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::bots::{self, Thermometer};
use crate::bus::{BusError, Heard, NatsBus};
use crate::config::{Listen, Settings};
use crate::dialect::tmp::Timeouts;
use crate::http::listener::{self, Terms};
use crate::http::{self, HttpState, Ports};
use crate::hub::{Cluster, Hub, NodeId, Sources};
use crate::lines;
use crate::store::{PostgresStore, Seats, SqliteStore, Store, StoreError};
use crate::transport::tls::{self, TlsError};
use crate::transport::websocket::Keeper;
use crate::uploads::{self, Uploads};
use crate::webhooks::{Deliveries, Poster};

/// How long connections may take to say goodbye when the server stops.
const GOODBYE_WITHIN: Duration = Duration::from_secs(10);

/// Upper bounds of the histograms of times, in seconds.
const SECONDS: [f64; 10] = [0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 2.5];

/// Upper bounds of the histograms of counts.
const COUNTS: [f64; 8] = [1.0, 2.0, 5.0, 10.0, 50.0, 100.0, 500.0, 1_000.0];

/// The sockets the server listens on, bound before anything else is started.
pub struct Listeners {
    /// HTTP: web app, API, WebSocket dialects.
    pub http: TcpListener,
    /// Line chat, where it is on.
    pub line: Option<TcpListener>,
    /// TMP on a port of its own.
    pub tmp: Option<TcpListener>,
    /// With it, HTTP is spoken over TLS.
    pub tls: Option<TlsAcceptor>,
}

/// Why the server does not run.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// An address cannot be listened on.
    #[error("{address} cannot be listened on: {source}; choose another with {setting}")]
    Bind {
        /// The address asked for.
        address: SocketAddr,
        /// The setting that moves it.
        setting: &'static str,
        /// What the system said.
        source: std::io::Error,
    },
    /// The store cannot be opened.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There is no way to the other nodes.
    #[error(transparent)]
    Bus(#[from] BusError),
    /// Nothing can be measured.
    #[error("metrics cannot be kept: {0}")]
    Metrics(#[from] BuildError),
    /// There is no TLS with these files.
    #[error("{} and {}: {source}; see --tls-cert and --tls-key", certificate.display(), key.display())]
    Certificate {
        /// Where the certificate was looked for.
        certificate: PathBuf,
        /// And its key.
        key: PathBuf,
        /// What is wrong with them.
        source: TlsError,
    },
    /// Uploads cannot be kept.
    #[error("uploads cannot be kept in the data directory {}: {source}; choose another with --data-dir", data_dir.display())]
    Uploads {
        /// The data directory.
        data_dir: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Outgoing webhooks cannot be posted.
    #[error("TLS cannot be set up: {0}")]
    Tls(#[from] rustls::Error),
}

impl Listeners {
    /// Binds what the settings name, and takes the certificate where there is one.
    ///
    /// # Errors
    /// [`AppError::Certificate`] names the files, [`AppError::Bind`] the address and the setting that moves it.
    pub async fn bind(settings: &Settings) -> Result<Self, AppError> {
        Ok(Self {
            http: bind(settings.listen, "--listen").await?,
            line: bind_unless_off(settings.line_listen, "--line-listen").await?,
            tmp: bind_unless_off(settings.tmp_listen, "--tmp-listen").await?,
            tls: acceptor(settings)?,
        })
    }

    /// The ports beside HTTP's.
    fn ports(&self) -> Ports {
        let port = |listener: &Option<TcpListener>| listener.as_ref()?.local_addr().ok().map(|address| address.port());
        Ports { line: port(&self.line), tmp: port(&self.tmp) }
    }

    /// One line per listener, with the real ports.
    #[must_use]
    pub fn announcement(&self) -> String {
        let http = if self.tls.is_some() { "http https://" } else { "http http://" };
        let listeners = [(http, Some(&self.http)), ("line ", self.line.as_ref()), ("tmp ws://", self.tmp.as_ref())];
        let lines = listeners.into_iter().filter_map(|(what, listener)| {
            let address = listener?.local_addr().ok()?;
            Some(format!("listening {what}{address}\n"))
        });
        lines.collect()
    }
}

fn acceptor(settings: &Settings) -> Result<Option<TlsAcceptor>, AppError> {
    let (Some(certificate), Some(key)) = (&settings.tls_cert, &settings.tls_key) else { return Ok(None) };
    let failed = |source| AppError::Certificate { certificate: certificate.clone(), key: key.clone(), source };
    tls::acceptor(certificate, key).map(Some).map_err(failed)
}

async fn bind(address: SocketAddr, setting: &'static str) -> Result<TcpListener, AppError> {
    TcpListener::bind(address).await.map_err(|source| AppError::Bind { address, setting, source })
}

async fn bind_unless_off(listen: Listen, setting: &'static str) -> Result<Option<TcpListener>, AppError> {
    match listen {
        Listen::On(address) => bind(address, setting).await.map(Some),
        Listen::Off => Ok(None),
    }
}

/// Opens the store the settings name.
///
/// # Errors
/// What keeps it from being opened.
pub async fn open_store(settings: &Settings) -> Result<Arc<dyn Store>, AppError> {
    Ok(match &settings.database_url {
        Some(url) => Arc::new(PostgresStore::open(&url.0).await?),
        None => Arc::new(SqliteStore::open(&settings.data_dir).await?),
    })
}

/// What a node needs to run: the store, and the way to the other nodes where there are any.
pub struct Parts {
    store: Arc<dyn Store>,
    cluster: Option<(Cluster, mpsc::Receiver<Heard>)>,
    seats: Option<Arc<dyn Seats>>,
}

impl Parts {
    /// Opens what the settings name. A NATS server that cannot be reached is no hindrance: it is tried until it can.
    ///
    /// # Errors
    /// What keeps the store from being opened, and an address of NATS that is none.
    pub async fn open(settings: &Settings) -> Result<Self, AppError> {
        let (Some(database), Some(servers)) = (&settings.database_url, &settings.nats_url) else {
            return Ok(Self { store: open_store(settings).await?, cluster: None, seats: None });
        };
        let store = Arc::new(PostgresStore::open(&database.0).await?);
        let sources = Sources::default();
        let node = NodeId::new((sources.random)());
        let (bus, heard) = NatsBus::start(servers, &store.community().await?, node, &sources).await?;
        let (nodes, seats) = (Arc::<PostgresStore>::clone(&store), Arc::<PostgresStore>::clone(&store));
        let cluster = Cluster::join(node, bus, nodes).await?;
        Ok(Self { store, cluster: Some((cluster, heard)), seats: Some(seats) })
    }
}

/// Runs the server until `shutdown` is cancelled, then lets everybody go and stores what was accepted.
///
/// # Errors
/// [`AppError::Metrics`] where nothing can be measured, [`AppError::Store`] where the store cannot be read.
pub async fn run(
    settings: Settings,
    parts: Parts,
    listeners: Listeners,
    shutdown: CancellationToken,
) -> Result<(), AppError> {
    let ports = listeners.ports();
    let sources = Sources::default();
    let (cluster, heard) = parts.cluster.unzip();
    let hub = Hub::start(parts.store, cluster, parts.seats, settings.hub(), sources.clone()).await?;
    let connections = TaskTracker::new();
    if let Some(heard) = heard {
        connections.spawn(shutdown.clone().run_until_cancelled_owned(hub.clone().keep_together(heard)));
    }
    start_bots(&settings, &hub, &sources, &connections).await;
    let uploads = Uploads::open(&settings.data_dir).await;
    let uploads = uploads.map_err(|source| AppError::Uploads { data_dir: settings.data_dir.clone(), source })?;
    let sweeping = shutdown.clone().run_until_cancelled_owned(uploads::keep_tidy(uploads.clone(), hub.clone()));
    connections.spawn(sweeping);
    connections.spawn(shutdown.clone().run_until_cancelled_owned(hub.clone().keep_rules()));
    connections.spawn(shutdown.clone().run_until_cancelled_owned(hub.clone().forget_deeds(settings.audit_kept_for.0)));
    let webhooks = settings.webhooks();
    let poster = Poster::new()?;
    let deliveries =
        Deliveries::new(hub.clone(), sources.clone(), poster, webhooks, connections.clone(), shutdown.clone());
    connections.spawn(deliveries.run());
    if let Some(listener) = listeners.line {
        let name_within = settings.line_name_timeout.0;
        connections.spawn(lines::listen(listener, hub.clone(), name_within, connections.clone(), shutdown.clone()));
    }
    let tmp_timeouts = Timeouts { name: settings.tmp_name_timeout.0, idle: settings.tmp_idle_timeout.0 };
    let keeper = Keeper::new(settings.patience());
    tokio::spawn(keeper.clone().run(shutdown.clone()));
    let state = HttpState {
        hub: hub.clone(),
        metrics: recorder()?,
        connections: connections.clone(),
        keeper,
        tmp_timeouts,
        uploads,
        webhook_reach: webhooks.reach,
        ports,
        request_within: settings.request_timeout.0,
    };
    let plain = Terms {
        tls: None,
        per_address: settings.max_connections_per_address,
        header_within: settings.header_timeout.0,
        proxies: Arc::new(settings.trusted_proxies.clone()),
    };
    let tmp = async {
        let Some(listener) = listeners.tmp else { return };
        listener::serve(listener, http::tmp_routes(state.clone()), plain.clone(), shutdown.clone()).await;
    };
    let terms = Terms { tls: listeners.tls, ..plain.clone() };
    let main = listener::serve(listeners.http, http::routes(state.clone()).await, terms, shutdown.clone());
    let stopping = async {
        shutdown.cancelled().await;
        tracing::info!("stopping: clients are told to come back");
        hub.hand_over().await;
        hub.close_sessions();
    };
    tokio::join!(main, tmp, stopping);
    connections.close();
    if tokio::time::timeout(GOODBYE_WITHIN, connections.wait()).await.is_err() {
        tracing::warn!(connections = connections.len(), "some connections did not end in time");
    }
    hub.shut_down().await;
    Ok(())
}

/// Starts the programs inside, before anybody else can take their names. One that has no name is left out.
async fn start_bots(settings: &Settings, hub: &Hub, sources: &Sources, tasks: &TaskTracker) {
    if let Some(interval) = settings.thermometer.interval()
        && let Err(refusal) = bots::start(hub, Thermometer::new(interval, sources.clone()), tasks).await
    {
        tracing::warn!(%refusal, "the thermometer does not run; --thermometer off leaves it out");
    }
}

/// The process's metrics. A second server in the same process shares them.
fn recorder() -> Result<PrometheusHandle, BuildError> {
    let recorder = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &SECONDS)?
        .set_buckets_for_metric(Matcher::Suffix("_messages".to_owned()), &COUNTS)?
        .build_recorder();
    let handle = recorder.handle();
    if metrics::set_global_recorder(recorder).is_err() {
        tracing::debug!("metrics go to the recorder that was there before");
    }
    Ok(handle)
}
