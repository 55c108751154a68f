//! `confab export` and `confab import`: all data as JSON Lines, one record a line.

use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

use super::CommandError;
use crate::app;
use crate::config::Settings;
use crate::store::{Line, Store};

/// How many lines are read or written at a time.
const LINES: u32 = 1_000;

/// Why data could not be moved.
#[derive(Debug, thiserror::Error)]
pub enum TransferError {
    /// A line that is no record.
    #[error("line {number} is no record of an export: {problem}; nothing after line {taken} was imported")]
    BadLine {
        /// Which line, from 1.
        number: usize,
        /// The last line that was taken in.
        taken: usize,
        /// What is wrong with it.
        problem: serde_json::Error,
    },
    /// A record that cannot be written.
    #[error("a record cannot be written: {0}")]
    BadRecord(serde_json::Error),
}

/// Writes everything.
pub async fn export(settings: &Settings, file: Option<PathBuf>) -> Result<(), CommandError> {
    let store = app::open_store(settings).await?;
    let result = match file {
        Some(path) => {
            let file = create(&path).map_err(|source| at(&path, source))?;
            write_all(&*store, BufWriter::new(file)).await
        }
        None => write_all(&*store, std::io::stdout().lock()).await,
    };
    store.close().await;
    result
}

/// A new file that is its owner's alone to read, since it holds all that was said and what webhooks sign with.
fn create(path: &Path) -> std::io::Result<File> {
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

async fn write_all(store: &dyn Store, mut out: impl Write) -> Result<(), CommandError> {
    let mut after = None;
    loop {
        let (lines, next) = store.dump(after, LINES).await?;
        for line in &lines {
            serde_json::to_writer(&mut out, line).map_err(TransferError::BadRecord)?;
            out.write_all(b"\n").map_err(not_written)?;
        }
        after = next;
        if after.is_none() {
            return out.flush().map_err(not_written);
        }
    }
}

/// Reads everything into an empty store.
pub async fn import(settings: &Settings, file: Option<PathBuf>) -> Result<(), CommandError> {
    let store = app::open_store(settings).await?;
    let result = match file {
        Some(path) => {
            let file = File::open(&path).map_err(|source| at(&path, source))?;
            read_all(&*store, BufReader::new(file)).await
        }
        None => read_all(&*store, BufReader::new(std::io::stdin())).await,
    };
    store.close().await;
    super::print(&format!("{} records imported\n", result?))
}

async fn read_all(store: &dyn Store, input: impl BufRead) -> Result<usize, CommandError> {
    let mut batch: Vec<Line> = Vec::new();
    let mut taken = 0;
    for (index, text) in input.lines().enumerate() {
        let text = text.map_err(|source| CommandError::Io { what: "the export cannot be read".to_owned(), source })?;
        let number = index + 1;
        let line = serde_json::from_str(&text);
        batch.push(line.map_err(|problem| TransferError::BadLine { number, taken, problem })?);
        if batch.len() == LINES as usize {
            store.load(&batch).await?;
            taken = number;
            batch.clear();
        }
    }
    store.load(&batch).await?;
    Ok(taken + batch.len())
}

fn at(path: &Path, source: std::io::Error) -> CommandError {
    CommandError::Io { what: path.display().to_string(), source }
}

fn not_written(source: std::io::Error) -> CommandError {
    CommandError::Io { what: "the export cannot be written".to_owned(), source }
}
