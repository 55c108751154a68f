//! Files that go with a message: on their way to the server, there, or refused. Until the message is said they belong to
//! what is being written in a conversation; from then on to the message that waits.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use shared::{FileInfo, RoomId};

/// Tells the uploads of a tab apart.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
pub struct UploadId(pub u32);

/// A file that goes with a message.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Attachment {
    /// Which one.
    pub id: UploadId,
    /// What it is called.
    pub name: String,
    /// Its size, in bytes.
    pub size: u64,
    /// How far it is.
    pub stage: Stage,
}

/// How far a file came on its way to the server.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub enum Stage {
    /// It is being sent.
    Going {
        /// How much of it is on its way, in bytes.
        sent: u64,
    },
    /// The server has it.
    There(FileInfo),
    /// It did not arrive.
    Failed {
        /// Why, as a sentence.
        why: String,
        /// Whether trying again may help.
        again: bool,
    },
}

impl Attachment {
    /// A file that is about to be sent.
    #[must_use]
    pub fn new(id: UploadId, name: String, size: u64) -> Self {
        Self { id, name, size, stage: Stage::Going { sent: 0 } }
    }

    /// A file that the server has already.
    #[must_use]
    pub fn there(id: UploadId, file: FileInfo) -> Self {
        Self { id, name: file.name.clone(), size: file.size, stage: Stage::There(file) }
    }

    /// The file as the server knows it, once it does.
    #[must_use]
    pub fn info(&self) -> Option<&FileInfo> {
        match &self.stage {
            Stage::There(file) => Some(file),
            Stage::Going { .. } | Stage::Failed { .. } => None,
        }
    }

    /// How much of it was sent, in hundredths; nothing where it is not being sent.
    #[must_use]
    pub fn percent(&self) -> Option<u64> {
        match self.stage {
            // The server's word is still to come when all of it is sent.
            Stage::Going { sent } => Some((sent.saturating_mul(100) / self.size.max(1)).min(99)),
            Stage::There(_) | Stage::Failed { .. } => None,
        }
    }

    /// Whether it failed, and whether trying again may help.
    #[must_use]
    pub fn failed(&self) -> Option<bool> {
        match self.stage {
            Stage::Failed { again, .. } => Some(again),
            Stage::Going { .. } | Stage::There(_) => None,
        }
    }
}

/// What is attached to what is being written, by conversation.
#[derive(Clone, Debug, Default)]
pub struct Attachments {
    of: HashMap<RoomId, Vec<Attachment>>,
    last: u32,
}

impl Attachments {
    /// None, and the first upload gets the number after `last`.
    #[must_use]
    pub fn after(last: UploadId) -> Self {
        Self { of: HashMap::new(), last: last.0 }
    }

    /// Attaches a file that is about to be sent. Nothing: no more go with one message.
    pub fn add(&mut self, room: RoomId, name: String, size: u64) -> Option<UploadId> {
        self.put(room, |id| Attachment::new(id, name, size))
    }

    /// What is attached and on the server is this, as another tab or an earlier visit left it.
    pub fn set_there(&mut self, room: RoomId, files: Vec<FileInfo>) {
        self.of.entry(room).or_default().retain(|file| file.info().is_none());
        for file in files {
            self.put(room, |id| Attachment::there(id, file));
        }
    }

    /// What is attached in a conversation.
    #[must_use]
    pub fn of(&self, room: RoomId) -> &[Attachment] {
        self.of.get(&room).map(Vec::as_slice).unwrap_or_default()
    }

    /// A file, wherever it is attached.
    pub fn find_mut(&mut self, id: UploadId) -> Option<&mut Attachment> {
        self.of.values_mut().flatten().find(|file| file.id == id)
    }

    /// In which conversation a file is attached.
    #[must_use]
    pub fn room_of(&self, id: UploadId) -> Option<RoomId> {
        self.of.iter().find(|(_, files)| files.iter().any(|file| file.id == id)).map(|(room, _)| *room)
    }

