//! Who a request speaks for: the session cookie of browsers, and the credentials other programs send along.

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use axum::extract::{ConnectInfo, FromRequestParts, Query, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};
use axum_extra::headers::authorization::{Basic, Bearer, Credentials as AuthorizationCredentials};
use axum_extra::headers::{Authorization, Header};
use frontend::server_api::{BoxFuture, Identity, SignedIn};
use serde::Deserialize;
use shared::{Account, ErrorBody, ErrorCode, Username};

use super::{forwarded, origin};
use crate::hub::{Claim, Credentials, Hub, LoggedIn, Login, Refusal, Who};

/// The session cookie's name.
const COOKIE: &str = "confab_session";

/// Credentials that travel with a request, for dialects without a login of their own.
#[derive(Clone, Debug, Default)]
pub struct Ambient {
    /// The name HTTP Basic authorization gives.
    pub basic_name: Option<String>,
    /// What proves who asks.
    pub credentials: Credentials,
}

/// The query parameters any WebSocket or HTTP request may carry.
#[derive(Debug, Default, Deserialize)]
struct TokenQuery {
    /// An API token.
    token: Option<String>,
}

impl<S: Sync> FromRequestParts<S> for Ambient {
    type Rejection = Infallible;

    /// What a request carries, without its cookie: `?token=`, a bearer token or HTTP Basic. What is none of these
    /// is nothing.
    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        let query = Query::<TokenQuery>::try_from_uri(&parts.uri).map(|Query(query)| query).unwrap_or_default();
        let bearer = authorization::<Bearer>(&parts.headers).map(|bearer| bearer.token().to_owned());
        if let Some(token) = query.token.or(bearer) {
            return Ok(Self { basic_name: None, credentials: Credentials::Token(token) });
        }
        Ok(authorization::<Basic>(&parts.headers).map_or_else(Self::default, |basic| Self {
            basic_name: Some(basic.username().to_owned()),
            credentials: Credentials::Password(basic.password().to_owned()),
        }))
    }
}

fn authorization<C: AuthorizationCredentials>(headers: &HeaderMap) -> Option<C> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    Authorization::<C>::decode(&mut values).ok().map(|Authorization(credentials)| credentials)
}

impl Ambient {
    /// The claim these credentials make by themselves, if they do: a token is its owner's, HTTP Basic names him.
    #[must_use]
    pub fn claim(self) -> Option<Claim> {
        let who = match (&self.credentials, self.basic_name) {
            (Credentials::None, _) => return None,
            (Credentials::Password(_), Some(name)) => Who::Name(name.parse().ok()?),
            (Credentials::Password(_) | Credentials::Token(_), _) => Who::Bearer,
        };
        Some(Claim { who, credentials: self.credentials, remember: false })
    }

    /// The same, or the session of the browser's cookie where the request comes from one of this server's pages.
    #[must_use]
    pub fn or_cookie(self, headers: &HeaderMap) -> Self {
        match self.credentials {
            Credentials::None if origin::is_own(headers) => {
                let credentials = session_cookie(headers).map_or(Credentials::None, Credentials::Token);
                Self { credentials, ..self }
            }
            _ => self,
        }
    }
}

/// A page of another server that brings the cookie of this one's, or the password that the browser remembers, is not let in,
/// not even as a stranger: whoever opened it did not mean to come here. Without them it may be a guest, as any program may.
pub async fn refuse_foreign(request: Request, next: Next) -> Response {
    let headers = request.headers();
    let brings = headers.contains_key(header::AUTHORIZATION) || session_cookie(headers).is_some();
    if brings && !origin::is_own(headers) {
        let body = serde_json::json!({ "error": foreign().message });
        return (StatusCode::FORBIDDEN, axum::Json(body)).into_response();
    }
    next.run(request).await
}

fn session_cookie(headers: &HeaderMap) -> Option<String> {
    CookieJar::from_headers(headers).get(COOKIE).map(|cookie| cookie.value().to_owned())
}

