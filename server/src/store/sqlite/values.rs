//! Rows as parameters, one for each value: the engine takes those in half the time that it needs to pick them out of a list.
//! A statement is prepared once for each number of rows it takes, so there is one for 1, 2, 4 … rows; rows that are not
//! given are `NULL`.
//!
//! Parameters are taken in order and have no numbers: a number is a name to the engine, and each is looked for in a list of
//! all of them when it is given its value.

use super::fault::Fault;
use sqlx::error::BoxDynError;
use sqlx::sqlite::SqliteArguments;

const SIZES: usize = 9;

/// The most rows of one statement.
pub(super) const MOST: usize = 1 << (SIZES - 1);

/// A statement's text for each size.
pub(super) struct Texts([String; SIZES]);

impl Texts {
    /// `text` makes each for so many rows, with one or more [`table`]s of them.
    pub(super) fn new(text: impl Fn(usize) -> String) -> Self {
        Self(std::array::from_fn(|size| text(1 << size)))
    }

    /// The one that takes so many rows, which are at most [`MOST`].
    pub(super) fn of(&self, rows: usize) -> &str {
        let size = places(rows).trailing_zeros() as usize;
        &self.0[size.min(SIZES - 1)]
    }
}

/// How many rows the statement for so many has room for. What is given behind its table comes after all of those.
pub(super) fn places(rows: usize) -> usize {
    rows.next_power_of_two()
}

/// A table of so many rows, with the columns `column1`, `column2` …, each value a parameter.
pub(super) fn table(rows: usize, columns: usize) -> String {
    let row = format!("({})", vec!["?"; columns].join(","));
    format!("(VALUES {})", vec![row; rows].join(","))
}

/// Collects values, of which `add` adds some.
pub(super) fn collect(
    add: impl FnOnce(&mut SqliteArguments) -> Result<(), BoxDynError>,
) -> Result<SqliteArguments, Fault> {
    let mut values = SqliteArguments::default();
    add(&mut values).map_err(|error| Fault::Sql(sqlx::Error::Encode(error)))?;
    Ok(values)
}
