//! What follows from a change of the state: frames go out, parts are drawn, somebody is told.

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::{RoomGoneReason, RoomId, ServerMessage, Username};

use super::uploading::take_back;
use super::{Connection, Session, browser, notify, now};
use crate::parts;
use crate::server_api::who_am_i;
use crate::state::chat::{ChatState, Effect, Part};
use crate::state::rooms::title;
use crate::state::text::sentence;
use crate::transport::{Link, LinkEvent, Loss};
use crate::words::{parted, words};

/// Where the native protocol is spoken.
const NATIVE_PROTOCOL: &str = "/api/ws";

impl Session {
    /// Connects, and stays so until the component that called this is gone.
    pub fn connect(self) {
        let link = Link::start(NATIVE_PROTOCOL, move |event| self.report(event));
        self.link.set_value(Some(link.clone()));
        self.preferences.set(notify::kept());
        self.ask_for_uploads();
        on_cleanup(move || link.stop());
    }

    fn report(self, event: LinkEvent) {
        match event {
            LinkEvent::Trying => {
                let _ = self.connection.try_update(|connection| {
                    if let Connection::Lost { retry_at } = connection {
                        *retry_at = (*retry_at).min(now());
                    }
                });
            }
            LinkEvent::Passed(direction, text) => {
                let _ = self.wire.try_update_value(|wire| wire.pass(direction, &text, now()));
                self.plan_drawing();
            }
            LinkEvent::Frame(message) => self.hear(*message),
            LinkEvent::Lost(loss) => self.lose(loss),
        }
    }

    fn hear(self, message: ServerMessage) {
        let welcome = matches!(message, ServerMessage::Welcome(_));
        let Some(effects) = self.state.try_update_value(|state| state.apply(message, now())) else { return };
        self.carry_out(effects);
        if welcome {
            let _ = self.connection.try_set(Connection::Online);
            if self.greeted.try_get_untracked() == Some(true) {
                self.look_for_a_new_version();
            }
            let _ = self.greeted.try_set(true);
            self.draw();
        } else {
            self.plan_drawing();
        }
    }

    /// A server that comes back may be another one.
    fn look_for_a_new_version(self) {
        spawn_local(async move {
            if browser::is_outdated().await {
                let _ = self.outdated.try_set(true);
            }
        });
    }

    fn lose(self, loss: Loss) {
        let Some(effects) = self.state.try_update_value(ChatState::connection_lost) else { return };
        self.asked.update_value(std::collections::HashMap::clear);
        self.carry_out(effects);
        let farewell = self.farewell.try_update_value(Option::take).flatten();
        let Some(pause) = loss.retry_in else {
            let _ = self.connection.try_set(Connection::Closed);
            self.leave(parted(loss.code, farewell));
            return;
        };
        let pause = i64::try_from(pause.as_millis()).unwrap_or(i64::MAX);
        let first = self.connection.try_get_untracked() == Some(Connection::Connecting);
        if !first || !loss.welcomed {
            let _ = self.connection.try_set(Connection::Lost { retry_at: now() + pause });
        }
        self.draw();
        if !loss.welcomed {
            self.check_who_i_am();
        }
    }

    /// A connection that ends before its welcome may mean that the session is no longer valid, which only the
    /// server can say.
    fn check_who_i_am(self) {
        spawn_local(async move {
            if let Ok(None) = who_am_i().await
                && !self.state.is_disposed()
            {
                self.leave(words().connection.session_over);
            }
        });
    }