/// A refusal as an HTTP answer.
#[derive(Debug)]
pub struct HttpRefusal(pub Refusal);

impl IntoResponse for HttpRefusal {
    fn into_response(self) -> Response {
        let status = status(&self.0);
        let body = axum::Json(serde_json::json!({ "error": self.0.to_string() }));
        if let Refusal::HeldOff { seconds } = self.0 {
            return (status, [(header::RETRY_AFTER, seconds.to_string())], body).into_response();
        }
        if status == StatusCode::UNAUTHORIZED {
            return (status, [(header::WWW_AUTHENTICATE, "Basic realm=\"confab\", charset=\"UTF-8\"")], body)
                .into_response();
        }
        (status, body).into_response()
    }
}

/// The HTTP status of a refusal.
#[must_use]
pub fn status(refusal: &Refusal) -> StatusCode {
    status_of(refusal.code())
}

/// The HTTP status of an error code.
#[must_use]
pub fn status_of(code: ErrorCode) -> StatusCode {
    match code {
        ErrorCode::NameTaken | ErrorCode::RoomExists => StatusCode::CONFLICT,
        ErrorCode::CredentialsNeeded | ErrorCode::WrongCredentials | ErrorCode::NotIdentified => {
            StatusCode::UNAUTHORIZED
        }
        ErrorCode::GuestsNotAllowed
        | ErrorCode::NotAllowed
        | ErrorCode::NotAMember
        | ErrorCode::NotTheOwner
        | ErrorCode::NotAModerator
        | ErrorCode::NotAnAdmin
        | ErrorCode::Outranked
        | ErrorCode::Banned
        | ErrorCode::Silenced
        | ErrorCode::NotYours => StatusCode::FORBIDDEN,
        ErrorCode::NoSuchRoom | ErrorCode::NoSuchMessage | ErrorCode::NoSuchUser | ErrorCode::NotFound => {
            StatusCode::NOT_FOUND
        }
        ErrorCode::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        ErrorCode::TooFast | ErrorCode::TooManyAttempts | ErrorCode::TooManyPartners => StatusCode::TOO_MANY_REQUESTS,
        ErrorCode::Full | ErrorCode::Unavailable | ErrorCode::ShuttingDown => StatusCode::SERVICE_UNAVAILABLE,
        ErrorCode::BadFrame
        | ErrorCode::UnknownType
        | ErrorCode::BadField
        | ErrorCode::AlreadyIdentified
        | ErrorCode::NotInThisKind
        | ErrorCode::NotPaired => StatusCode::UNPROCESSABLE_ENTITY,
    }
}

/// The web app's login: sessions in a cookie that scripts cannot read.
pub struct CookieIdentity {
    hub: Hub,
}

impl CookieIdentity {
    /// Logs people in at this hub.
    #[must_use]
    pub fn new(hub: Hub) -> Self {
        Self { hub }
    }

    async fn log_in(&self, request: &Parts, username: String, password: Option<String>) -> Result<SignedIn, ErrorBody> {
        check_origin(request)?;
        let username: Username = username.parse().map_err(|error: shared::InvalidUsername| ErrorBody {
            code: ErrorCode::BadField,
            message: error.to_string(),
            field: Some("username".to_owned()),
        })?;
        let login = Login { username, password, address: address(request)?, label: label(&request.headers) };
        let logged_in = self.hub.log_in(login).await.map_err(|refusal| error_body(&refusal))?;
        // The session this browser had is left behind with its cookie; nobody could end it any more.
        if let Some(left) = session_cookie(&request.headers) {
            self.hub.log_out(&left).await.map_err(|refusal| error_body(&refusal))?;
        }
        Ok(signed_in(request, logged_in))
    }

