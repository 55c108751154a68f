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
        Icon::Lock => "M5.5 9h9v7.500h-9zM7 9V6.500a3 3 0 0 1 6 0V9",
    };
    view! {
        <svg class="icon" viewBox="0 0 20 20" aria-hidden="true">
            <path d=path />
        </svg>
    }
}