    /// Takes a file away. Says whether it was there.
    pub fn remove(&mut self, id: UploadId) -> bool {
        let found = self.room_of(id).and_then(|room| self.of.get_mut(&room));
        found.is_some_and(|files| {
            files.retain(|file| file.id != id);
            true
        })
    }

    /// Takes away all that is attached in a conversation, to go with its message.
    pub fn take(&mut self, room: RoomId) -> Vec<Attachment> {
        self.of.remove(&room).unwrap_or_default()
    }

    /// Whether anything is on its way.
    #[must_use]
    pub fn any_going(&self) -> bool {
        self.of.values().flatten().any(|file| file.percent().is_some())
    }

    fn put(&mut self, room: RoomId, make: impl FnOnce(UploadId) -> Attachment) -> Option<UploadId> {
        let files = self.of.entry(room).or_default();
        if files.len() >= FileInfo::MAX_OF_MESSAGE {
            return None;
        }
        self.last += 1;
        let id = UploadId(self.last);
        files.push(make(id));
        Some(id)
    }
}

/// A file's name as the server takes it: at most 200 bytes, without slashes and controls. An ending such as `.pdf` stays.
#[must_use]
pub fn sendable_name(name: &str) -> String {
    const LONGEST: usize = 200;
    let clean: String = name.trim().chars().filter(|c| !c.is_control()).collect::<String>().replace(['/', '\\'], "_");
    let (stem, ending) = match clean.rsplit_once('.') {
        Some((stem, ending)) if !stem.is_empty() && ending.len() <= 16 => (stem, format!(".{ending}")),
        _ => (clean.as_str(), String::new()),
    };
    let room = LONGEST - ending.len();
    let cut = (0..=room.min(stem.len())).rev().find(|end| stem.is_char_boundary(*end)).unwrap_or_default();
    let stem = stem.get(..cut).unwrap_or_default();
    if stem.is_empty() && ending.is_empty() { "file".to_owned() } else { format!("{stem}{ending}") }
}

/// A size in bytes as people say it: `812 B`, `4.2 kB`, `16 MB`. `point` stands between whole and tenths.
#[must_use]
pub fn shown_size(bytes: u64, point: &str) -> String {
    const UNITS: [&str; 4] = ["kB", "MB", "GB", "TB"];
    if bytes < 1000 {
        return format!("{bytes} B");
    }
    let mut tenths = bytes / 100;
    let mut unit = 0;
    while tenths >= 10_000 && unit + 1 < UNITS.len() {
        tenths /= 1000;
        unit += 1;
    }
    let unit = UNITS.get(unit).copied().unwrap_or_default();
    if tenths < 100 && !tenths.is_multiple_of(10) {
        format!("{}{point}{} {unit}", tenths / 10, tenths % 10)
    } else {
        format!("{} {unit}", tenths / 10)
    }
}

/// How large an image is shown in a conversation, in pixels: as it is, or as large as fits.
#[must_use]
pub fn preview_size(width: u32, height: u32) -> (u32, u32) {
    const WIDEST: f64 = 400.0;
    const HIGHEST: f64 = 300.0;
    let (width, height) = (f64::from(width.max(1)), f64::from(height.max(1)));
    let scale = (WIDEST / width).min(HIGHEST / height).min(1.0);
    (pixels(width * scale), pixels(height * scale))
}

/// Also the thinnest line is a pixel wide.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 1 and 400")]
fn pixels(length: f64) -> u32 {
    length.round().max(1.0) as u32
}

