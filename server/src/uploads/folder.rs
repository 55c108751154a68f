//! Uploads in the data directory: a file each, under a name nobody chose.

use std::collections::HashSet;
use std::io::{self, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use futures_util::StreamExt;
use tokio::fs::{self, DirEntry, File, OpenOptions};
use tokio::io::{AsyncReadExt, AsyncSeekExt, AsyncWriteExt};
use tokio_util::io::ReaderStream;

use super::{Reading, UploadError};

/// The folder in the data directory.
const FOLDER: &str = "uploads";

/// What the name of a file ends in that is still being written.
const PART: &str = ".part";

/// A file that nobody knows is left alone for so long: it may have been written just now.
const YOUNG: Duration = Duration::from_secs(600);

/// The folder of a data directory.
#[derive(Clone, Debug)]
pub struct Folder {
    path: PathBuf,
}

/// An upload that is being written. Dropped before [`Writing::finish`], its bytes are gone.
#[derive(Debug)]
pub struct Writing {
    file: File,
    part: PathBuf,
    whole: PathBuf,
    finished: bool,
}

impl Folder {
    /// The folder, which is made where it is missing; what was left half written is taken away.
    pub async fn open(data_dir: &Path) -> io::Result<Self> {
        let path = data_dir.join(FOLDER);
        fs::create_dir_all(&path).await?;
        let mut entries = fs::read_dir(&path).await?;
        while let Some(entry) = entries.next_entry().await? {
            if entry.file_name().to_string_lossy().ends_with(PART) {
                fs::remove_file(entry.path()).await?;
            }
        }
        Ok(Self { path })
    }

    /// The folder, where there is one.
    pub async fn left_in(data_dir: &Path) -> io::Result<Option<Self>> {
        let path = data_dir.join(FOLDER);
        Ok(fs::try_exists(&path).await?.then_some(Self { path }))
    }

    /// Begins an upload under an id that is not in use.
    pub async fn begin(&self, id: &str) -> io::Result<Writing> {
        let whole = self.path.join(id);
        let part = self.path.join(format!("{id}{PART}"));
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        options.mode(0o600);
        let file = options.open(&part).await?;
        Ok(Writing { file, part, whole, finished: false })
    }

    /// A file.
    pub async fn file(&self, id: &str) -> io::Result<File> {
        File::open(self.path.join(id)).await
    }

    /// So many of a file's bytes, from one of them on.
    pub async fn read(&self, id: &str, from: u64, length: u64) -> Result<Reading, UploadError> {
        let mut file = self.file(id).await?;
        file.seek(SeekFrom::Start(from)).await?;
        Ok(ReaderStream::new(file.take(length)).boxed())
    }

    /// Takes a file away.
    pub async fn remove(&self, id: &str) -> io::Result<()> {
        fs::remove_file(self.path.join(id)).await
    }

    /// The ids of all that lies here, but for what is half written.
    pub async fn ids(&self) -> io::Result<Vec<String>> {
        Ok(self.entries().await?.into_iter().map(|(id, _)| id).collect())
    }

    /// The ids of what lies here, but for what was written just now.
    pub async fn settled(&self, now: SystemTime) -> io::Result<Vec<String>> {
        let mut ids = Vec::new();
        for (id, entry) in self.entries().await? {
            let age = entry.metadata().await?.modified().ok().and_then(|at| now.duration_since(at).ok());
            if age.is_some_and(|age| age >= YOUNG) {
                ids.push(id);
            }
        }
        Ok(ids)
    }

    async fn entries(&self) -> io::Result<Vec<(String, DirEntry)>> {
        let mut found = Vec::new();
        let mut entries = fs::read_dir(&self.path).await?;
        while let Some(entry) = entries.next_entry().await? {
            if let Ok(id) = entry.file_name().into_string()
                && !id.ends_with(PART)
            {
                found.push((id, entry));
            }
        }
        Ok(found)
    }

    /// Takes away those of these files that are not known. How many.
    pub async fn sweep(&self, ids: &[String], known: &HashSet<String>) -> io::Result<u64> {
        let mut removed = 0;
        for id in ids.iter().filter(|id| !known.contains(*id)) {
            self.remove(id).await?;
            removed += 1;
        }
        Ok(removed)
    }
}

impl Writing {
    /// Writes some more.
    pub async fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes).await
    }

    /// Makes it whole and sure: on disk, under its id, when this returns.
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

impl Drop for Writing {
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

    async fn folder() -> (tempfile::TempDir, Folder) {
        let dir = tempfile::tempdir().unwrap();
        let folder = Folder::open(dir.path()).await.unwrap();
        (dir, folder)
    }

    fn files(dir: &tempfile::TempDir) -> Vec<String> {
        let entries = std::fs::read_dir(dir.path().join(FOLDER)).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    #[tokio::test]
    async fn an_upload_that_breaks_off_leaves_nothing() {
        let (dir, folder) = folder().await;
        let mut upload = folder.begin("a1").await.unwrap();
        upload.write(b"half").await.unwrap();
        drop(upload);
        assert!(files(&dir).is_empty());
        std::fs::write(dir.path().join(FOLDER).join("b2.part"), "half, and then the power went").unwrap();
        Folder::open(dir.path()).await.unwrap();
        assert!(files(&dir).is_empty());
    }

    #[tokio::test]
    async fn what_nobody_knows_is_swept_away_once_it_is_settled() {
        let (dir, folder) = folder().await;
        for id in ["known", "unknown"] {
            let mut upload = folder.begin(id).await.unwrap();
            upload.write(b"text").await.unwrap();
            upload.finish().await.unwrap();
        }
        assert!(folder.settled(SystemTime::now()).await.unwrap().is_empty(), "too young");
        let settled = folder.settled(SystemTime::now() + YOUNG * 2).await.unwrap();
        assert_eq!(folder.sweep(&settled, &HashSet::from(["known".to_owned()])).await.unwrap(), 1);
        assert_eq!(files(&dir), ["known"]);
    }
}
