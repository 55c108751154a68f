//! Small drawings for buttons. Each stands beside words or inside something that has a name.

use leptos::prelude::*;

/// What is drawn.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Icon {
    /// An arrow to the left.
    Back,
    /// An arrow down.
    Down,
    /// A cross of two lines, to close.
    Close,
    /// A plus.
    Plus,
    /// Two people.
    People,
    /// Two crossing arrows.
    Shuffle,
    /// A compass.
    Compass,
    /// Other ways to connect.
    Wires,
    /// A paper plane.
    Send,
    /// A clock.
    Clock,
    /// A tick.
    Check,
    /// An exclamation mark.
    Alert,
    /// A lock.
    Lock,
    /// A hook.
    Hook,
    /// A smiling face.
    Smile,
    /// An arrow that turns back.
    Reply,
    /// A pencil.
    Pencil,
    /// A bin.
    Bin,
    /// A paper clip.
    Clip,
    /// A sheet of paper with a folded corner.
    File,
    /// A magnifying glass.
    Search,
    /// A card with a name on it.
    Card,
    /// A bell.
    Bell,
    /// A bell with a line through it.
    Muted,
}

/// Draws it, as large as the text around it.
#[component]
pub fn Drawing(
    /// What is drawn.
    icon: Icon,
) -> impl IntoView {
    let path = match icon {
        Icon::Back => "M12.5 4.5 7 10l5.5 5.5",
        Icon::Down => "M10 4v12M5 11l5 5 5-5",
        Icon::Close => "M5 5l10 10M15 5 5 15",
        Icon::Plus => "M10 4v12M4 10h12",
        Icon::People => {
            "M7.5 9.5a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM2 16.5c0-2.8 2.5-4.5 5.5-4.5s5.5 1.7 5.5 4.5M13 4a3 3 0 0 1 0 5.5M15 12.3c1.8.6 3 2 3 4.2"
        }
        Icon::Shuffle => {
            "M3 6h2.5c2 0 3 1 4.5 4s2.5 4 4.5 4H17M14.5 11.5 17 14l-2.5 2.500M3 14h2.500c1 0 1.8-.3 2.5-1M12 7c.7-.7 1.5-1 2.5-1H17M14.5 3.5 17 6l-2.5 2.5"
        }
        Icon::Wires => "M4 6h5l2 8h5M4 14h5l2-8h5",
        Icon::Compass => "M10 17.5a7.5 7.5 0 1 0 0-15 7.5 7.5 0 0 0 0 15zM13 7l-1.8 4.200L7 13l1.8-4.200z",
        Icon::Send => "M3.5 10 17 3.5 13 17l-3-5.500zM10 11.5 17 3.5",
        Icon::Clock => "M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM10 6.500V10l2.5 1.5",
        Icon::Check => "M4.5 10.5 8.5 14.5 15.5 6",
        Icon::Alert => "M10 17.500a7.5 7.5 0 1 0 0-15 7.5 7.5 0 0 0 0 15zM10 6v5M10 13.800v.2",
        Icon::Hook => "M14 3v7.5a4.5 4.5 0 0 1-9 0V9M2.500 11.500 5 9l2.500 2.500M12 3h4",
        Icon::Smile => {
            "M10 17.500a7.5 7.5 0 1 0 0-15 7.5 7.5 0 0 0 0 15zM6.800 11.800c1.600 2.300 4.800 2.300 6.400 0M7.500 7.500v.3M12.500 7.500v.3"
        }
        Icon::Reply => "M8 5 3.500 9.500 8 14M3.500 9.500h8c3 0 5 2 5 5.500",
        Icon::Pencil => {
            "M4 16l.7-3.300L13.200 4.200a1.500 1.500 0 0 1 2.100 0l.5.5a1.500 1.500 0 0 1 0 2.100L7.300 15.300z"
        }
        Icon::Bin => "M4 6h12M8 6V4h4v2M5.500 6l.7 10.500h7.600L14.500 6M8.500 9v4.500M11.500 9v4.500",
        Icon::Clip => {
            "M14.500 9.500l-5.300 5.300a3 3 0 0 1-4.300-4.300l6-6a2 2 0 0 1 2.900 2.900l-5.800 5.800a1 1 0 0 1-1.500-1.500l5.300-5.300"
        }
        Icon::File => "M5 2.500h6.500L15.500 6.500v11H5zM11.500 2.500v4h4",
        Icon::Search => "M9 15a6 6 0 1 0 0-12 6 6 0 0 0 0 12zM13.500 13.500 17 17",
        Icon::Card => {
            "M3 5h14v10H3zM6.500 11.500c.3-1.200 3.200-1.200 3.500 0M8.200 9.200a1.100 1.100 0 1 0 0-2.200 1.100 1.100 0 0 0 0 2.200M12.500 8.500h2.500M12.500 11.500h2.500"
        }
        Icon::Bell => {
            "M6 8.500a4 4 0 0 1 8 0c0 3.500 1.500 4.500 1.500 4.500h-11S6 12 6 8.500M8.500 15.500a1.500 1.500 0 0 0 3 0"
        }
        Icon::Muted => {
            "M6 8.500a4 4 0 0 1 8 0c0 3.500 1.500 4.500 1.500 4.500h-11S6 12 6 8.500M8.500 15.500a1.500 1.500 0 0 0 3 0M3.500 3.500l13 13"
        }
        Icon::Lock => "M5.5 9h9v7.500h-9zM7 9V6.500a3 3 0 0 1 6 0V9",
    };
    view! {
        <svg class="icon" viewBox="0 0 20 20" aria-hidden="true">
            <path d=path />
        </svg>
    }
}
