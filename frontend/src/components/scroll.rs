//! Where a conversation is scrolled to, and which of its rows are drawn. At its end it stays at its end; anywhere
//! else the message at the top edge stays where it is, whatever comes in above or below, is loaded, or changes its
//! height. What is drawn and how high it is, is [`Window`]'s business; here it meets the browser.

use std::collections::HashSet;
use std::time::Duration;

use leptos::html::Div;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::wasm_bindgen::closure::Closure;
use leptos::web_sys::{Element, HtmlElement, ResizeObserver};
use shared::{RoomId, Seq};

use crate::session::Session;
use crate::state::chat::ChatState;
use crate::state::rows::{Row, RowId};
use crate::state::timeline::Timeline;
use crate::state::window::{Anchor, Window};

/// So close to the end counts as at the end, in pixels.
const AT_END: i32 = 40;
/// So close to what is not here yet it is asked for, in pixels.
const NEAR_EDGE: f64 = 1_200.0;
/// How long it is quiet after a rush before what is beyond the view is drawn too.
const QUIET: Duration = Duration::from_millis(150);
/// How far below the upper edge the line above the unread comes to stand at first, in pixels.
const BELOW_EDGE: f64 = 16.0;

/// The elements of a conversation that scrolls: what is seen of it, all of it, and its rows.
#[derive(Clone, Copy, Default)]
pub struct Frame {
    /// The element that scrolls.
    pub view_port: NodeRef<Div>,
    /// What scrolls in it.
    pub content: NodeRef<Div>,
    /// What holds the rows that are drawn, and nothing else.
    pub list: NodeRef<Div>,
}

/// The rows that are drawn, and how much room those above and below them take, in pixels.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Drawn {
    /// The rows.
    pub rows: Vec<Row>,
    /// Above them.
    pub above: f64,
    /// Below them.
    pub below: f64,
}

/// Keeps a conversation where it should be.
#[derive(Clone, Copy)]
pub struct Scroller {
    session: Session,
    room: RoomId,
    frame: Frame,
    scroll: StoredValue<Scroll>,
    /// What is drawn.
    pub drawn: RwSignal<Drawn>,
    /// The message that somebody was led to.
    pub marked: RwSignal<Option<Seq>>,
}

#[derive(Default)]
struct Scroll {
    rows: Vec<Row>,
    window: Window<RowId>,
    stance: Stance,
    /// What should stand somewhere has not been put there yet.
    to_be_placed: bool,
    /// A message to go to as soon as it is here.
    wanted: Option<Seq>,
    /// How far it was scrolled when last looked at, in pixels.
    scroll_top: i32,
    /// How high everything was then, in pixels.
    scroll_height: i32,
    /// Counts the rushes: while it stands still for a while, the last one is over.
    rush: Option<u32>,
}

/// What stays where it is.
#[derive(Clone, Debug, Default)]
enum Stance {
    /// Where the first look goes has not been decided.
    #[default]
    Undecided,
    End,
    Row(Anchor<RowId>),
}

