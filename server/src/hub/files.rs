//! Files: who may upload one and fetch it, and which belong to a message. Their bytes are kept elsewhere.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use shared::{Destination, FileInfo, MetadataMap, RoomId, RoomKind, Seq, Username};

use super::permission::Action;
use super::{Caller, Hub, Person, Refusal, RoomRef, texts, tokens, views};
use crate::config::UploadSettings;
use crate::store::{Message, Page, StoredFile, Timestamp};

/// The longest name of a file, in bytes.
const MAX_NAME: usize = 200;

/// How long an upload may wait for the message it belongs to.
const UNSAID_FOR: Duration = Duration::from_secs(24 * 3_600);

/// The most members of a group that are told with a message of it.
const MAX_MEMBERS: u32 = 1_000;

/// What a message's metadata holds by the server's own word.
const RESERVED: [&str; 2] = [FileInfo::KEY, "webhook"];

/// An upload that may begin.
#[derive(Clone, Debug)]
pub struct Allowed {
    /// The id it shall have.
    pub id: String,
    /// The room it is for.
    pub room: RoomId,
    /// Its name, as it is kept.
    pub name: String,
    /// How large it may be, in bytes.
    pub limit: u64,
    /// Whether that is what is left of the user's quota.
    pub by_quota: bool,
}

/// A message, and what belongs to telling it.
#[derive(Clone, Debug)]
pub struct Told {
    /// Where it was said.
    pub room: Arc<RoomRef>,
    /// What was said.
    pub message: Arc<Message>,
    /// The members of a group, at most 1,000.
    pub members: Vec<Person>,
}

/// What is to be kept of an upload beside its bytes.
#[derive(Clone, Debug)]
pub struct Uploaded {
    /// Its size, in bytes.
    pub size: u64,
    /// What it holds.
    pub media_type: &'static str,
    /// An image's width and height, in pixels.
    pub dimensions: Option<(u32, u32)>,
}

impl Hub {
    /// What uploading is limited to.
    #[must_use]
    pub fn upload_settings(&self) -> UploadSettings {
        self.inner.settings.uploads
    }

    /// How much of his quota a user has used, in bytes.
    ///
    /// # Errors
    /// [`Refusal::Unavailable`].
    pub async fn uploaded_by(&self, user: &Username) -> Result<u64, Refusal> {
        self.inner.store.uploaded_by(user).await.map_err(|error| Self::unavailable(&error))
    }

    /// Lets a user upload a file for a room he may speak in.
    ///
    /// # Errors
    /// [`Refusal::UploadsOff`] and [`Refusal::AccountNeeded`] by the server's setting, [`Refusal::BadField`] for the
    /// name, [`Refusal::QuotaUsed`], and what speaking there is refused for.
    pub async fn allow_upload(&self, caller: &Caller, place: &Destination, name: &str) -> Result<Allowed, Refusal> {
        let settings = self.inner.settings.uploads;
        match settings.who {
            crate::config::Uploads::On => {}
            crate::config::Uploads::Accounts if caller.guest => return Err(Refusal::AccountNeeded),
            crate::config::Uploads::Accounts => {}
            crate::config::Uploads::Off => return Err(Refusal::UploadsOff),
        }
        let fits = |name: &str| !name.is_empty() && name.len() <= MAX_NAME && !name.contains(['/', '\\']);
        let name = texts::one_line(name.trim(), "name", "is 1 to 200 bytes without slashes", fits)?;
        let room = self.find_room(place).await?;
        self.allow_user(Action::Speak, &caller.name, &room).await?;
        let left = settings.quota_bytes.saturating_sub(self.uploaded_by(&caller.name).await?);
        if left == 0 {
            return Err(Refusal::QuotaUsed { limit: settings.quota_bytes });
        }
        let id = tokens::random_id().ok_or(Refusal::Unavailable)?;
        let by_quota = left < settings.max_bytes;
        Ok(Allowed { id, room: room.id, name, limit: settings.max_bytes.min(left), by_quota })
    }

