//! The server functions: what the web app asks over plain HTTP, because it is about cookies.
//!
//! Each is `POST /api/<name>` with a JSON object. What it answers is the server's decision, taken behind the
//! [`Identity`] trait, which the server provides as context; here is only the wire. A refusal is an
//! [`ErrorBody`] with a fitting HTTP status, so that a form can say it at the field it is about.

use leptos::prelude::*;
use leptos::server_fn::codec::{Json, JsonEncoding};
use leptos::server_fn::error::{FromServerFnError, ServerFnErrorErr};
use serde::{Deserialize, Serialize};
use shared::{Account, ErrorBody, ErrorCode};

use crate::words;

#[cfg(feature = "ssr")]
pub use on_the_server::{BoxFuture, Identity, IdentityHandle, SignedIn};

/// Why a server function did not do what was asked: the server's refusal, or that it could not be reached.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, thiserror::Error)]
#[serde(transparent)]
#[error("{0}")]
pub struct ApiError(pub ErrorBody);

impl ApiError {
    /// It as a sentence, in the reader's language as far as that can be.
    #[must_use]
    pub fn told(&self) -> String {
        words::refused(self.0.code, &self.0.message)
    }
}

impl FromServerFnError for ApiError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        let (code, message) = match error {
            ServerFnErrorErr::Args(reason)
            | ServerFnErrorErr::MissingArg(reason)
            | ServerFnErrorErr::Deserialization(reason) => (ErrorCode::BadField, reason),
            ServerFnErrorErr::Request(_) | ServerFnErrorErr::Response(_) => {
                (ErrorCode::Unavailable, words::words().front.unreachable_why.to_owned())
            }
            other => (ErrorCode::Unavailable, other.to_string()),
        };
        Self(ErrorBody { code, message, field: None })
    }
}

/// Signs in under a username: a guest where the name is free, an account with its password.
///
/// # Errors
/// `bad_field`, `name_taken`, `credentials_needed`, `wrong_credentials`, `guests_not_allowed` or `too_many_attempts`.
#[server(prefix = "/api", endpoint = "sign_in", input = Json)]
pub async fn sign_in(
    /// The name to speak under.
    username: String,
    /// The account's password, where the name is one.
    password: Option<String>,
) -> Result<Account, ApiError> {
    on_the_server::signed_in(|identity, request| identity.sign_in(request, username, password)).await
}

/// Ends the session and, for a guest, gives the name back.
///
/// # Errors
/// `unavailable` where the session could not be ended.
#[server(prefix = "/api", endpoint = "sign_out", input = Json)]
pub async fn sign_out() -> Result<(), ApiError> {
    on_the_server::signed_out().await
}

/// Who the request's cookie speaks for, if anybody.
///
/// # Errors
/// `unavailable` where that could not be found out.
#[server(prefix = "/api", endpoint = "who_am_i", input = Json)]
pub async fn who_am_i() -> Result<Option<Account>, ApiError> {
    on_the_server::who_am_i().await
}

/// Makes the guest who asks an account with this password.
///
/// # Errors
/// `bad_field` for a password that will not do, `not_identified` without a session, `name_taken` for an account.
#[server(prefix = "/api", endpoint = "claim", input = Json)]
pub async fn claim(
    /// The password that is asked for from now on.
    password: String,
) -> Result<Account, ApiError> {
    on_the_server::signed_in(|identity, request| identity.claim(request, password)).await
}

#[cfg(feature = "ssr")]
mod on_the_server {
    use std::future::Future;
    use std::pin::Pin;
    use std::sync::Arc;

    use http::header::SET_COOKIE;
    use http::request::Parts;
    use http::{HeaderValue, StatusCode};
    use leptos::prelude::use_context;
    use leptos_axum::ResponseOptions;
    use shared::{Account, ErrorBody, ErrorCode};

    use super::ApiError;

    /// A future behind a pointer, so that [`Identity`] can be a trait object.
    pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

    /// What the server provides as context to server functions and to rendering.
    pub type IdentityHandle = Arc<dyn Identity>;

