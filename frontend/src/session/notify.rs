//! Tells the user outside the page that something was said: a notification of the system, a sound.

use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::wasm_bindgen::closure::Closure;
use shared::RoomId;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AudioContext, Notification, NotificationOptions, NotificationPermission};

use crate::state::address::Place;
use crate::state::preferences::Preferences;

const KEY: &str = "confab.notify";
/// The two tones of the sound, in hertz, and when each begins, in seconds.
const TONES: [(f32, f64); 2] = [(659.25, 0.0), (880.0, 0.12)];
/// How long a tone lasts, in seconds.
const LASTS: f64 = 0.22;

/// Whether notifications of the system may be shown.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Permission {
    /// The user has not been asked.
    NotAsked,
    /// They may.
    Granted,
    /// The user said no, and the browser asks no more.
    Denied,
    /// This browser has none.
    Unsupported,
}

/// Whether notifications may be shown, as far as is known without asking.
#[must_use]
pub fn permission() -> Permission {
    if !js_sys::Reflect::has(&window(), &"Notification".into()).unwrap_or_default() {
        return Permission::Unsupported;
    }
    match Notification::permission() {
        NotificationPermission::Granted => Permission::Granted,
        NotificationPermission::Denied => Permission::Denied,
        _ => Permission::NotAsked,
    }
}

/// Asks the user, in the browser's own way.
pub async fn ask() -> Permission {
    if let Ok(asked) = Notification::request_permission() {
        // Whatever became of it, the permission says so.
        let _ = JsFuture::from(asked).await;
    }
    permission()
}

/// What was chosen in this browser.
#[must_use]
pub fn kept() -> Preferences {
    let kept = window().local_storage().ok().flatten().and_then(|storage| storage.get_item(KEY).ok()?);
    kept.map(|kept| Preferences::restore(&kept)).unwrap_or_default()
}

/// Keeps a choice in this browser.
pub fn keep(preferences: &Preferences) {
    if let Ok(Some(storage)) = window().local_storage() {
        // Where it cannot be kept it holds until the next visit.
        let _ = storage.set_item(KEY, &preferences.keep());
    }
}

/// Tells of a message. A later one of the same conversation takes the place of an earlier one.
pub(crate) fn tell(preferences: &Preferences, room: RoomId, title: &str, body: &str) {
    if preferences.sound {
        chime();
    }
    if preferences.desktop && permission() == Permission::Granted {
        show(room, title, body);
    }
}

fn show(room: RoomId, title: &str, body: &str) {
    let options = NotificationOptions::new();
    options.set_body(body);
    options.set_tag(&format!("room-{room}"));
    options.set_icon("/icon-192.png");
    // On phones only a service worker may show one; there it is left out.
    let Ok(notification) = Notification::new_with_options(title, &options) else { return };
    let open = Closure::once_into_js(move || {
        let _ = window().focus();
        let _ = window().location().set_href(&Place::Room(room).path());
    });
    notification.set_onclick(open.dyn_ref());
}

/// Two short tones, made here: there is no file to load.
pub fn chime() {
    // Before the first click in the page a browser allows no sound; then there is none.
    let _ = play();
}

fn play() -> Result<(), wasm_bindgen::JsValue> {
    let audio = AudioContext::new()?;
    let start = audio.current_time();
    for (frequency, after) in TONES {
        let tone = audio.create_oscillator()?;
        let volume = audio.create_gain()?;
        let (begins, ends) = (start + after, start + after + LASTS);
        tone.frequency().set_value(frequency);
        volume.gain().set_value_at_time(0.0001, begins)?;
        volume.gain().exponential_ramp_to_value_at_time(0.12, begins + 0.02)?;
        volume.gain().exponential_ramp_to_value_at_time(0.0001, ends)?;
        tone.connect_with_audio_node(&volume)?;
        volume.connect_with_audio_node(&audio.destination())?;
        tone.start_with_when(begins)?;
        tone.stop_with_when(ends)?;
    }
    Ok(())
}
