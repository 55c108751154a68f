//! What the JSON requests under `/api/` have in common: who asks, how a body is read, and how a refusal is told.

use axum::Json;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use serde::de::DeserializeOwned;
use shared::{ErrorBody, ErrorCode};

use super::HttpState;
use super::identity::{Ambient, address, error_body, foreign, status_of};
use super::origin;
use crate::hub::{Caller, Refusal};

/// Somebody who has proved who he is, by the web app's cookie or by credentials, and not through another server's page.
#[derive(Debug)]
pub struct Asker(pub Caller);

impl FromRequestParts<HttpState> for Asker {
    type Rejection = ApiRefusal;

    async fn from_request_parts(parts: &mut Parts, state: &HttpState) -> Result<Self, ApiRefusal> {
        if !origin::is_own(&parts.headers) {
            return Err(ApiRefusal(foreign()));
        }
        let Ok(ambient) = Ambient::from_request_parts(parts, state).await;
        let claim = ambient.or_cookie(&parts.headers).claim().ok_or(Refusal::NotIdentified)?;
        let address = address(parts).map_err(ApiRefusal)?;
        state.hub.count_request(address, 0)?;
        Ok(Self(state.hub.caller(claim, address).await?))
    }
}

/// A JSON body, whatever the request says it is.
#[derive(Debug)]
pub struct Body<T>(pub T);

impl<T: DeserializeOwned> FromRequest<HttpState> for Body<T> {
    type Rejection = ApiRefusal;

    async fn from_request(request: Request, state: &HttpState) -> Result<Self, ApiRefusal> {
        let bad = |code, message| ApiRefusal(ErrorBody { code, message, field: None });
        let bytes = Bytes::from_request(request, state).await.map_err(|rejection| {
            let too_large = rejection.status() == StatusCode::PAYLOAD_TOO_LARGE;
            bad(if too_large { ErrorCode::TooLarge } else { ErrorCode::BadFrame }, rejection.body_text())
        })?;
        serde_json::from_slice(&bytes).map(Self).map_err(|error| bad(ErrorCode::BadField, error.to_string()))
    }
}

/// A refusal as these requests tell it.
#[derive(Debug)]
pub struct ApiRefusal(pub ErrorBody);

impl From<Refusal> for ApiRefusal {
    fn from(refusal: Refusal) -> Self {
        Self(error_body(&refusal))
    }
}

impl ApiRefusal {
    /// The same, about another field.
    #[must_use]
    pub fn at(self, field: &str) -> Self {
        Self(ErrorBody { field: Some(field.to_owned()), ..self.0 })
    }
}

impl IntoResponse for ApiRefusal {
    fn into_response(self) -> Response {
        let status = status_of(self.0.code);
        let mut response = (status, Json(self.0)).into_response();
        if status == StatusCode::UNAUTHORIZED {
            // Not Basic: a browser would ask for a password in a window of its own.
            let challenge = HeaderValue::from_static(r#"Bearer realm="confab""#);
            response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
        }
        response
    }
}
