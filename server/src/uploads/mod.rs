//! The bytes of what people upload: beside SQLite a file each in the data directory, beside PostgreSQL in the database,
//! so that every node has them. What is known of them is the store's; bytes that the store knows nothing of are taken
//! away by [`keep_tidy`].

mod database;
mod folder;
mod kind;

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use futures_util::stream::BoxStream;

pub use kind::{Kind, is_shown};

use self::database::Database;
use self::folder::Folder;
use crate::hub::{Hub, Refusal};
use crate::store::{FileBytes, StoreError};

/// How much of a file's beginning is kept to tell what it holds, in bytes.
const BEGINNING: usize = 64 * 1024;

/// How often it is looked for what nobody knows any more.
const SWEEP_EVERY: Duration = Duration::from_secs(600);

/// Why bytes cannot be kept, read or taken away.
#[derive(Debug, thiserror::Error)]
pub enum UploadError {
    /// The data directory does not take or give them.
    #[error("the data directory: {0}")]
    Directory(#[from] io::Error),
    /// The database does not take or give them.
    #[error(transparent)]
    Database(#[from] StoreError),
    /// There are none under that id.
    #[error("there are no such bytes")]
    NotThere,
    /// It could not be asked which are known.
    #[error("which uploads are known cannot be read: {0}")]
    Unknown(#[from] Refusal),
}

/// Where uploads lie. A clone is the same place.
#[derive(Clone)]
pub struct Uploads {
    place: Place,
}

#[derive(Clone)]
enum Place {
    Folder(Folder),
    Database(Database),
}

/// An upload that is being written. Dropped before [`Upload::finish`], its bytes are gone.
pub struct Upload {
    writing: Writing,
    beginning: Vec<u8>,
    size: u64,
}

enum Writing {
    File(folder::Writing),
    Pieces(database::Writing),
}

/// A file's bytes as they are read.
pub type Reading = BoxStream<'static, io::Result<Bytes>>;

impl Uploads {
    /// The uploads in the database where it keeps them, else in the data directory, where what was left half written is
    /// taken away. What the data directory still holds of files that the database knows moves over.
    ///
    /// # Errors
    /// Where the folder cannot be made or read, and where what it holds cannot be taken over.
    pub async fn open(data_dir: &Path, bytes: Option<Arc<dyn FileBytes>>, hub: &Hub) -> Result<Self, UploadError> {
        let place = match bytes {
            None => Place::Folder(Folder::open(data_dir).await?),
            Some(bytes) => {
                let database = Database::new(bytes);
                if let Some(folder) = Folder::left_in(data_dir).await? {
                    database.take_over(&folder, hub).await?;
                }
                Place::Database(database)
            }
        };
        Ok(Self { place })
    }

    /// Begins an upload under an id that is not in use.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub async fn begin(&self, id: &str) -> Result<Upload, UploadError> {
        let writing = match &self.place {
            Place::Folder(folder) => Writing::File(folder.begin(id).await?),
            Place::Database(database) => Writing::Pieces(database.begin(id).await?),
        };
        Ok(Upload { writing, beginning: Vec::new(), size: 0 })
    }

    /// So many of an upload's bytes, from one of them on.
    ///
    /// # Errors
    /// Where it is not there, or cannot be read.
    pub async fn read(&self, id: &str, from: u64, length: u64) -> Result<Reading, UploadError> {
        match &self.place {
            Place::Folder(folder) => folder.read(id, from, length).await,
            Place::Database(database) => database.read(id, from, length).await,
        }
    }

    /// Takes an upload away.
    ///
    /// # Errors
    /// Where it is not there, or cannot be removed.
    pub async fn remove(&self, id: &str) -> Result<(), UploadError> {
        match &self.place {
            Place::Folder(folder) => Ok(folder.remove(id).await?),
            Place::Database(database) => database.remove(id).await,
        }
    }

    /// Takes away what the store does not know, but for what came just now. How much it was.
    async fn sweep(&self, hub: &Hub) -> Result<u64, UploadError> {
        match &self.place {
            Place::Folder(folder) => {
                let ids = folder.settled(SystemTime::now()).await?;
                let known = hub.known_files(&ids).await?;
                Ok(folder.sweep(&ids, &known).await?)
            }
            Place::Database(database) => database.sweep().await,
        }
    }
}

impl Upload {
    /// Writes some more.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub async fn write(&mut self, bytes: &[u8]) -> Result<(), UploadError> {
        let wanted = BEGINNING.saturating_sub(self.beginning.len()).min(bytes.len());
        self.beginning.extend_from_slice(&bytes[..wanted]);
        self.size += bytes.len() as u64;
        match &mut self.writing {
            Writing::File(file) => Ok(file.write(bytes).await?),
            Writing::Pieces(pieces) => pieces.write(bytes).await,
        }
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
    pub async fn finish(self) -> Result<(), UploadError> {
        match self.writing {
            Writing::File(file) => Ok(file.finish().await?),
            Writing::Pieces(pieces) => pieces.finish().await,
        }
    }
}

/// Takes away what no message came for, and the bytes of what was deleted, now and then, for ever. Several nodes may do
/// so at once: each thing is taken away once.
pub async fn keep_tidy(uploads: Uploads, hub: Hub) {
    loop {
        if let Err(refusal) = hub.forget_unsaid_files().await {
            tracing::warn!(%refusal, "files that were never said could not be forgotten");
        }
        match uploads.sweep(&hub).await {
            Ok(removed) => tracing::debug!(removed, "uploads were swept"),
            Err(error) => tracing::warn!(%error, "uploads could not be swept"),
        }
        tokio::time::sleep(SWEEP_EVERY).await;
    }
}