    /// Who somebody is now, and the cookie that says so from here on.
    #[derive(Clone, Debug)]
    pub struct SignedIn {
        /// The user.
        pub account: Account,
        /// A whole `Set-Cookie` value.
        pub set_cookie: String,
    }

    /// The server's side of the functions above. `request` is the head of the request that asks; its `Cookie`
    /// header is where a session is read from.
    pub trait Identity: Send + Sync + 'static {
        /// Signs in as a guest, or as an account with its password.
        fn sign_in<'a>(
            &'a self,
            request: &'a Parts,
            username: String,
            password: Option<String>,
        ) -> BoxFuture<'a, Result<SignedIn, ErrorBody>>;

        /// Ends the session, if there is one; gives the `Set-Cookie` value that clears the cookie.
        fn sign_out<'a>(&'a self, request: &'a Parts) -> BoxFuture<'a, Result<String, ErrorBody>>;

        /// Who the session belongs to, if there is a valid one.
        fn who_am_i<'a>(&'a self, request: &'a Parts) -> BoxFuture<'a, Result<Option<Account>, ErrorBody>>;

        /// Sets a password for the guest whose session it is.
        fn claim<'a>(&'a self, request: &'a Parts, password: String) -> BoxFuture<'a, Result<SignedIn, ErrorBody>>;
    }

    pub(super) async fn signed_in(
        ask: impl for<'a> FnOnce(&'a dyn Identity, &'a Parts) -> BoxFuture<'a, Result<SignedIn, ErrorBody>>,
    ) -> Result<Account, ApiError> {
        let (identity, request) = context()?;
        let signed_in = ask(&*identity, &request).await.map_err(refused)?;
        set_cookie(&signed_in.set_cookie)?;
        Ok(signed_in.account)
    }

    pub(super) async fn signed_out() -> Result<(), ApiError> {
        let (identity, request) = context()?;
        let cookie = identity.sign_out(&request).await.map_err(refused)?;
        set_cookie(&cookie)
    }

    pub(super) async fn who_am_i() -> Result<Option<Account>, ApiError> {
        let (identity, request) = context()?;
        identity.who_am_i(&request).await.map_err(refused)
    }

    fn context() -> Result<(IdentityHandle, Parts), ApiError> {
        use_context::<IdentityHandle>()
            .zip(use_context::<Parts>())
            .ok_or_else(|| refused(internal("this server function is mounted without its context")))
    }

    fn set_cookie(value: &str) -> Result<(), ApiError> {
        let value = HeaderValue::from_str(value).map_err(|_| refused(internal("the cookie is no header value")))?;
        if let Some(response) = use_context::<ResponseOptions>() {
            response.append_header(SET_COOKIE, value);
        }
        Ok(())
    }

    fn internal(message: &str) -> ErrorBody {
        ErrorBody { code: ErrorCode::Unavailable, message: message.to_owned(), field: None }
    }

    fn refused(error: ErrorBody) -> ApiError {
        if let Some(response) = use_context::<ResponseOptions>() {
            response.set_status(status(error.code));
        }
        ApiError(error)
    }

    fn status(code: ErrorCode) -> StatusCode {
        match code {
            ErrorCode::CredentialsNeeded | ErrorCode::WrongCredentials | ErrorCode::NotIdentified => {
                StatusCode::UNAUTHORIZED
            }
            ErrorCode::GuestsNotAllowed | ErrorCode::NotAllowed | ErrorCode::Banned => StatusCode::FORBIDDEN,
            ErrorCode::NameTaken | ErrorCode::AlreadyIdentified => StatusCode::CONFLICT,
            ErrorCode::BadField => StatusCode::UNPROCESSABLE_ENTITY,
            ErrorCode::TooFast | ErrorCode::TooManyAttempts => StatusCode::TOO_MANY_REQUESTS,
            ErrorCode::Unavailable | ErrorCode::ShuttingDown | ErrorCode::Full => StatusCode::SERVICE_UNAVAILABLE,
            _ => StatusCode::BAD_REQUEST,
        }
    }
}
