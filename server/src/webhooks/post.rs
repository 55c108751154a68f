//! One request: resolve, check, connect to what was checked, send, and look at the status. Redirects are not followed,
//! since they would lead past the check.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::Full;
use hyper::client::conn::http1;
use hyper::{Request, StatusCode, header};
use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use super::target::{BadTarget, Reach, Target};

/// How long a receiver may take, from looking up its name to its status.
const ANSWER_WITHIN: Duration = Duration::from_secs(15);

/// What deliveries call themselves.
const AGENT: &str = concat!("Confab/", env!("CARGO_PKG_VERSION"));

/// Posts.
pub struct Poster {
    tls: TlsConnector,
}

/// Why a delivery was not taken, for whoever set the webhook up.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Failure {
    /// The address cannot be posted to.
    #[error("its address {0}")]
    Target(#[from] BadTarget),
    /// Nothing listens there, or nothing that speaks TLS in a name we can trust.
    #[error("it cannot be connected to: {0}")]
    NotConnected(String),
    /// The connection broke, or what came was no HTTP.
    #[error("it did not answer: {0}")]
    NoAnswer(String),
    /// It took too long.
    #[error("it did not answer within 15 s")]
    TooLate,
    /// Not a 2xx.
    #[error("it answered {0}")]
    Status(StatusCode),
    /// 410: it wants no more of this.
    #[error("it answered 410 Gone")]
    Gone,
    /// What is signed with is no such secret.
    #[error("its secret is damaged; make the webhook anew")]
    BadSecret,
}

impl Poster {
    /// A poster that trusts the certificates this machine trusts.
    ///
    /// # Errors
    /// Where TLS cannot be set up.
    pub fn new() -> Result<Self, rustls::Error> {
        let mut roots = RootCertStore::empty();
        let found = rustls_native_certs::load_native_certs();
        for error in &found.errors {
            tracing::debug!(%error, "some of the machine's certificates cannot be read");
        }
        roots.add_parsable_certificates(found.certs);
        Ok(Self { tls: TlsConnector::from(Arc::new(config(roots)?)) })
    }

    /// Posts a JSON body.
    ///
    /// # Errors
    /// [`Failure`] where it was not answered with a 2xx.
    pub async fn post(
        &self,
        url: &str,
        reach: Reach,
        headers: [(&'static str, String); 3],
        body: Vec<u8>,
    ) -> Result<(), Failure> {
        let posting = async {
            let target: Target = url.parse()?;
            let socket = connect(&target, reach).await?;
            let mut request = Request::post(&target.path)
                .header(header::HOST, &target.authority)
                .header(header::USER_AGENT, AGENT)
                .header(header::CONTENT_TYPE, "application/json");
            for (name, value) in headers {
                request = request.header(name, value);
            }
            let request = request.body(Full::new(Bytes::from(body)));
            let request = request.map_err(|error| Failure::NoAnswer(error.to_string()))?;
            if !target.secure {
                return send(socket, request).await;
            }
            let name = ServerName::try_from(target.host.to_string().trim_matches(['[', ']']).to_owned());
            let name = name.map_err(|_| BadTarget::NoAddress)?;
            let socket = self.tls.connect(name, socket).await;
            send(socket.map_err(|error| Failure::NotConnected(error.to_string()))?, request).await
        };
        match tokio::time::timeout(ANSWER_WITHIN, posting).await {
            Ok(status) => match status? {
                status if status.is_success() => Ok(()),
                StatusCode::GONE => Err(Failure::Gone),
                status => Err(Failure::Status(status)),
            },
            Err(_) => Err(Failure::TooLate),
        }
    }
}

fn config(roots: RootCertStore) -> Result<ClientConfig, rustls::Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let versions = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    Ok(versions.with_root_certificates(roots).with_no_client_auth())
}

async fn connect(target: &Target, reach: Reach) -> Result<TcpStream, Failure> {
    let mut refused = None;
    for address in target.addresses(reach).await? {
        match TcpStream::connect(address).await {
            Ok(socket) => return Ok(socket),
            Err(error) => refused = Some(error.to_string()),
        }
    }
    Err(Failure::NotConnected(refused.unwrap_or_default()))
}

async fn send<S>(socket: S, request: Request<Full<Bytes>>) -> Result<StatusCode, Failure>
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let no_answer = |error: hyper::Error| Failure::NoAnswer(error.to_string());
    let (mut sender, connection) = http1::handshake(TokioIo::new(socket)).await.map_err(no_answer)?;
    let answer = sender.send_request(request);
    tokio::pin!(answer);
    let answer = tokio::select! {
        answer = &mut answer => answer,
        // A connection that ended has left its answer behind, if there was one.
        _ = connection => answer.await,
    };
    answer.map(|answer| answer.status()).map_err(no_answer)
}
