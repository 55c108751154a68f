//! Rows as parameters, one for each value: the engine takes those in half the time that it needs to pick them out of a list.
//! A statement is prepared once for each number of rows it takes, so there is one for 1, 2, 4 … rows; rows that are not
//! given are `NULL`.

use super::fault::Fault;
use sqlx::error::BoxDynError;
use sqlx::sqlite::SqliteArguments;

const SIZES: usize = 9;

/// The most rows of one statement.
pub(super) const MOST: usize = 1 << (SIZES - 1);

/// A statement's text for each size.
pub(super) struct Texts([String; SIZES]);

impl Texts {
    /// `text` makes each from so many rows of `columns` values, whose parameters come behind the first `before`: a table
    /// with the columns `column1`, `column2` …
    pub(super) fn new(columns: usize, before: usize, text: impl Fn(&str) -> String) -> Self {
        Self(std::array::from_fn(|size| text(&table(1 << size, columns, before))))
    }

    /// The one that takes so many rows, which are at most [`MOST`].
    pub(super) fn of(&self, rows: usize) -> &str {
        let size = rows.next_power_of_two().trailing_zeros() as usize;
        &self.0[size.min(SIZES - 1)]
    }
}

fn table(rows: usize, columns: usize, before: usize) -> String {
    let row = |first: usize| {
        let values: Vec<String> = (first..first + columns).map(|number| format!("?{number}")).collect();
        format!("({})", values.join(","))
    };
    let rows: Vec<String> = (0..rows).map(|nth| row(before + nth * columns + 1)).collect();
    format!("(VALUES {})", rows.join(","))
}

/// Collects values, of which `add` adds some.
pub(super) fn collect(
    add: impl FnOnce(&mut SqliteArguments) -> Result<(), BoxDynError>,
) -> Result<SqliteArguments, Fault> {
    let mut values = SqliteArguments::default();
    add(&mut values).map_err(|error| Fault::Sql(sqlx::Error::Encode(error)))?;
    Ok(values)
}
