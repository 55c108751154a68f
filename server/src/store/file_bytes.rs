//! The bytes of uploads, where the database itself holds them, so that every node that uses it can give them out.

use async_trait::async_trait;

use super::StoreError;

/// The bytes of uploads in pieces. What is known of an upload beside them is [`super::Store`]'s.
#[async_trait]
pub trait FileBytes: Send + Sync + 'static {
    /// Begins a file; what came of it before and is not whole is gone. False: it is there, and whole.
    async fn begin(&self, id: &str) -> Result<bool, StoreError>;

    /// Adds the piece that begins at that byte. False: the file was not begun, or was swept away meanwhile.
    async fn add_piece(&self, id: &str, begins: u64, bytes: &[u8]) -> Result<bool, StoreError>;

    /// All pieces have come: on disk when this returns. False as for [`FileBytes::add_piece`].
    async fn finish(&self, id: &str) -> Result<bool, StoreError>;

    /// What a whole file holds from one byte on, as far as one piece goes. `None`: it is not there, or not that long.
    async fn piece(&self, id: &str, from: u64) -> Result<Option<Vec<u8>>, StoreError>;

    /// Takes a file away, whole or not. Passed over where it is not there.
    async fn remove(&self, id: &str) -> Result<(), StoreError>;

    /// Takes away the files that the store does not know ten minutes after the last of them came, or a day after it
    /// where they are not whole. Where another node does that just now it is left to it. How many.
    async fn sweep(&self) -> Result<u64, StoreError>;
}
