//! The bytes of what people upload: a file each in the data directory, under a name nobody chose. What is known of them
//! is the store's; a file that the store knows nothing of is taken away by [`Uploads::sweep`].

mod kind;

use std::collections::HashSet;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use tokio::fs::{self, File, OpenOptions};
use tokio::io::AsyncWriteExt;

pub use kind::{Kind, is_shown};

use crate::hub::Hub;

/// The folder in the data directory.
const FOLDER: &str = "uploads";

/// What the name of a file ends in that is still being written.
const PART: &str = ".part";

/// How much of a file's beginning is kept to tell what it holds, in bytes.
const BEGINNING: usize = 64 * 1024;

/// A file that nobody knows is left alone for so long: it may have been written just now.
const YOUNG: Duration = Duration::from_secs(600);

/// How often it is looked for what nobody knows any more.
const SWEEP_EVERY: Duration = Duration::from_secs(600);

/// Takes away what no message came for, and the bytes of what was deleted, now and then, for ever.
pub async fn keep_tidy(uploads: Uploads, hub: Hub) {
    loop {
        if let Err(refusal) = hub.forget_unsaid_files().await {
            tracing::warn!(%refusal, "files that were never said could not be forgotten");
        }
        match uploads.settled(SystemTime::now()).await {
            Ok(ids) => match hub.known_files(&ids).await {
                Ok(known) => match uploads.sweep(&ids, &known).await {
                    Ok(removed) => tracing::debug!(removed, "uploads were swept"),
                    Err(error) => tracing::warn!(%error, "an upload could not be taken away"),
                },
                Err(refusal) => tracing::warn!(%refusal, "which uploads are known could not be read"),
            },
            Err(error) => tracing::warn!(%error, "uploads could not be listed"),
        }
        tokio::time::sleep(SWEEP_EVERY).await;
    }
}

/// Where uploads lie.
#[derive(Clone, Debug)]
pub struct Uploads {
    folder: PathBuf,
}

/// An upload that is being written. Dropped before [`Upload::finish`], its bytes are gone.
#[derive(Debug)]
pub struct Upload {
    file: File,
    part: PathBuf,
    whole: PathBuf,
    beginning: Vec<u8>,
    size: u64,
    finished: bool,
}

impl Uploads {
    /// The uploads of a data directory, whose folder is made; what was left half written is taken away.
    ///
    /// # Errors
    /// Where the folder cannot be made or read.
    pub async fn open(data_dir: &Path) -> io::Result<Self> {
        let folder = data_dir.join(FOLDER);
        fs::create_dir_all(&folder).await?;
        let mut entries = fs::read_dir(&folder).await?;
        while let Some(entry) = entries.next_entry().await? {
            if entry.file_name().to_string_lossy().ends_with(PART) {
                fs::remove_file(entry.path()).await?;
            }
        }
        Ok(Self { folder })
    }

    /// Begins an upload under an id that is not in use.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub async fn begin(&self, id: &str) -> io::Result<Upload> {
        let whole = self.folder.join(id);
        let part = self.folder.join(format!("{id}{PART}"));
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        options.mode(0o600);
        let file = options.open(&part).await?;
        Ok(Upload { file, part, whole, beginning: Vec::new(), size: 0, finished: false })
    }

    /// An upload's bytes.
    ///
    /// # Errors
    /// Where it is not there, or cannot be read.
    pub async fn read(&self, id: &str) -> io::Result<File> {
        File::open(self.folder.join(id)).await
    }

    /// Takes an upload away.
    ///
    /// # Errors
    /// Where it is not there, or cannot be removed.
    pub async fn remove(&self, id: &str) -> io::Result<()> {
        fs::remove_file(self.folder.join(id)).await
    }

    /// The ids of what lies here, but for what was written just now.
    ///
    /// # Errors
    /// Where the folder cannot be read.
    pub async fn settled(&self, now: SystemTime) -> io::Result<Vec<String>> {
        let mut ids = Vec::new();
        let mut entries = fs::read_dir(&self.folder).await?;
        while let Some(entry) = entries.next_entry().await? {
            let age = entry.metadata().await?.modified().ok().and_then(|at| now.duration_since(at).ok());
            if let (Some(age), Ok(id)) = (age, entry.file_name().into_string())
                && age >= YOUNG
                && !id.ends_with(PART)
            {
                ids.push(id);
            }
        }
        Ok(ids)
    }

    /// Takes away those of these files that are not known.
    ///
    /// # Errors
    /// Where one cannot be removed.
    pub async fn sweep(&self, ids: &[String], known: &HashSet<String>) -> io::Result<usize> {
        let mut removed = 0;
        for id in ids.iter().filter(|id| !known.contains(*id)) {
            self.remove(id).await?;
            removed += 1;
        }
        Ok(removed)
    }
}

impl Upload {
    /// Writes some more.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub async fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        let wanted = BEGINNING.saturating_sub(self.beginning.len()).min(bytes.len());
        self.beginning.extend_from_slice(&bytes[..wanted]);
        self.size += bytes.len() as u64;
        self.file.write_all(bytes).await
    }

    /// How much was written, in bytes.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// What it holds, as far as its beginning tells. `None`: nothing that is taken.
    #[must_use]
    pub fn kind(&self) -> Option<Kind> {
        Kind::of(&self.beginning, self.size)
    }

    /// Makes it whole and sure: on disk, under its id, when this returns.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub async fn finish(mut self) -> io::Result<()> {
        self.file.flush().await?;
        self.file.sync_all().await?;
        fs::rename(&self.part, &self.whole).await?;
        self.finished = true;
        // The name is sure only once its folder is.
        match self.whole.parent() {
            Some(folder) => File::open(folder).await?.sync_all().await,
            None => Ok(()),
        }
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        if !self.finished
            && let Err(error) = std::fs::remove_file(&self.part)
        {
            tracing::warn!(%error, "an upload that broke off could not be taken away; the next start does");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn uploads() -> (tempfile::TempDir, Uploads) {
        let dir = tempfile::tempdir().unwrap();
        let uploads = Uploads::open(dir.path()).await.unwrap();
        (dir, uploads)
    }

    fn files(dir: &tempfile::TempDir) -> Vec<String> {
        let entries = std::fs::read_dir(dir.path().join(FOLDER)).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    #[tokio::test]
    async fn an_upload_that_breaks_off_leaves_nothing() {
        let (dir, uploads) = uploads().await;
        let mut upload = uploads.begin("a1").await.unwrap();
        upload.write(b"half").await.unwrap();
        drop(upload);
        assert!(files(&dir).is_empty());
        std::fs::write(dir.path().join(FOLDER).join("b2.part"), "half, and then the power went").unwrap();
        Uploads::open(dir.path()).await.unwrap();
        assert!(files(&dir).is_empty());
    }

    #[tokio::test]
    async fn what_nobody_knows_is_swept_away_once_it_is_settled() {
        let (dir, uploads) = uploads().await;
        for id in ["known", "unknown"] {
            let mut upload = uploads.begin(id).await.unwrap();
            upload.write(b"text").await.unwrap();
            upload.finish().await.unwrap();
        }
        assert!(uploads.settled(SystemTime::now()).await.unwrap().is_empty(), "too young");
        let settled = uploads.settled(SystemTime::now() + YOUNG * 2).await.unwrap();
        assert_eq!(uploads.sweep(&settled, &HashSet::from(["known".to_owned()])).await.unwrap(), 1);
        assert_eq!(files(&dir), ["known"]);
    }
}
