//! TLS on a listener: a certificate and its key, and the handshake.

use std::path::Path;
use std::sync::Arc;

use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::{self, ServerConfig, crypto};

/// What can be wrong with a certificate or a key, without their paths.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read as PEM.
    #[error("no PEM can be read from it ({0})")]
    Pem(#[from] rustls::pki_types::pem::Error),
    /// The two do not go together, or are of a kind that is not supported.
    #[error("certificate and key cannot be used ({0})")]
    Pair(#[from] rustls::Error),
}

/// Takes the certificate chain and the private key from PEM files; the chain's first certificate is the server's own.
///
/// # Errors
/// [`TlsError`] says what is wrong with them.
pub fn acceptor(certificate: &Path, key: &Path) -> Result<TlsAcceptor, TlsError> {
    let chain = CertificateDer::pem_file_iter(certificate)?.collect::<Result<Vec<_>, _>>()?;
    let key = PrivateKeyDer::from_pem_file(key)?;
    let mut config = ServerConfig::builder_with_provider(Arc::new(crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, key)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}