/// Where a file is on the server that the page came from, whatever that server calls itself.
#[must_use]
pub fn local_path(url: &str) -> &str {
    url.find("/files/").and_then(|place| url.get(place..)).unwrap_or(url)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::samples::{ROOM, file};

    #[test]
    fn files_belong_to_the_conversation_they_were_attached_in() {
        let mut all = Attachments::default();
        let here = all.add(ROOM, "a.png".to_owned(), 100).unwrap();
        let there = all.add(RoomId(8), "b.png".to_owned(), 100).unwrap();
        assert_ne!(here, there);
        assert_eq!((all.of(ROOM).len(), all.room_of(there)), (1, Some(RoomId(8))));
        assert!(all.remove(there) && !all.remove(there));
        assert_eq!((all.take(ROOM).len(), all.of(ROOM).len()), (1, 0));
    }

    #[test]
    fn ten_files_go_with_a_message_and_not_one_more() {
        let mut all = Attachments::default();
        let added = (0..12).filter_map(|_| all.add(ROOM, "a".to_owned(), 1)).count();
        assert_eq!(added, FileInfo::MAX_OF_MESSAGE);
    }

    #[test]
    fn what_another_tab_attached_takes_the_place_of_what_was_there() {
        let mut all = Attachments::default();
        all.set_there(ROOM, vec![file("a", 1), file("b", 1)]);
        let going = all.add(ROOM, "c".to_owned(), 1).unwrap();
        all.set_there(ROOM, vec![file("b", 1)]);
        let names: Vec<&str> = all.of(ROOM).iter().map(|file| file.name.as_str()).collect();
        assert_eq!(names, ["c", "b"]);
        assert!(all.any_going() && all.find_mut(going).is_some());
    }

    #[test]
    fn progress_ends_with_the_servers_word_and_not_before() {
        let mut upload = Attachment::new(UploadId(1), "a".to_owned(), 200);
        assert_eq!(upload.percent(), Some(0));
        upload.stage = Stage::Going { sent: 50 };
        assert_eq!(upload.percent(), Some(25));
        upload.stage = Stage::Going { sent: 200 };
        assert_eq!(upload.percent(), Some(99));
        upload.stage = Stage::There(file("a", 200));
        assert_eq!((upload.percent(), upload.failed()), (None, None));
        assert_eq!(Attachment::new(UploadId(1), "empty".to_owned(), 0).percent(), Some(0));
    }

    #[test]
    fn names_are_made_such_that_the_server_takes_them() {
        assert_eq!(sendable_name(" a/b\\c\n.txt "), "a_b_c.txt");
        assert_eq!(sendable_name("\u{7}"), "file");
        assert_eq!(sendable_name(".env"), ".env");
        let long = sendable_name(&format!("{}.pdf", "ä".repeat(200)));
        assert!(long.len() <= 200 && long.ends_with("ä.pdf"), "{long}");
        assert!(sendable_name(&"x".repeat(500)).len() <= 200);
    }

    #[test]
    fn sizes_are_told_as_people_say_them() {
        let told = [0, 999, 1_000, 4_249, 48_213, 999_999, 1_000_000, 16_777_216, 2_500_000_000];
        let told = told.map(|bytes| shown_size(bytes, "."));
        assert_eq!(told, ["0 B", "999 B", "1 kB", "4.2 kB", "48 kB", "999 kB", "1 MB", "16 MB", "2.5 GB"]);
        assert_eq!(shown_size(4_249, ","), "4,2 kB");
    }

    #[test]
    fn an_image_is_shown_as_large_as_fits_and_never_larger_than_it_is() {
        assert_eq!(preview_size(100, 50), (100, 50));
        assert_eq!(preview_size(4_000, 2_000), (400, 200));
        assert_eq!(preview_size(1_000, 3_000), (100, 300));
        assert_eq!(preview_size(10_000, 1), (400, 1));
        assert_eq!(preview_size(0, 0), (1, 1));
    }

    #[test]
    fn a_file_is_fetched_from_where_the_page_came_from() {
        assert_eq!(local_path("https://chat.example/files/a1/x.png"), "/files/a1/x.png");
        assert_eq!(local_path("/files/a1/x.png"), "/files/a1/x.png");
    }
}
