//! What an upload holds, told by its bytes and never by its name: what is not on the list is not taken.

/// What is taken beside images and plain text.
const TAKEN: &[&str] = &[
    "application/pdf",
    "application/zip",
    "application/gzip",
    "application/x-bzip2",
    "application/x-xz",
    "application/zstd",
    "application/x-7z-compressed",
    "application/x-tar",
    "application/epub+zip",
    "application/msword",
    "application/vnd.ms-excel",
    "application/vnd.ms-powerpoint",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "application/vnd.oasis.opendocument.text",
    "application/vnd.oasis.opendocument.spreadsheet",
    "application/vnd.oasis.opendocument.presentation",
    "audio/mpeg",
    "audio/ogg",
    "audio/opus",
    "audio/x-wav",
    "audio/x-flac",
    "audio/m4a",
    "video/mp4",
    "video/webm",
    "video/quicktime",
    "video/x-matroska",
];

/// Images that browsers show and that hold nothing that runs.
const SHOWN: &[&str] = &["image/png", "image/jpeg", "image/gif", "image/webp"];

/// What an upload holds.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Kind {
    /// The media type.
    pub media_type: &'static str,
    /// An image's width and height, in pixels.
    pub dimensions: Option<(u32, u32)>,
}

impl Kind {
    /// What a file of this beginning and size holds. `None`: nothing that is taken.
    #[must_use]
    pub fn of(beginning: &[u8], size: u64) -> Option<Self> {
        let plain = |media_type| Some(Self { media_type, dimensions: None });
        match infer::get(beginning).map(|kind| kind.mime_type()) {
            Some(image) if SHOWN.contains(&image) => {
                let found = imagesize::blob_size(beginning).ok()?;
                let dimensions = Some((u32::try_from(found.width).ok()?, u32::try_from(found.height).ok()?));
                Some(Self { media_type: image, dimensions })
            }
            Some(known) if TAKEN.contains(&known) => plain(known),
            // HTML, SVG and scripts are texts like any other: as such they are kept, and as such given out.
            None | Some("text/html" | "text/xml" | "text/x-shellscript") if is_text(beginning, size) => {
                plain("text/plain")
            }
            Some(_) | None => None,
        }
    }
}

/// Whether browsers may show a file of this type in place of saving it.
#[must_use]
pub fn is_shown(media_type: &str) -> bool {
    SHOWN.contains(&media_type)
}

/// UTF-8 without control characters but the usual ones. The last character of a mere beginning may be cut.
fn is_text(beginning: &[u8], size: u64) -> bool {
    let text = match std::str::from_utf8(beginning) {
        Ok(text) => text,
        Err(error) if size > beginning.len() as u64 && error.error_len().is_none() => {
            std::str::from_utf8(&beginning[..error.valid_up_to()]).unwrap_or_default()
        }
        Err(_) => return false,
    };
    !text.is_empty() && !text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t' | '\u{c}'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(bytes: &[u8]) -> Option<&'static str> {
        Kind::of(bytes, bytes.len() as u64).map(|kind| kind.media_type)
    }

    /// A PNG's beginning: its signature and header.
    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x02\x80\0\0\x01\xe0\x08\x02\0\0\0";

    #[test]
    fn an_image_tells_its_size() {
        let image = Kind::of(PNG, 100_000).unwrap();
        assert_eq!((image.media_type, image.dimensions), ("image/png", Some((640, 480))));
        assert_eq!(kind(&PNG[..12]), None, "no image without a header");
    }

    #[test]
    fn what_could_run_is_text_or_nothing() {
        for text in ["<!doctype html><script>alert(1)</script>", "<svg xmlns='x' onload='x()'/>", "#!/bin/sh\nls", "ä"]
        {
            assert_eq!(kind(text.as_bytes()), Some("text/plain"), "{text}");
        }
        for binary in
            [&b"MZ\x90\0\x03\0\0\0"[..], b"\x7fELF\x02\x01\x01\0", b"\0asm\x01\0\0\0", b"\xff\xfe\xfd", b"a\0b", b""]
        {
            assert_eq!(kind(binary), None, "{binary:?}");
        }
        assert_eq!(kind(b"%PDF-1.7\n"), Some("application/pdf"));
    }

    #[test]
    fn a_text_may_be_cut_in_the_middle_of_a_character() {
        let cut = &"ää".as_bytes()[..3];
        assert!(Kind::of(cut, 4).is_some());
        assert!(Kind::of(cut, 3).is_none());
    }
}
