//! Where a conversation is scrolled to. At its end it stays at its end; anywhere else the message at the top edge
//! stays where it is, whatever comes in above or below, is loaded, or changes its height.

use leptos::html::Div;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::wasm_bindgen::closure::Closure;
use leptos::web_sys::{Element, HtmlElement, ResizeObserver};
use shared::RoomId;

use crate::session::Session;

/// So close to the end counts as at the end, in pixels.
const AT_END: i32 = 40;
/// So close to the top older messages are asked for, in pixels.
const NEAR_TOP: i32 = 600;

/// Keeps a scrolled element where it should be.
#[derive(Clone, Copy)]
pub struct Scroller {
    session: Session,
    room: RoomId,
    view_port: NodeRef<Div>,
    content: NodeRef<Div>,
    loaded: Memo<bool>,
    /// Where the first look at the conversation goes has been decided.
    landed: StoredValue<bool>,
    at_end: StoredValue<bool>,
    /// How far it was scrolled when last looked at, in pixels.
    scroll_top: StoredValue<i32>,
    anchor: StoredValue<Option<Anchor>>,
}

/// The message at the top edge: its place in the conversation, and how far below the edge it begins.
#[derive(Clone, Debug)]
struct Anchor {
    seq: String,
    below_edge: f64,
}

impl Scroller {
    /// Watches `content` inside `view_port`, for as long as the component that calls it lives.
    #[must_use]
    pub fn new(
        session: Session,
        room: RoomId,
        view_port: NodeRef<Div>,
        content: NodeRef<Div>,
        loaded: Memo<bool>,
    ) -> Self {
        let scroller = Self {
            session,
            room,
            view_port,
            content,
            loaded,
            landed: StoredValue::new(false),
            at_end: StoredValue::new(true),
            scroll_top: StoredValue::new(0),
            anchor: StoredValue::new(None),
        };
        session.at_end.set(false);
        Effect::new(move |_| scroller.watch());
        Effect::new(move |_| {
            // A short conversation fills no more room than an empty one: then the observer has nothing to tell.
            if loaded.get() {
                request_animation_frame(move || scroller.resized());
            }
        });
        Effect::new(move |spoken: Option<u32>| {
            // Whoever says something wants to see it.
            let speaking = session.spoken.get();
            if spoken.is_some_and(|spoken| spoken != speaking) {
                scroller.to_end();
            }
            speaking
        });
        scroller
    }

    /// The browser tells of every change of height after it is laid out and before it is painted.
    fn watch(self) {
        let (Some(view_port), Some(content)) = (self.view_port.get(), self.content.get()) else { return };
        let resized = Closure::<dyn FnMut()>::new(move || self.resized());
        let Ok(observer) = ResizeObserver::new(resized.as_ref().unchecked_ref()) else { return };
        observer.observe(&view_port);
        observer.observe(&content);
        // The closure lives as long as the observer that calls it.
        let watching = StoredValue::new_local((observer, resized));
        on_cleanup(move || {
            let _ = watching.try_with_value(|(observer, _)| observer.disconnect());
        });
    }

    fn resized(self) {
        let Some(view_port) = self.view_port.try_get_untracked().flatten() else { return };
        if self.loaded.try_get_untracked() != Some(true) {
            return;
        }
        if !self.landed.get_value() {
            self.landed.set_value(true);
            self.land(&view_port);
        } else if self.at_end.get_value() {
            view_port.set_scroll_top(view_port.scroll_height());
        } else {
            self.hold(&view_port);
        }
        self.scrolled();
    }

    /// The first look: at the first unread message, else at the end.
    fn land(self, view_port: &HtmlElement) {
        view_port.set_scroll_top(view_port.scroll_height());
        if let Some(line) = view_port.query_selector(".unread-line").ok().flatten() {
            let above = top(&line) - top(view_port);
            if above < 0.0 {
                view_port.set_scroll_top(view_port.scroll_top() + whole(above) - 16);
            }
        }
    }

    /// Puts the message at the top edge back to where it was.
    fn hold(self, view_port: &HtmlElement) {
        let Some(anchor) = self.anchor.get_value() else { return };
        let selector = format!("[data-seq=\"{}\"]", anchor.seq);
        if let Some(message) = view_port.query_selector(&selector).ok().flatten() {
            let moved = top(&message) - top(view_port) - anchor.below_edge;
            if moved.abs() >= 1.0 {
                view_port.set_scroll_top(view_port.scroll_top() + whole(moved));
            }
        }
    }

    /// Takes note of where the conversation is scrolled to, and asks for older messages near their end.
    pub fn scrolled(self) {
        let Some(view_port) = self.view_port.try_get_untracked().flatten() else { return };
        if !self.landed.get_value() {
            return;
        }
        let scroll_top = view_port.scroll_top();
        let below = view_port.scroll_height() - scroll_top - view_port.client_height();
        // What comes in at the end moves it away before the observer can follow; only scrolling up leaves it.
        let moved_up = scroll_top < self.scroll_top.get_value();
        let at_end = below <= AT_END || (self.at_end.get_value() && !moved_up);
        self.scroll_top.set_value(scroll_top);
        self.at_end.set_value(at_end);
        self.anchor.set_value(first_visible(&view_port));
        if self.session.at_end.get_untracked() != at_end {
            self.session.at_end.set(at_end);
        }
        if view_port.scroll_top() < NEAR_TOP {
            let room = self.room;
            self.session.act(|state| state.older(room));
        }
    }

    /// Goes to the newest message.
    pub fn to_end(self) {
        if let Some(view_port) = self.view_port.try_get_untracked().flatten() {
            self.at_end.set_value(true);
            view_port.set_scroll_top(view_port.scroll_height());
            self.scrolled();
        }
    }
}

/// The first message that reaches below the top edge. They stand in order, so it is found by halving.
fn first_visible(view_port: &HtmlElement) -> Option<Anchor> {
    let messages = view_port.query_selector_all("[data-seq]").ok()?;
    let edge = top(view_port);
    let (mut low, mut high) = (0, messages.length());
    let at = |index: u32| messages.get(index).and_then(|node| node.dyn_into::<Element>().ok());
    while low < high {
        let middle = low + (high - low) / 2;
        if at(middle)?.get_bounding_client_rect().bottom() <= edge {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    let message = at(low)?;
    Some(Anchor { seq: message.get_attribute("data-seq")?, below_edge: top(&message) - edge })
}

fn top(element: &Element) -> f64 {
    element.get_bounding_client_rect().top()
}

#[allow(clippy::cast_possible_truncation, reason = "a page is not 2^31 pixels long")]
fn whole(pixels: f64) -> i32 {
    pixels.round() as i32
}