    /// Counts a part of an upload that has `had` bytes by now.
    ///
    /// # Errors
    /// [`Refusal::UploadedEnough`].
    pub fn count_upload(&self, caller: &Caller, had: u64, came: usize) -> Result<(), Refusal> {
        self.inner.uploading.count(caller.address, had, came)
    }

    /// Keeps what is known of an upload whose bytes are on disk. It waits a day for a message.
    ///
    /// # Errors
    /// [`Refusal::NoSuchRoom`] where the room is gone by now.
    pub async fn keep_file(&self, caller: &Caller, allowed: Allowed, uploaded: Uploaded) -> Result<FileInfo, Refusal> {
        let file = StoredFile {
            id: allowed.id,
            room: allowed.room,
            user: caller.name.clone(),
            said: None,
            name: allowed.name,
            size: uploaded.size,
            media_type: uploaded.media_type.to_owned(),
            width: uploaded.dimensions.map(|(width, _)| width),
            height: uploaded.dimensions.map(|(_, height)| height),
            created_at: self.now(),
        };
        let kept = self.inner.store.add_file(&file).await.map_err(|error| Self::unavailable(&error))?;
        if kept { Ok(self.file_info(file)) } else { Err(Refusal::NoSuchRoom) }
    }

    /// A file, for somebody who may read the message it was said in, or uploaded it himself.
    ///
    /// # Errors
    /// [`Refusal::NoSuch`] also for those who may not.
    pub async fn file(&self, caller: &Caller, id: &str) -> Result<FileInfo, Refusal> {
        let nothing = Refusal::NoSuch("file");
        let file = self.files(&[id.to_owned()]).await?.pop().ok_or_else(|| nothing.clone())?;
        let Some(seq) = file.said else {
            return if file.user == caller.name { Ok(self.file_info(file)) } else { Err(nothing) };
        };
        if self.may_read(caller, file.room, seq).await? { Ok(self.file_info(file)) } else { Err(nothing) }
    }

    /// Forgets a file that its uploader will not say after all; from then on it does not count against his quota.
    ///
    /// # Errors
    /// [`Refusal::NoSuch`] also for another's, and for one that belongs to a message.
    pub async fn take_back_file(&self, caller: &Caller, id: &str) -> Result<(), Refusal> {
        let forgotten = self.inner.store.forget_file(id, &caller.name).await;
        if forgotten.map_err(|error| Self::unavailable(&error))? { Ok(()) } else { Err(Refusal::NoSuch("file")) }
    }

    /// Whether somebody may read a message.
    pub(super) async fn may_read(&self, caller: &Caller, room: RoomId, seq: Seq) -> Result<bool, Refusal> {
        let room = match self.find_room(&Destination::Room(room)).await {
            Ok(room) => room,
            Err(Refusal::NoSuchRoom) => return Ok(false),
            Err(refusal) => return Err(refusal),
        };
        match self.allow_user(Action::Read, &caller.name, &room).await {
            Ok(()) => {}
            Err(Refusal::Unavailable) => return Err(Refusal::Unavailable),
            Err(_) => return Ok(false),
        }
        let membership = self.inner.store.membership(room.id, &caller.name).await;
        let hidden = membership.map_err(|error| Self::unavailable(&error))?.map(|membership| membership.hidden);
        Ok(seq > hidden.unwrap_or(Seq::ZERO))
    }

