//! Bodies come as they are: what is compressed is refused unread, so none can be larger than it looks.

use axum::Json;
use axum::extract::Request;
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use shared::{ErrorBody, ErrorCode};

/// Refuses a request whose body is encoded in any way.
pub async fn refuse_encoded(request: Request, next: Next) -> Response {
    let mut encodings = request.headers().get_all(header::CONTENT_ENCODING).into_iter();
    if encodings.all(|encoding| encoding.as_bytes().eq_ignore_ascii_case(b"identity")) {
        return next.run(request).await;
    }
    metrics::counter!("confab_encoded_bodies_refused_total").increment(1);
    let message = "a body is sent as it is, without Content-Encoding".to_owned();
    let told = ErrorBody { code: ErrorCode::BadFrame, message, field: None };
    (StatusCode::UNSUPPORTED_MEDIA_TYPE, [(header::ACCEPT_ENCODING, "identity")], Json(told)).into_response()
}
