//! What the parts have used between two looks at them.

use crate::peers::cluster::{Carried, Cluster};
use crate::process::Server;
use crate::trouble::Trouble;

/// What a part uses for messages.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Cost {
    /// CPU seconds of all nodes.
    NodesCpu,
    /// CPU seconds of all of PostgreSQL's processes.
    PostgresCpu,
    /// CPU seconds of NATS.
    NatsCpu,
    /// Transactions that wrote something.
    Transactions,
    /// Bytes that PostgreSQL logged.
    Logged,
    /// Notes from nodes to NATS.
    NotesIn,
    /// Notes from NATS to nodes.
    NotesOut,
    /// The bytes in those from nodes.
    BytesIn,
    /// The bytes in those to nodes.
    BytesOut,
    /// Rooms that were read from the database, since a note was missing or late.
    Healed,
}

/// How many costs there are.
const COSTS: usize = Cost::Healed as usize + 1;

/// So much of each cost, in the order of [`Cost`].
#[derive(Clone, Copy, Debug)]
pub struct Used([f64; COSTS]);

impl Used {
    /// So much of one.
    pub fn of(&self, cost: Cost) -> f64 {
        self.0[cost as usize]
    }

    /// For each of so many.
    pub fn by(self, count: f64) -> Self {
        Self(self.0.map(|used| used / count))
    }

    fn since(self, before: Self) -> Self {
        Self(std::array::from_fn(|cost| self.0[cost] - before.0[cost]))
    }
}

/// The first look.
pub struct Meter(Used);

/// Looks at the parts. What looking costs them comes before what is counted.
///
/// # Errors
/// Where a part does not tell.
pub fn begin(cluster: &Cluster<'_>) -> Result<Meter, Trouble> {
    let counted = counted(cluster)?;
    Ok(Meter(joined(cpu(cluster)?, counted)))
}

impl Meter {
    /// What was used since. What looking costs the parts comes after what is counted.
    ///
    /// # Errors
    /// Where a part does not tell.
    pub fn end(self, cluster: &Cluster<'_>) -> Result<Used, Trouble> {
        let cpu = cpu(cluster)?;
        Ok(joined(cpu, counted(cluster)?).since(self.0))
    }
}

/// CPU seconds so far.
fn cpu(cluster: &Cluster<'_>) -> Result<[f64; 3], Trouble> {
    let nodes = cluster.nodes.iter().map(Server::cpu).sum::<Result<f64, Trouble>>()?;
    Ok([nodes, cluster.ground.postgres.cpu()?, cluster.ground.nats.cpu_of_threads()?])
}

/// All but the CPU seconds.
fn counted(cluster: &Cluster<'_>) -> Result<[f64; COSTS - 3], Trouble> {
    let (logged, transactions) = cluster.ground.written()?;
    let Carried { notes_in, notes_out, bytes_in, bytes_out } = cluster.ground.carried()?;
    let healed = cluster.measured("confab_gaps_healed_total")?;
    Ok([transactions, logged, notes_in, notes_out, bytes_in, bytes_out, healed])
}

fn joined([nodes, postgres, nats]: [f64; 3], counted: [f64; COSTS - 3]) -> Used {
    let [transactions, logged, notes_in, notes_out, bytes_in, bytes_out, healed] = counted;
    Used([nodes, postgres, nats, transactions, logged, notes_in, notes_out, bytes_in, bytes_out, healed])
}