    async fn log_out(&self, request: &Parts) -> Result<String, ErrorBody> {
        check_origin(request)?;
        if let Some(secret) = session_cookie(&request.headers) {
            self.hub.log_out(&secret).await.map_err(|refusal| error_body(&refusal))?;
        }
        Ok(cookie(&request.headers, String::new(), Duration::ZERO))
    }

    async fn account(&self, request: &Parts) -> Result<Option<Account>, ErrorBody> {
        let Some(secret) = session_cookie(&request.headers) else { return Ok(None) };
        self.hub.who_is(&secret).await.map_err(|refusal| error_body(&refusal))
    }

    async fn claim_name(&self, request: &Parts, password: String) -> Result<SignedIn, ErrorBody> {
        check_origin(request)?;
        let secret = session_cookie(&request.headers).ok_or_else(|| error_body(&Refusal::NotIdentified))?;
        let (address, label) = (address(request)?, label(&request.headers));
        let claimed = self.hub.claim_name(&secret, &password, address, &label).await;
        claimed.map(|logged_in| signed_in(request, logged_in)).map_err(|refusal| error_body(&refusal))
    }
}

impl Identity for CookieIdentity {
    fn sign_in<'a>(
        &'a self,
        request: &'a Parts,
        username: String,
        password: Option<String>,
    ) -> BoxFuture<'a, Result<SignedIn, ErrorBody>> {
        Box::pin(self.log_in(request, username, password))
    }

    fn sign_out<'a>(&'a self, request: &'a Parts) -> BoxFuture<'a, Result<String, ErrorBody>> {
        Box::pin(self.log_out(request))
    }

    fn who_am_i<'a>(&'a self, request: &'a Parts) -> BoxFuture<'a, Result<Option<Account>, ErrorBody>> {
        Box::pin(self.account(request))
    }

    fn claim<'a>(&'a self, request: &'a Parts, password: String) -> BoxFuture<'a, Result<SignedIn, ErrorBody>> {
        Box::pin(self.claim_name(request, password))
    }
}

fn signed_in(request: &Parts, logged_in: LoggedIn) -> SignedIn {
    let LoggedIn { account, secret, lasts } = logged_in;
    SignedIn { account, set_cookie: cookie(&request.headers, secret, lasts) }
}

/// The `Set-Cookie` value that keeps a session in the browser that asks.
pub fn cookie(headers: &HeaderMap, value: String, lasts: Duration) -> String {
    let mut cookie = Cookie::new(COOKIE, value);
    cookie.set_http_only(true);
    cookie.set_same_site(SameSite::Lax);
    cookie.set_path("/");
    cookie.set_secure(forwarded::is_secure(headers));
    format!("{cookie}; Max-Age={}", lasts.as_secs())
}

/// A state-changing request from a page of another origin is not carried out, whatever cookie it brings.
fn check_origin(request: &Parts) -> Result<(), ErrorBody> {
    if origin::is_own(&request.headers) {
        return Ok(());
    }
    Err(foreign())
}

/// The answer to a page of another server.
pub fn foreign() -> ErrorBody {
    let message = "this request comes from a page of another server".to_owned();
    ErrorBody { code: ErrorCode::NotAllowed, message, field: None }
}

/// Where a request comes from.
pub fn address(request: &Parts) -> Result<IpAddr, ErrorBody> {
    let peer = request.extensions.get::<ConnectInfo<SocketAddr>>();
    peer.map(|ConnectInfo(peer)| peer.ip().to_canonical()).ok_or_else(|| error_body(&Refusal::Unavailable))
}

/// What a list of sessions calls the one made by this request.
pub fn label(headers: &HeaderMap) -> String {
    let agent = headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok());
    agent.unwrap_or("a program that does not say its name").to_owned()
}

/// A refusal as the requests under `/api/` tell it.
pub fn error_body(refusal: &Refusal) -> ErrorBody {
    ErrorBody { code: refusal.code(), message: refusal.to_string(), field: refusal.field().map(str::to_owned) }
}