impl Scroller {
    /// Watches the frame, for as long as the component that calls it lives. `at` is the message to look at first.
    #[must_use]
    pub fn new(session: Session, room: RoomId, frame: Frame, at: Option<Seq>) -> Self {
        let scroll = Scroll { wanted: at, ..Scroll::default() };
        let scroller = Self {
            session,
            room,
            frame,
            scroll: StoredValue::new(scroll),
            drawn: RwSignal::new(Drawn::default()),
            marked: RwSignal::new(None),
        };
        session.at_end.set(false);
        Effect::new(move |_| scroller.watch());
        Effect::new(move |_| scroller.take_rows(session.rows(room)));
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

    /// Goes to the newest message.
    pub fn to_end(self) {
        self.session.act(ChatState::return_to_newest);
        self.marked.set(None);
        self.scroll.update_value(|scroll| {
            scroll.wanted = None;
            scroll.stance = Stance::End;
            scroll.to_be_placed = true;
        });
        self.draw();
        self.settle_soon();
    }

    /// Goes to a message, wherever in the conversation it is.
    pub fn go_to(self, seq: Seq) {
        self.scroll.update_value(|scroll| scroll.wanted = Some(seq));
        self.session.act(|state| state.look_at(seq));
        self.take_rows(
            self.session.peek(|state| state.rows(self.room, crate::session::now(), crate::session::clock_offset)),
        );
    }

    /// Takes note of where the conversation is scrolled to, and asks for what is beyond its edges.
    pub fn scrolled(self) {
        let Some((view_port, start)) = self.place() else { return };
        let shows_newest = self.session.peek(|state| state.timeline(self.room).is_some_and(Timeline::shows_newest));
        let scroll_top = view_port.scroll_top();
        let edge = f64::from(scroll_top) - start;
        let below = view_port.scroll_height() - scroll_top - view_port.client_height();
        let at_end = self.scroll.try_update_value(|scroll| {
            if scroll.to_be_placed || matches!(scroll.stance, Stance::Undecided) {
                return None;
            }
            // What comes in at the end moves it away before the observer can follow; only scrolling up leaves it.
            let left = scroll.is_scrolled_up(&view_port);
            let stays = matches!(scroll.stance, Stance::End) && !left;
            let at_end = shows_newest && (below <= AT_END || stays);
            scroll.look(&view_port);
            if at_end {
                scroll.stance = Stance::End;
            } else {
                scroll.stand_at(edge);
            }
            Some(at_end)
        });
        let Some(at_end) = at_end.flatten() else { return };
        if self.session.at_end.get_untracked() != at_end {
            self.session.at_end.set(at_end);
        }
        self.draw();
        if edge < NEAR_EDGE {
            self.session.act(|state| state.older(self.room));
        }
        if !shows_newest && f64::from(below) < NEAR_EDGE {
            self.session.act(|state| state.newer(self.room));
        }
    }

    /// The browser tells of every change of height after it is laid out and before it is painted.
    fn watch(self) {
        let Some(((view_port, content), list)) =
            self.frame.view_port.get().zip(self.frame.content.get()).zip(self.frame.list.get())
        else {
            return;
        };
        let resized = Closure::<dyn FnMut()>::new(move || self.settle());
        let Ok(observer) = ResizeObserver::new(resized.as_ref().unchecked_ref()) else { return };
        for element in [&view_port, &content, &list] {
            observer.observe(element);
        }
        // The closure lives as long as the observer that calls it.
        let watching = StoredValue::new_local((observer, resized));
        on_cleanup(move || {
            let _ = watching.try_with_value(|(observer, _)| observer.disconnect());
        });
    }

    /// Where so much comes in that hardly a row stays, drawing only what is in view keeps up with it; the rest follows.
    fn notice_rush(self) {
        let rush = self.scroll.try_update_value(|scroll| {
            let drawn: HashSet<RowId> = self.drawn.with_untracked(|drawn| drawn.rows.iter().map(Row::id).collect());
            let new = scroll.rows.iter().rev().take_while(|row| !drawn.contains(&row.id())).count();
            if drawn.is_empty() || new < Window::<RowId>::MANY || !matches!(scroll.stance, Stance::End) {
                return None;
            }
            scroll.rush = Some(scroll.rush.map_or(0, |rush| rush + 1));
            scroll.rush
        });
        let Some(rush) = rush.flatten() else { return };
        let over = move || {
            let over = self.scroll.try_update_value(|scroll| scroll.rush.take_if(|now| *now == rush).is_some());
            if over == Some(true) {
                self.draw();
                self.settle_soon();
            }
        };
        set_timeout(over, QUIET);
    }

    fn take_rows(self, rows: Vec<Row>) {
        let showing = self.session.peek(|state| state.timeline(self.room).is_some_and(Timeline::is_showing));
        let led_to = self.scroll.try_update_value(|scroll| {
            scroll.window.set_rows(rows.iter().map(Row::id).collect());
            scroll.rows = rows;
            if showing { scroll.land() } else { None }
        });
        if let Some(seq) = led_to.flatten() {
            self.marked.set(Some(seq));
        }
        self.notice_rush();
        self.draw();
        self.settle_soon();
    }

    /// Draws what is near the view.
    fn draw(self) {
        let Some((view_port, start)) = self.place() else { return };
        let height = f64::from(view_port.client_height());
        let drawn = self.scroll.with_value(|scroll| {
            let window = &scroll.window;
            let edge = match &scroll.stance {
                Stance::Undecided => return Drawn::default(),
                Stance::End => window.height() - height,
                Stance::Row(anchor) => {
                    window.edge_for(anchor).unwrap_or_else(|| f64::from(view_port.scroll_top()) - start)
                }
            };
            let margin = if scroll.rush.is_some() { Window::<RowId>::SHORT_MARGIN } else { Window::<RowId>::MARGIN };
            let near = window.near(edge, edge + height, margin);
            let (above, end) = (window.top(near.start), window.top(near.end));
            let rows = scroll.rows.get(near).unwrap_or_default().to_vec();
            Drawn { rows, above, below: window.height() - end }
        });
        if self.drawn.with_untracked(|before| *before != drawn) {
            self.drawn.set(drawn);
        }
    }

    /// Once the rows are in the page, and before anybody sees them there.
    fn settle_soon(self) {
        request_animation_frame(move || self.settle());
    }

    /// Measures what is drawn and puts what should stay where it was.
    fn settle(self) {
        let Some((view_port, start)) = self.place() else { return };
        // Where the page does not show what is to be drawn yet, this is called again when it does.
        let Some(heights) = self.measure() else { return };
        let at = view_port.scroll_top();
        let below = view_port.scroll_height() - at - view_port.client_height();
        let settled = self.scroll.try_update_value(|scroll| {
            let moved = scroll.window.measured(heights);
            // Somebody has scrolled, and the browser has not told of it yet.
            let by_hand = match scroll.stance {
                _ if scroll.to_be_placed => false,
                Stance::Undecided => false,
                Stance::End => scroll.is_scrolled_up(&view_port) && below > AT_END,
                Stance::Row(_) => at != scroll.scroll_top,
            };
            if by_hand {
                scroll.stand_at(f64::from(at) - start);
            }
            let top = match &scroll.stance {
                Stance::Undecided => None,
                Stance::End => Some(f64::from(view_port.scroll_height())),
                Stance::Row(anchor) => scroll.window.edge_for(anchor).map(|edge| edge + start),
            };
            scroll.to_be_placed = false;
            (moved, top)
        });
        let Some((moved, top)) = settled else { return };
        if let Some(top) = top
            && (top - f64::from(at)).abs() >= 1.0
        {
            view_port.set_scroll_top(whole(top));
            self.scroll.update_value(|scroll| scroll.look(&view_port));
        }
        if moved {
            self.draw();
        }
        self.scrolled();
    }

    /// The heights of the rows that are drawn; nothing where the page does not show them yet.
    fn measure(self) -> Option<Vec<(RowId, f64)>> {
        let list = self.frame.list.try_get_untracked().flatten()?;
        let first = list.first_element_child();
        let elements: Vec<Element> = std::iter::successors(first, Element::next_element_sibling).collect();
        self.drawn.with_untracked(|drawn| {
            let heights = elements.iter().map(|element| element.get_bounding_client_rect().height());
            (drawn.rows.len() == elements.len()).then(|| drawn.rows.iter().map(Row::id).zip(heights).collect())
        })
    }

    /// The element that scrolls, and how far below its beginning the rows begin.
    fn place(self) -> Option<(HtmlElement, f64)> {
        let view_port = self.frame.view_port.try_get_untracked().flatten()?;
        let list = self.frame.list.try_get_untracked().flatten()?;
        let start = list.get_bounding_client_rect().top() - view_port.get_bounding_client_rect().top();
        let start = start + f64::from(view_port.scroll_top());
        Some((view_port.into(), start))
    }
}

impl Scroll {
    /// Takes note of where it is scrolled to.
    fn look(&mut self, view_port: &HtmlElement) {
        self.scroll_top = view_port.scroll_top();
        self.scroll_height = view_port.scroll_height();
    }

