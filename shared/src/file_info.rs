//! Files that belong to messages: how a message names them, and how they read as text.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::MetadataMap;

/// A file that somebody uploaded.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, utoipa::ToSchema))]
pub struct FileInfo {
    /// By what it is known.
    pub id: String,
    /// What its owner calls it.
    pub name: String,
    /// Its size, in bytes.
    pub size: u64,
    /// What it holds, as its bytes tell: `image/png`.
    pub media_type: String,
    /// An image's width, in pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub width: Option<u32>,
    /// An image's height, in pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub height: Option<u32>,
    /// Where it can be fetched: `/files/{id}/{name}`, in full where the server knows how it is reached.
    pub url: String,
}

impl FileInfo {
    /// Under which key of its metadata a message has its files. The server alone sets it.
    pub const KEY: &'static str = "files";

    /// The most files one message has.
    pub const MAX_OF_MESSAGE: usize = 10;

    /// The files of a message.
    #[must_use]
    pub fn of(metadata: &MetadataMap) -> Vec<Self> {
        let Some(files) = metadata.get(Self::KEY) else { return Vec::new() };
        Vec::deserialize(files).unwrap_or_default()
    }

    /// Gives a message files.
    pub fn attach(files: &[Self], metadata: &mut MetadataMap) {
        if let Ok(files) = serde_json::to_value(files) {
            metadata.insert(Self::KEY.to_owned(), files);
        }
    }

    /// A message as it reads where files cannot be shown: its text, and then where each file is.
    #[must_use]
    pub fn spell_out<'a>(body: &'a str, metadata: &MetadataMap) -> Cow<'a, str> {
        if !metadata.contains_key(Self::KEY) {
            return Cow::Borrowed(body);
        }
        let mut text = body.to_owned();
        for file in Self::of(metadata) {
            if !text.is_empty() {
                text.push(' ');
            }
            text.push_str(&file.url);
        }
        Cow::Owned(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(id: &str) -> FileInfo {
        let (name, media_type) = ("a.png".to_owned(), "image/png".to_owned());
        let url = format!("/files/{id}/a.png");
        FileInfo { id: id.to_owned(), name, size: 7, media_type, width: Some(1), height: None, url }
    }

    #[test]
    fn a_message_has_the_files_it_was_given() {
        let mut metadata = MetadataMap::new();
        assert_eq!(FileInfo::spell_out("look", &metadata), "look");
        FileInfo::attach(&[file("a1"), file("b2")], &mut metadata);
        assert_eq!(FileInfo::of(&metadata), [file("a1"), file("b2")]);
        assert_eq!(FileInfo::spell_out("look", &metadata), "look /files/a1/a.png /files/b2/a.png");
        assert_eq!(FileInfo::spell_out("", &metadata), "/files/a1/a.png /files/b2/a.png");
    }

    #[test]
    fn what_is_no_list_of_files_is_none() {
        let metadata = MetadataMap::from_iter([(FileInfo::KEY.to_owned(), 7.into())]);
        assert!(FileInfo::of(&metadata).is_empty());
    }
}
