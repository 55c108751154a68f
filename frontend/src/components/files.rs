//! Files that go with messages: images as pictures, whose room is there before they are, and others with their names.
//!
//! Accessible names: list "Files" under a message; a picture is a button "Enlarge <name>" that opens a dialog called
//! after the file, with a link "Download"; another file is a link "Download <name> <size>".

use leptos::prelude::*;
use shared::{ClientId, FileInfo, RoomId};

use super::composer::focus_field;
use super::dialog::{Dialog, open_while};
use super::icon::{Drawing, Icon};
use super::talk::Talking;
use crate::session::Session;
use crate::state::attachments::{Attachment, Stage, UploadId, local_path, preview_size, shown_size};
use crate::state::chat::ChatState;
use crate::words::words;

/// The files of a message.
#[component]
#[allow(clippy::needless_pass_by_value, reason = "the props of a component are its own")]
pub fn Files(
    /// What the server knows of them.
    files: Vec<FileInfo>,
) -> impl IntoView {
    let one = |file: FileInfo| view! { <li>{shown(file)}</li> };
    (!files.is_empty()).then(|| {
        view! {
            <ul class="files" role="list" aria-label=words().files.of_message>
                {files.into_iter().map(one).collect_view()}
            </ul>
        }
    })
}

fn shown(file: FileInfo) -> AnyView {
    match file.width.zip(file.height).filter(|_| file.media_type.starts_with("image/")) {
        Some((width, height)) => view! { <Picture file width height /> }.into_any(),
        None => view! { <OtherFile file /> }.into_any(),
    }
}

/// An image, in as much room as it will take.
#[component]
fn Picture(file: FileInfo, width: u32, height: u32) -> impl IntoView {
    let talking = expect_context::<Talking>();
    let (width, height) = preview_size(width, height);
    let (path, name) = (local_path(&file.url).to_owned(), file.name.clone());
    let label = words().files.enlarge.with([&name]);
    view! {
        <button
            class="picture"
            type="button"
            aria-label=label.clone()
            title=label
            aria-haspopup="dialog"
            style:width=format!("{width}px")
            style:aspect-ratio=format!("{width} / {height}")
            on:click=move |_| talking.picture.set(Some(file.clone()))
        >
            <img src=path alt=name width=width height=height decoding="async" />
        </button>
    }
}

/// A file that is saved rather than shown.
#[component]
#[allow(clippy::needless_pass_by_value, reason = "the props of a component are its own")]
fn OtherFile(file: FileInfo) -> impl IntoView {
    let path = local_path(&file.url).to_owned();
    view! {
        <a class="file" href=path download=file.name.clone() rel="external" title=words().files.download.with([&file.name])>
            <span class="visually-hidden">{words().files.save}" "</span>
            <span class="file-sign">
                <Drawing icon=Icon::File />
            </span>
            <span class="file-what">
                <span class="file-name">{file.name.clone()}</span>
                <span class="file-note">{shown_size(file.size, words().files.point)}</span>
            </span>
            <Drawing icon=Icon::Down />
        </a>
    }
}

/// An image as large as the window lets it be; open while there is one to look at.
#[component]
pub fn PictureDialog(
    /// Where.
    talking: Talking,
) -> impl IntoView {
    let open = open_while(talking.picture);
    let name = Signal::derive(move || {
        talking.picture.with(|file| file.as_ref().map(|file| file.name.clone()).unwrap_or_default())
    });
    let whole = move |file: FileInfo| {
        let path = local_path(&file.url).to_owned();
        view! {
            <img class="picture-whole" src=path.clone() alt=file.name.clone() width=file.width height=file.height />
            <p class="picture-foot">
                <span class="fine">{shown_size(file.size, words().files.point)}</span>
                <a class="button button-small" href=format!("{path}?download") download=file.name rel="external">
                    {words().files.save}
                </a>
            </p>
        }
    };
    view! {
        <Dialog title=name open wide=true>
            {move || talking.picture.get().map(whole)}
        </Dialog>
    }
}

