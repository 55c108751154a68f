//! Uploads in the database, in pieces that are written and read one at a time: no more than one is in memory, and no
//! connection is held while a client takes its time.

use std::io;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::{StreamExt, stream};
use tokio::io::AsyncReadExt;
use tokio::runtime::Handle;

use super::folder::Folder;
use super::{Reading, UploadError};
use crate::hub::Hub;
use crate::store::FileBytes;

/// How large the pieces are that are written, in bytes; the last is smaller.
const PIECE: usize = 256 * 1024;

/// How many of what lies in the data directory are asked for at once.
const AT_ONCE: usize = 500;

/// Uploads in the database.
#[derive(Clone)]
pub struct Database {
    bytes: Arc<dyn FileBytes>,
}

/// An upload on its way into the database. Dropped before [`Writing::finish`], it is taken away.
pub struct Writing {
    bytes: Arc<dyn FileBytes>,
    id: String,
    /// What is less than a piece.
    rest: Vec<u8>,
    written: u64,
    finished: bool,
}

impl Database {
    /// In this database.
    pub fn new(bytes: Arc<dyn FileBytes>) -> Self {
        Self { bytes }
    }

    /// Begins an upload under an id that is not in use.
    pub async fn begin(&self, id: &str) -> Result<Writing, UploadError> {
        if !self.bytes.begin(id).await? {
            return Err(io::Error::from(io::ErrorKind::AlreadyExists).into());
        }
        let bytes = Arc::clone(&self.bytes);
        Ok(Writing { bytes, id: id.to_owned(), rest: Vec::new(), written: 0, finished: false })
    }

    /// So many of a file's bytes, from one of them on. The first are read at once, so that what is not there is said.
    pub async fn read(&self, id: &str, from: u64, length: u64) -> Result<Reading, UploadError> {
        let first = self.bytes.piece(id, from).await?.ok_or(UploadError::NotThere)?;
        let rest = Rest { bytes: Arc::clone(&self.bytes), id: id.to_owned(), at: from, left: length };
        Ok(stream::try_unfold((Some(first), rest), |(read, mut rest)| async move {
            if rest.left == 0 {
                return Ok(None);
            }
            let piece = match read {
                Some(piece) => piece,
                None => rest.piece().await?,
            };
            let bytes = rest.take(piece);
            Ok(Some((bytes, (None, rest))))
        })
        .boxed())
    }

    /// Takes a file away.
    pub async fn remove(&self, id: &str) -> Result<(), UploadError> {
        Ok(self.bytes.remove(id).await?)
    }

    /// Takes away what the store does not know.
    pub async fn sweep(&self) -> Result<u64, UploadError> {
        Ok(self.bytes.sweep().await?)
    }

    /// Moves what the data directory holds of files that the store knows into the database. What it does not know stays:
    /// it may be another community's, or one that is still to be imported.
    pub async fn take_over(&self, folder: &Folder, hub: &Hub) -> Result<(), UploadError> {
        let ids = folder.ids().await?;
        let mut moved = 0;
        for ids in ids.chunks(AT_ONCE) {
            let known = hub.known_files(ids).await?;
            for id in ids.iter().filter(|id| known.contains(*id)) {
                if self.bytes.begin(id).await? {
                    self.copy(folder, id).await?;
                }
                folder.remove(id).await?;
                moved += 1;
            }
        }
        if moved > 0 {
            tracing::info!(moved, "uploads were moved from the data directory into the database");
        }
        Ok(())
    }

    async fn copy(&self, folder: &Folder, id: &str) -> Result<(), UploadError> {
        let mut file = folder.file(id).await?;
        let bytes = Arc::clone(&self.bytes);
        let mut writing = Writing { bytes, id: id.to_owned(), rest: Vec::new(), written: 0, finished: false };
        loop {
            let mut read = Vec::with_capacity(PIECE);
            if (&mut file).take(PIECE as u64).read_to_end(&mut read).await? == 0 {
                return writing.finish().await;
            }
            writing.write(&read).await?;
        }
    }
}

/// What is still to be read of a file.
struct Rest {
    bytes: Arc<dyn FileBytes>,
    id: String,
    at: u64,
    left: u64,
}

impl Rest {
    async fn piece(&self) -> io::Result<Vec<u8>> {
        let piece = self.bytes.piece(&self.id, self.at).await.map_err(io::Error::other)?;
        piece.ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
    }

    /// As much of a piece as is wanted.
    fn take(&mut self, mut piece: Vec<u8>) -> Bytes {
        piece.truncate(usize::try_from(self.left).unwrap_or(usize::MAX));
        self.at += piece.len() as u64;
        self.left -= piece.len() as u64;
        piece.into()
    }
}

impl Writing {
    /// Writes some more: what fills a piece goes to the database.
    pub async fn write(&mut self, mut bytes: &[u8]) -> Result<(), UploadError> {
        while !bytes.is_empty() {
            let (now, later) = bytes.split_at(bytes.len().min(PIECE - self.rest.len()));
            self.rest.extend_from_slice(now);
            bytes = later;
            if self.rest.len() == PIECE {
                self.send().await?;
            }
        }
        Ok(())
    }