    /// A message for somebody who may read it, with its room and, where that is a group, its members.
    ///
    /// # Errors
    /// [`Refusal::NoSuchRoom`], and [`Refusal::NoSuch`] also for a message he may not read.
    pub async fn message(&self, caller: &Caller, place: &Destination, seq: Seq) -> Result<Told, Refusal> {
        let room = self.find_room(place).await?;
        self.allow_user(Action::Read, &caller.name, &room).await?;
        if !self.may_read(caller, room.id, seq).await? {
            return Err(Refusal::NoSuch("message"));
        }
        let page = Page { after: Seq(seq.0.saturating_sub(1)), before: Some(seq.next()), limit: 1, newest: false };
        let page = self.inner.store.page(room.id, page).await.map_err(|error| Self::unavailable(&error))?;
        let message = page.into_iter().next().ok_or(Refusal::NoSuch("message"))?;
        let limit = if room.kind == RoomKind::Group { MAX_MEMBERS } else { 0 };
        let members = self.inner.store.members(room.id, limit).await.map_err(|error| Self::unavailable(&error))?;
        let live = self.inner.live.lock();
        let members = members.into_iter().map(|record| views::person(&live, record, &room)).collect();
        Ok(Told { room: RoomRef::of(&room), message: Arc::new(message), members })
    }

    /// Gives a message the files its sender uploaded for its room.
    pub(super) async fn attach(
        &self,
        ids: &[String],
        sender: &Username,
        room: RoomId,
        metadata: &mut MetadataMap,
    ) -> Result<(), Refusal> {
        if ids.is_empty() {
            return Ok(());
        }
        let field = "files";
        if ids.len() > FileInfo::MAX_OF_MESSAGE {
            return Err(Refusal::BadField { field, problem: "are at most 10" });
        }
        let found = self.files(ids).await?;
        let mut files = Vec::with_capacity(ids.len());
        for id in ids {
            let file = found.iter().find(|file| file.id == *id && file.user == *sender && file.room == room);
            let problem = "name something that its sender did not upload for this room";
            files.push(self.file_info(file.cloned().ok_or(Refusal::BadField { field, problem })?));
        }
        FileInfo::attach(&files, metadata);
        Ok(())
    }

    /// Forgets uploads that no message came for.
    ///
    /// # Errors
    /// [`Refusal::Unavailable`].
    pub async fn forget_unsaid_files(&self) -> Result<(), Refusal> {
        let age = i64::try_from(UNSAID_FOR.as_millis()).unwrap_or(i64::MAX);
        let before = Timestamp(self.now().0.saturating_sub(age));
        self.inner.store.forget_unsaid_files(before).await.map(drop).map_err(|error| Self::unavailable(&error))
    }

    /// Which of these files are known.
    ///
    /// # Errors
    /// [`Refusal::Unavailable`].
    pub async fn known_files(&self, ids: &[String]) -> Result<HashSet<String>, Refusal> {
        self.inner.store.known_files(ids).await.map_err(|error| Self::unavailable(&error))
    }

    async fn files(&self, ids: &[String]) -> Result<Vec<StoredFile>, Refusal> {
        self.inner.store.files(ids).await.map_err(|error| Self::unavailable(&error))
    }

    fn file_info(&self, file: StoredFile) -> FileInfo {
        let StoredFile { id, name, size, media_type, width, height, .. } = file;
        let base = self.inner.settings.public_url.as_deref().unwrap_or_default();
        let url = format!("{base}/files/{id}/{}", in_a_path(&name));
        FileInfo { id, name, size, media_type, width, height, url }
    }
}

/// What the server says of a message itself, nobody else says; and what nests too deep is not said at all.
///
/// # Errors
/// [`Refusal::BadField`].
pub(super) fn check_metadata(metadata: &MetadataMap) -> Result<(), Refusal> {
    if RESERVED.iter().any(|key| metadata.contains_key(*key)) {
        let problem = "has no files and no webhook: those are the server's own";
        return Err(Refusal::BadField { field: "metadata", problem });
    }
    if shared::nests_too_deep(metadata) {
        return Err(Refusal::BadField { field: "metadata", problem: "nests deeper than 32" });
    }
    Ok(())
}

/// A name as it stands in a path.
fn in_a_path(name: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
    name.bytes().fold(String::with_capacity(name.len()), |mut path, byte| {
        if plain(byte) {
            path.push(char::from(byte));
        } else {
            path.push_str(&format!("%{byte:02X}"));
        }
        path
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_in_a_path_is_one_segment() {
        assert_eq!(in_a_path("a b/ä.png"), "a%20b%2F%C3%A4.png");
    }
}
