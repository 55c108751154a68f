//! What is measured: every name that `/metrics` shows, in one list, with what it means. All are there from the start,
//! so that an alert on a counter sees its first step.

use std::time::Duration;

use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};
use shared::CloseCode;
use tokio_util::sync::CancellationToken;

/// Upper bounds of the histograms of times, in seconds.
const SECONDS: [f64; 10] = [0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 2.5];

/// Upper bounds of the histograms of counts.
const COUNTS: [f64; 8] = [1.0, 2.0, 5.0, 10.0, 50.0, 100.0, 500.0, 1_000.0];

/// How often what was measured is put into its buckets. Until then each value takes memory.
const UPKEEP_EVERY: Duration = Duration::from_secs(5);

/// How something is measured.
enum Kind {
    Counter,
    Gauge,
    Histogram,
}

use Kind::{Counter, Gauge, Histogram};

/// Name, kind, the label by which it is told apart with the values that are known beforehand, and what it means.
type Measure = (&'static str, Kind, Option<(&'static str, &'static [&'static str])>, &'static str);

const MEASURES: &[Measure] = &[
    ("confab_connections", Gauge, None, "Connections of all dialects."),
    (
        "confab_connections_refused_total",
        Counter,
        Some(("why", &["address", "banned", "flooding", "full", "stopping"])),
        "Connections that were not let in.",
    ),
    ("confab_connections_silent_total", Counter, None, "Connections given up since nothing was heard of them."),
    ("confab_header_timeouts_total", Counter, None, "Connections on which no request's header came in time."),
    ("confab_request_timeouts_total", Counter, None, "Requests that were not whole, or not answered, in time."),
    ("confab_logins_limited_total", Counter, None, "Attempts to log in past what an address or a name has a minute."),
    ("confab_rooms_live", Gauge, None, "Rooms in which somebody is connected."),
    ("confab_messages_stored_total", Counter, None, "Messages stored."),
    ("confab_commit_seconds", Histogram, None, "How long a commit of messages took."),
    ("confab_commit_batch_messages", Histogram, None, "How many messages a commit took."),
    ("confab_commit_failures_total", Counter, None, "Commits that failed; who spoke was told so."),
    (
        "confab_publish_to_deliver_seconds",
        Histogram,
        None,
        "From when a message was taken to when its room was told, of the one that waited longest in each commit.",
    ),
    ("confab_store_failures_total", Counter, None, "Other requests to the store that failed."),
    (
        "confab_outbox_overflows_total",
        Counter,
        None,
        "Queues of connections that were full, so that events were dropped.",
    ),
    (
        "confab_requests_too_fast_total",
        Counter,
        Some(("by", &["address", "connection"])),
        "Requests over a connection's rate, or that of its address.",
    ),
    ("confab_addresses_held_off_total", Counter, None, "Times that an address was held off for flooding."),
    ("confab_uploads_refused_total", Counter, Some(("why", &["address", "slow"])), "Uploads that were broken off."),
    ("confab_encoded_bodies_refused_total", Counter, None, "Requests whose body was compressed."),
    ("confab_webhook_deliveries_total", Counter, None, "Messages that webhooks' receivers took."),
    ("confab_webhook_failures_total", Counter, None, "Attempts that they did not take."),
];

/// What one node among several measures beside those.
const AMONG_SEVERAL: &[Measure] = &[
    ("confab_bus_up", Gauge, None, "Whether NATS is there: 1 or 0."),
    ("confab_bus_sent_total", Counter, None, "Notes told to other nodes."),
    ("confab_bus_heard_total", Counter, None, "Notes heard of other nodes."),
    ("confab_bus_unknown_total", Counter, None, "Notes heard that this version does not know."),
    (
        "confab_bus_dropped_total",
        Counter,
        Some(("why", &["away", "full", "size", "slow", "store"])),
        "Notes that were not told or not heard; what was in them is found in the database.",
    ),
    (
        "confab_bus_lag_seconds",
        Histogram,
        None,
        "From when a note was made to when it was heard, by the nodes' clocks.",
    ),
    (
        "confab_bus_delivery_seconds",
        Histogram,
        None,
        "From when a message was made to when its room was told of it on another node, by the nodes' clocks.",
    ),
    ("confab_gaps_healed_total", Counter, None, "Times that a room was found behind and caught up from the database."),
    ("confab_gap_events_total", Counter, None, "Messages and amendments that were read then."),
];

/// Connections by the code they were closed with; the codes are a list of their own.
const CLOSED: &str = "confab_connections_closed_total";

/// The process's metrics, those of the bus where there is one. A second server in the same process shares them.
///
/// # Errors
/// Where nothing can be measured.
pub fn recorder(several: bool) -> Result<PrometheusHandle, BuildError> {
    let recorder = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &SECONDS)?
        .set_buckets_for_metric(Matcher::Suffix("_messages".to_owned()), &COUNTS)?
        .build_recorder();
    let handle = recorder.handle();
    if metrics::set_global_recorder(recorder).is_err() {
        tracing::debug!("metrics go to the recorder that was there before");
    }
    let among_several = if several { AMONG_SEVERAL } else { &[] };
    for measure in MEASURES.iter().chain(among_several) {
        describe(measure);
    }
    for code in CloseCode::ALL {
        metrics::counter!(CLOSED, "code" => code.number().to_string()).increment(0);
    }
    metrics::describe_counter!(CLOSED, "Connections that the server closed, by the code it gave.");
    Ok(handle)
}

/// Keeps what was measured small until the shutdown, whether or not anybody asks for it.
pub async fn keep_up(handle: PrometheusHandle, shutdown: CancellationToken) {
    let upkeep = async {
        loop {
            tokio::time::sleep(UPKEEP_EVERY).await;
            handle.run_upkeep();
        }
    };
    shutdown.run_until_cancelled(upkeep).await;
}

fn describe((name, kind, label, meaning): &Measure) {
    let labels = label
        .map_or_else(|| vec![Vec::new()], |(label, values)| values.iter().map(|value| vec![(label, *value)]).collect());
    for labels in labels {
        match kind {
            Counter => metrics::counter!(*name, &labels).increment(0),
            Gauge => metrics::gauge!(*name, &labels).increment(0.0),
            // The handle alone makes it known.
            Histogram => drop(metrics::histogram!(*name, &labels)),
        }
    }
    match kind {
        Counter => metrics::describe_counter!(*name, *meaning),
        Gauge => metrics::describe_gauge!(*name, *meaning),
        Histogram => metrics::describe_histogram!(*name, *meaning),
    }
}