    pub(super) fn carry_out(&self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Send(frame) => self.link.with_value(|link| {
                    if let Some(link) = link {
                        link.send(frame);
                    }
                }),
                Effect::Changed(part) => self.changed.update_value(|changed| {
                    changed.insert(part);
                }),
                Effect::Answered(id, answer) => {
                    if let Some(asker) = self.asked.try_update_value(|asked| asked.remove(&id)).flatten() {
                        // Whoever asked may be gone; then nobody needs the answer.
                        let _ = asker.send(answer);
                    }
                }
                Effect::Landed(room) => self.landed.set(Some(room)),
                Effect::Gone(room, reason) => self.notice(match reason {
                    RoomGoneReason::Deleted => words().rooms.was_deleted.with([&title(&room)]),
                    RoomGoneReason::Banned => words().rooms.banned_from.with([&title(&room)]),
                    RoomGoneReason::Removed | RoomGoneReason::Left => words().rooms.no_longer_in.with([&title(&room)]),
                }),
                Effect::Said(from, body) => self.announcement.set(format!("{from}: {body}")),
                Effect::News(room, from, body) => self.tell(room, &from, &body),
                Effect::Notice(text) => self.notice(sentence(&text)),
                Effect::SignedOut(reason) => self.leave(sentence(&reason)),
                Effect::Farewell(text) => self.farewell.set_value(Some(sentence(&text))),
                Effect::KeepQueue => self.keep_queue(),
                Effect::KeepFiles(room) => self.keep_files(room),
                Effect::UploadAgain(id) => self.upload_again(id),
                Effect::StopUpload(id) => self.stop_upload(id),
                Effect::TakeBack(file) => take_back(file),
                Effect::TryQueueIn(pause) => {
                    let pause = Duration::from_millis(u64::try_from(pause).unwrap_or_default());
                    let session = *self;
                    set_timeout(move || session.act(ChatState::try_queue), pause);
                }
            }
        }
    }

    /// Tells outside the page of a message that is not before the user's eyes.
    fn tell(&self, room: RoomId, from: &Username, body: &str) {
        let preferences = self.preferences.get_untracked();
        if !preferences.desktop && !preferences.sound {
            return;
        }
        let place = self.peek(|state| state.rooms().get(room).filter(|room| room.name.is_some()).map(title));
        let head = place.map_or_else(|| from.to_string(), |place| format!("{from} · {place}"));
        let body = body.to_owned();
        spawn_local(async move { drop(parts::tell(preferences, room, head, body).await) });
    }

    fn keep_queue(&self) {
        self.state.with_value(|state| {
            let queue = state.queue();
            let kept = (!queue.is_empty()).then(|| queue.keep());
            browser::keep_queue(&state.me().username, kept.as_deref());
        });
    }

    fn plan_drawing(&self) {
        if self.drawing_planned.try_update_value(|planned| std::mem::replace(planned, true)) == Some(false) {
            let session = *self;
            let draw = move || {
                if session.drawing_planned.try_get_value() == Some(true) {
                    session.draw();
                }
            };
            request_animation_frame(draw);
            set_timeout(draw, Self::UNSEEN);
        }
    }

    /// Draws what has changed since the last time, and marks as read what is before the user's eyes.
    pub(super) fn draw(&self) {
        let Some(effects) = self.state.try_update_value(ChatState::mark_read) else { return };
        self.carry_out(effects);
        self.drawing_planned.set_value(false);
        let changed = self.changed.try_update_value(std::mem::take).unwrap_or_default();
        let open = self.state.with_value(ChatState::open_room);
        let parts = self.parts;
        let of_open = |room| open == Some(room);
        let changed_kinds = [
            (parts.me, changed.contains(&Part::Me)),
            (parts.rooms, changed.contains(&Part::Rooms)),
            (parts.stranger, changed.contains(&Part::Stranger)),
            (parts.files, changed.contains(&Part::Files)),
            (parts.directory, changed.contains(&Part::Directory)),
            (parts.wire, true),
            (parts.timeline, changed.iter().any(|part| matches!(part, Part::Timeline(room) if of_open(*room)))),
            (parts.members, changed.iter().any(|part| matches!(part, Part::Members(room) if of_open(*room)))),
            (parts.typing, changed.iter().any(|part| matches!(part, Part::Typing(room) if of_open(*room)))),
        ];
        for (part, _) in changed_kinds.into_iter().filter(|(_, changed)| *changed) {
            part.notify();
        }
        if parts_typing(&changed) {
            self.plan_tick();
        }
    }

    /// Forgets, when their time has come, those who are no longer typing.
    fn plan_tick(&self) {
        let Some(at) = self.state.with_value(ChatState::next_tick) else { return };
        let pause = Duration::from_millis(u64::try_from(at - now()).unwrap_or_default() + 50);
        let session = *self;
        set_timeout(
            move || {
                let Some(effects) = session.state.try_update_value(|state| state.tick(now())) else { return };
                if effects.is_empty() {
                    session.plan_tick();
                } else {
                    session.carry_out(effects);
                    session.draw();
                }
            },
            pause,
        );
    }
}

fn parts_typing(changed: &std::collections::HashSet<Part>) -> bool {
    changed.iter().any(|part| matches!(part, Part::Typing(_)))
}