/// The files of a message that waits for them.
#[component]
pub fn WaitingFiles(
    /// Which message.
    id: ClientId,
) -> impl IntoView {
    let session = expect_context::<Session>();
    let whose = Whose::Waiting(id);
    let ids: Vec<UploadId> = session.peek(|state| whose.files(state).iter().map(|file| file.id).collect());
    let one = move |id| view! { <AttachmentLine id whose=whose.clone() /> };
    (!ids.is_empty()).then(|| {
        view! {
            <ul class="attachments" role="list" aria-label=words().files.of_message>
                {ids.into_iter().map(one).collect_view()}
            </ul>
        }
    })
}

/// To what an attachment belongs.
#[derive(Clone, Debug)]
pub enum Whose {
    /// What is being written in a conversation.
    Draft(RoomId),
    /// A message that waits.
    Waiting(ClientId),
}

impl Whose {
    fn files<'a>(&self, state: &'a ChatState) -> &'a [Attachment] {
        match self {
            Self::Draft(room) => state.attachments(*room),
            Self::Waiting(id) => state.queue().files_of(id),
        }
    }
}

/// A file on its way, with what can be done about it while it belongs to a draft.
#[component]
pub fn AttachmentLine(
    /// Which one.
    id: UploadId,
    /// To what it belongs.
    whose: Whose,
) -> impl IntoView {
    let session = expect_context::<Session>();
    let draft = matches!(whose, Whose::Draft(_));
    let file =
        Memo::new(move |_| session.with_files(|state| whose.files(state).iter().find(|file| file.id == id).cloned()));
    let name = Memo::new(move |_| file.with(|file| file.as_ref().map(|file| file.name.clone()).unwrap_or_default()));
    let percent = Memo::new(move |_| file.with(|file| file.as_ref().and_then(Attachment::percent)));
    let again = Memo::new(move |_| file.with(|file| file.as_ref().and_then(Attachment::failed)) == Some(true));
    let why = Memo::new(move |_| file.with(|file| file.as_ref().and_then(why)));
    let size = move || file.with(|file| file.as_ref().map(|file| shown_size(file.size, words().files.point)));
    let remove =
        move || if percent.get().is_some() { words().files.cancel } else { words().files.remove }.with([&name.get()]);
    let detach = move |_| {
        session.act(|state| state.detach(id));
        // The button that had the focus goes with the file.
        focus_field();
    };
    view! {
        <li class="attachment" data-failed=move || why.with(Option::is_some).then_some("true")>
            <span class="file-sign">{move || file.with(|file| sign(file.as_ref()))}</span>
            <span class="file-what">
                <span class="file-name">{move || name.get()}</span>
                <span class="file-note" role="alert">{move || why.get()}</span>
                <span class="file-note">
                    {size} {move || percent.get().map(|percent| format!(" · {percent} %"))}
                </span>
                <Show when=move || percent.get().is_some()>
                    <progress max="100" prop:value=move || percent.get().unwrap_or_default().to_string() aria-label=words().files.uploading.with([&name.get()])></progress>
                </Show>
            </span>
            <Show when=move || draft && again.get()>
                <button class="button button-small" type="button" aria-label=words().files.again.with([&name.get()]) on:click=move |_| session.act(|state| state.upload_again(id))>
                    {words().general.try_again}
                </button>
            </Show>
            <Show when=move || draft>
                <button class="icon-button" type="button" aria-label=remove title=remove on:click=detach>
                    <Drawing icon=Icon::Close />
                </button>
            </Show>
        </li>
    }
}

fn why(file: &Attachment) -> Option<String> {
    match &file.stage {
        Stage::Failed { why, .. } => Some(why.clone()),
        Stage::Going { .. } | Stage::There(_) => None,
    }
}

/// The image itself once the server has it, else a drawing.
fn sign(file: Option<&Attachment>) -> AnyView {
    let image = file.and_then(Attachment::info).filter(|info| info.width.is_some());
    match image {
        Some(info) => view! { <img src=local_path(&info.url).to_owned() alt="" /> }.into_any(),
        None => view! { <Drawing icon=Icon::File /> }.into_any(),
    }
}
