//! Files on their way to the server: a task each, which holds the file for as long as it may be needed again.

use std::pin::pin;

use futures_channel::mpsc::{UnboundedReceiver, unbounded};
use futures_util::StreamExt;
use futures_util::future::{Either, select};
use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::{ErrorCode, FileInfo, RoomId};
use web_sys::File;

use super::{Session, browser};
use crate::http_api::{self, UploadLimits};
use crate::parts;
use crate::server_api::ApiError;
use crate::state::attachments::{Attachment, Stage, UploadId, sendable_name, shown_size};
use crate::words::words;

impl Session {
    /// Attaches files to what is being written in a conversation, and sends them to the server.
    pub fn attach(&self, room: RoomId, files: Vec<File>) {
        for file in files {
            let attached = self.state.try_update_value(|state| state.attach(room, &file.name(), size(&file)));
            let Some((id, effects)) = attached else { return };
            let Some(id) = id else {
                self.notice(words().files.too_many);
                return;
            };
            self.carry_out(effects);
            let (order, orders) = unbounded();
            self.uploads.update_value(|uploads| {
                uploads.insert(id, order);
            });
            let session = *self;
            spawn_local(async move {
                match parts::upload(session, room, id, file, orders).await {
                    Ok(work) => work.await,
                    Err(_) => session.try_act(|state| state.upload_is(id, interrupted())),
                }
            });
        }
        self.draw();
    }

    /// Attaches again what was attached in a conversation when it was last left, and from here on what other tabs
    /// attach there, for as long as the component that calls it lives.
    pub fn follow_attachments(&self, room: RoomId) {
        let session = *self;
        let key = self.files_key(room);
        let take = move |kept: Option<String>| {
            let files =
                kept.and_then(|kept| serde_json::from_slice::<Vec<FileInfo>>(kept.as_bytes()).ok()).unwrap_or_default();
            session.act(|state| state.attached_elsewhere(room, files));
        };
        Effect::new(move |_| {
            take(browser::kept_draft(&key));
            let key = key.clone();
            let listener = window_event_listener(ev::storage, move |event| {
                if event.key().as_deref() == Some(key.as_str()) {
                    take(event.new_value());
                }
            });
            on_cleanup(move || listener.remove());
        });
    }

    /// Has the browser ask before the page goes and uploads with it, for as long as the component that calls it lives.
    pub fn guard_uploads(&self) {
        let session = *self;
        Effect::new(move |_| {
            let listener = window_event_listener(ev::beforeunload, move |event| {
                if session.peek(crate::state::chat::ChatState::is_uploading) {
                    event.prevent_default();
                }
            });
            on_cleanup(move || listener.remove());
        });
    }

    /// Whether this server takes files from anybody; until it has said so, it is taken to.
    pub(super) fn ask_for_uploads(&self) {
        let takes_files = self.takes_files;
        spawn_local(async move {
            if let Ok(limits) = http_api::upload_limits().await {
                let _ = takes_files.try_set(limits.uploads != UploadLimits::OFF);
            }
        });
    }

    pub(super) fn upload_again(&self, id: UploadId) {
        let told =
            self.uploads.with_value(|uploads| uploads.get(&id).is_some_and(|task| task.unbounded_send(()).is_ok()));
        if !told {
            let session = *self;
            // Whoever ordered it is still at it.
            queue_microtask(move || session.try_act(|state| state.upload_is(id, interrupted())));
        }
    }

    pub(super) fn stop_upload(&self, id: UploadId) {
        // The task ends with whoever could order it to go on.
        self.uploads.update_value(|uploads| drop(uploads.remove(&id)));
    }

    pub(super) fn keep_files(&self, room: RoomId) {
        let kept = self.peek(|state| {
            let there: Vec<&FileInfo> = state.attachments(room).iter().filter_map(Attachment::info).collect();
            if there.is_empty() { String::new() } else { serde_json::to_string(&there).unwrap_or_default() }
        });
        browser::keep_draft(&self.files_key(room), &kept);
    }

    fn files_key(&self, room: RoomId) -> String {
        format!("{}files.{room}", self.drafts_key())
    }
}

fn interrupted() -> Stage {
    Stage::Failed { why: words().files.interrupted.to_owned(), again: false }
}

/// Has the server forget a file that will not be said. Where it is not heard, the server forgets it in a day.
pub(super) fn take_back(file: String) {
    spawn_local(async move { drop(http_api::take_back(&file).await) });
}

/// Sends a file, and again where that is ordered. It ends with its work, or when nobody can order anything any more.
pub(crate) async fn upload(
    session: Session,
    room: RoomId,
    id: UploadId,
    file: File,
    mut orders: UnboundedReceiver<()>,
) {
    loop {
        let sent = move |sent| session.try_act(|state| state.upload_is(id, Stage::Going { sent }));
        let stage = match select(pin!(attempt(room, &file, sent)), orders.next()).await {
            Either::Left((stage, _)) => stage,
            Either::Right(_) => return,
        };
        let there = matches!(stage, Stage::There(_));
        session.try_act(|state| state.upload_is(id, stage));
        if there || orders.next().await.is_none() {
            return;
        }
    }
}

async fn attempt(room: RoomId, file: &File, sent: impl Fn(u64) + 'static) -> Stage {
    // What is too large is better not sent at all: who refuses it in the middle may not be heard.
    if let Ok(limits) = http_api::upload_limits().await
        && let Some(failed) = refused_by(&limits, size(file))
    {
        return failed;
    }
    match http_api::upload(room, &sendable_name(&file.name()), file, sent).await {
        Ok(file) => Stage::There(file),
        Err(error) => {
            let passes = matches!(error.0.code, ErrorCode::Unavailable | ErrorCode::TooFast | ErrorCode::ShuttingDown);
            let quota = error.0.field.as_deref() == Some("quota");
            Stage::Failed { why: told(&error), again: passes || quota }
        }
    }
}

fn refused_by(limits: &UploadLimits, size: u64) -> Option<Stage> {
    let shown = |bytes| shown_size(bytes, words().files.point);
    let left = limits.quota_bytes.saturating_sub(limits.used_bytes);
    let (why, again) = if size == 0 {
        (words().files.empty.to_owned(), false)
    } else if size > limits.max_bytes {
        (words().files.too_large.with([&shown(limits.max_bytes)]), false)
    } else if size > left {
        (words().files.over_quota.with([&shown(left), &shown(limits.quota_bytes)]), true)
    } else {
        return None;
    };
    Some(Stage::Failed { why, again })
}

fn told(error: &ApiError) -> String {
    match (error.0.code, error.0.field.as_deref()) {
        (ErrorCode::BadField, Some("file")) => words().files.kind_refused.to_owned(),
        _ => error.told(),
    }
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a number of bytes, whole and not negative")]
fn size(file: &File) -> u64 {
    file.size() as u64
}
