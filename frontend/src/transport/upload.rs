//! One file on its way to the server. By `XMLHttpRequest`, since `fetch` does not tell how much of a body has been sent.

use futures_channel::oneshot;
use leptos::wasm_bindgen::JsCast;
use leptos::wasm_bindgen::closure::Closure;
use web_sys::{File, ProgressEvent, XmlHttpRequest};

/// What the server answered.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The body.
    pub text: String,
}

/// A request that is stopped where nobody waits for it any more.
struct Request {
    request: XmlHttpRequest,
    // They live as long as the request that calls them.
    _progress: Closure<dyn FnMut(ProgressEvent)>,
    _ended: Closure<dyn FnMut()>,
}

impl Drop for Request {
    fn drop(&mut self) {
        self.request.set_onloadend(None);
        if let Ok(upload) = self.request.upload() {
            upload.set_onprogress(None);
        }
        // It fails only where there is nothing left to stop.
        let _ = self.request.abort();
    }
}

/// Posts a file to a path of this server and tells how many bytes of it are sent. Nothing: the connection was lost.
/// Whoever drops the future stops it.
pub async fn post(path: &str, file: &File, sent: impl Fn(u64) + 'static) -> Option<Answer> {
    let (end, ended) = oneshot::channel();
    let request = send(path, file, sent, end)?;
    ended.await.ok()?;
    let status = request.request.status().ok().filter(|status| *status != 0)?;
    Some(Answer { status, text: request.request.response_text().ok().flatten().unwrap_or_default() })
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a number of bytes, whole and not negative")]
fn send(path: &str, file: &File, sent: impl Fn(u64) + 'static, end: oneshot::Sender<()>) -> Option<Request> {
    let request = XmlHttpRequest::new().ok()?;
    request.open("POST", path).ok()?;
    let progress = Closure::<dyn FnMut(_)>::new(move |event: ProgressEvent| sent(event.loaded() as u64));
    let mut end = Some(end);
    let ended = Closure::<dyn FnMut()>::new(move || {
        // Where nobody waits any more there is nothing to tell.
        let _ = end.take().map(|end| end.send(()));
    });
    request.upload().ok()?.set_onprogress(Some(progress.as_ref().unchecked_ref()));
    request.set_onloadend(Some(ended.as_ref().unchecked_ref()));
    request.send_with_opt_blob(Some(file)).ok()?;
    Some(Request { request, _progress: progress, _ended: ended })
}