    /// Makes it whole and sure.
    pub async fn finish(mut self) -> Result<(), UploadError> {
        self.send().await?;
        self.finished = self.bytes.finish(&self.id).await?;
        if self.finished { Ok(()) } else { Err(UploadError::NotThere) }
    }

    async fn send(&mut self) -> Result<(), UploadError> {
        if self.rest.is_empty() {
            return Ok(());
        }
        if !self.bytes.add_piece(&self.id, self.written, &self.rest).await? {
            return Err(UploadError::NotThere);
        }
        self.written += self.rest.len() as u64;
        self.rest.clear();
        Ok(())
    }
}

impl Drop for Writing {
    fn drop(&mut self) {
        // Without a runtime the process ends; what is left is swept away after a day.
        let (false, Ok(runtime)) = (self.finished, Handle::try_current()) else { return };
        let (bytes, id) = (Arc::clone(&self.bytes), std::mem::take(&mut self.id));
        runtime.spawn(async move {
            if let Err(error) = bytes.remove(&id).await {
                tracing::warn!(%error, "an upload that broke off could not be taken away; it is swept away");
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use async_trait::async_trait;
    use futures_util::TryStreamExt;
    use parking_lot::Mutex;

    use super::*;
    use crate::store::StoreError;

    /// Whether a file is whole, and its pieces by where they begin.
    type Pieces = (bool, BTreeMap<u64, Vec<u8>>);

    /// Files in memory.
    #[derive(Default)]
    struct Memory {
        files: Mutex<BTreeMap<String, Pieces>>,
    }

    #[async_trait]
    impl FileBytes for Memory {
        async fn begin(&self, id: &str) -> Result<bool, StoreError> {
            Ok(self.files.lock().insert(id.to_owned(), Default::default()).is_none())
        }

        async fn add_piece(&self, id: &str, begins: u64, bytes: &[u8]) -> Result<bool, StoreError> {
            let mut files = self.files.lock();
            let Some((_, pieces)) = files.get_mut(id) else { return Ok(false) };
            Ok(pieces.insert(begins, bytes.to_vec()).is_none())
        }

        async fn finish(&self, id: &str) -> Result<bool, StoreError> {
            Ok(self.files.lock().get_mut(id).is_some_and(|(whole, _)| !std::mem::replace(whole, true)))
        }

        async fn piece(&self, id: &str, from: u64) -> Result<Option<Vec<u8>>, StoreError> {
            let files = self.files.lock();
            let Some((true, pieces)) = files.get(id) else { return Ok(None) };
            let found = pieces.range(..=from).next_back();
            Ok(found
                .and_then(|(begins, bytes)| bytes.get(usize::try_from(from - begins).unwrap()..).map(<[u8]>::to_vec)))
        }

        async fn remove(&self, id: &str) -> Result<(), StoreError> {
            self.files.lock().remove(id);
            Ok(())
        }

        async fn sweep(&self) -> Result<u64, StoreError> {
            Ok(0)
        }
    }

    /// A file of three pieces and a bit, which came in parts of another size.
    async fn filled() -> (Arc<Memory>, Database, Vec<u8>) {
        let memory = Arc::new(Memory::default());
        let database = Database::new(memory.clone());
        let content: Vec<u8> = (0..3 * PIECE + 7).map(|at| (at % 251) as u8).collect();
        let mut writing = database.begin("a").await.unwrap();
        for part in content.chunks(100_000) {
            writing.write(part).await.unwrap();
        }
        assert!(matches!(database.read("a", 0, 1).await, Err(UploadError::NotThere)), "not before it is whole");
        writing.finish().await.unwrap();
        (memory, database, content)
    }

    #[tokio::test]
    async fn any_part_of_a_file_is_read_as_it_was_written() {
        let (memory, database, content) = filled().await;
        assert_eq!(memory.files.lock()["a"].1.len(), 4);
        for (from, length) in
            [(0, content.len()), (0, 1), (PIECE - 1, 2), (PIECE, PIECE), (5, 2 * PIECE), (3 * PIECE, 7)]
        {
            let reading = database.read("a", from as u64, length as u64).await.unwrap();
            let read: Vec<Bytes> = reading.try_collect().await.unwrap();
            assert_eq!(read.concat(), content[from..from + length], "{from} {length}");
        }
        assert!(matches!(database.read("b", 0, 1).await, Err(UploadError::NotThere)));
    }

    #[tokio::test]
    async fn what_breaks_off_is_taken_away() {
        let memory = Arc::new(Memory::default());
        let database = Database::new(memory.clone());
        let mut writing = database.begin("a").await.unwrap();
        writing.write(b"half").await.unwrap();
        drop(writing);
        while !memory.files.lock().is_empty() {
            tokio::task::yield_now().await;
        }
    }

    #[tokio::test]
    async fn what_is_swept_away_meanwhile_is_not_kept() {
        let memory = Arc::new(Memory::default());
        let database = Database::new(memory.clone());
        let mut writing = database.begin("a").await.unwrap();
        writing.write(b"late").await.unwrap();
        memory.remove("a").await.unwrap();
        assert!(matches!(writing.finish().await, Err(UploadError::NotThere)));
    }
}