    /// Whether somebody has scrolled up since. Where the height has changed too, it may have been the browser, which
    /// lets nobody look past the end.
    fn is_scrolled_up(&self, view_port: &HtmlElement) -> bool {
        view_port.scroll_top() < self.scroll_top && view_port.scroll_height() == self.scroll_height
    }

    /// From here on what is at this edge stays there.
    fn stand_at(&mut self, edge: f64) {
        let anchor = self.window.anchor(edge, |row| matches!(row, RowId::Stored(_)));
        self.stance = anchor.map_or(Stance::End, Stance::Row);
    }

    /// Decides where to look where that is not decided: at the message that is wanted, at the first that is unread,
    /// else at the end. Gives the message that was wanted.
    fn land(&mut self) -> Option<Seq> {
        if let Some(wanted) = self.wanted.take() {
            let here = self.rows.iter().map(Row::id).find(|row| matches!(row, RowId::Stored(seq) if *seq >= wanted));
            if let Some(key) = here {
                self.stance = Stance::Row(Anchor { key, below_edge: 10.0 * BELOW_EDGE });
                self.to_be_placed = true;
                return Some(wanted);
            }
        }
        if matches!(self.stance, Stance::Undecided) {
            self.to_be_placed = true;
            self.stance = match self.window.place(&RowId::Unread) {
                Some(_) => Stance::Row(Anchor { key: RowId::Unread, below_edge: BELOW_EDGE }),
                None => Stance::End,
            };
        }
        None
    }
}

#[allow(clippy::cast_possible_truncation, reason = "a page is not 2^31 pixels long")]
fn whole(pixels: f64) -> i32 {
    pixels.round() as i32
}
