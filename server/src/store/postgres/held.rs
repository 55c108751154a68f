//! Who is connected to which nodes. Taking a name is one statement over all that ask at a moment: each writes the name's
//! row where nobody living is in its way, in the order of the names, so that nobody waits for who waits for him.

use std::collections::HashSet;

use shared::Username;
use sqlx::Row;

use super::PostgresStore;
use super::fault::Fault;
use super::rows::{unsigned, username};
use crate::store::{Claimed, Ground, Held, HeldName, Lease, NameClaim};

/// [`Ground::Service`] in a row.
const SERVICE: i64 = 2;

fn kind(ground: Ground) -> i64 {
    match ground {
        Ground::Guest(_) => 0,
        Ground::Account => 1,
        Ground::Service => SERVICE,
    }
}

/// The columns of claims.
#[derive(Default)]
struct Columns {
    keys: Vec<String>,
    names: Vec<String>,
    kinds: Vec<i64>,
    proofs: Vec<Option<Vec<u8>>>,
    direct: Vec<bool>,
}

impl Columns {
    fn of(claims: &[NameClaim]) -> Self {
        let mut columns = Self::default();
        for NameClaim { name, ground, direct } in claims {
            columns.keys.push(name.key());
            columns.names.push(name.as_str().to_owned());
            columns.kinds.push(kind(*ground));
            columns.proofs.push(match ground {
                Ground::Guest(proof) => proof.map(|proof| proof.0.to_vec()),
                Ground::Account | Ground::Service => None,
            });
            columns.direct.push(*direct);
        }
        columns
    }
}

/// Whether who holds `names_held held` is the one who comes as `$given`.
macro_rules! same {
    ($given:literal) => {
        concat!(
            "(held.kind = ",
            $given,
            ".kind AND (held.kind = 1 OR held.kind = 0 AND COALESCE(held.proof = ",
            $given,
            ".proof, false)))"
        )
    };
}

/// Whether nobody is in the way who holds `names_held held`. A stay whose row is not seen yet is one that just began.
macro_rules! free {
    () => {
        "NOT EXISTS (SELECT 1 FROM unnest(held.leases) AS holder
                     WHERE holder NOT IN (SELECT lease FROM nodes WHERE over OR stopping))"
    };
}

pub(super) async fn claim(store: &PostgresStore, lease: Lease, claims: &[NameClaim]) -> Result<Option<Claimed>, Fault> {
    const CLAIM: &str = concat!(
        "WITH mine AS (
             UPDATE nodes SET changes = changes + 1 WHERE lease = $1 AND NOT over AND NOT stopping RETURNING changes
         ), granted AS (
             INSERT INTO names_held AS held (key, name, kind, proof, leases, direct)
             SELECT key, name, kind, proof, ARRAY[$1], CASE WHEN direct THEN ARRAY[$1] ELSE '{}' END
             FROM mine, unnest($2::text[], $3::text[], $4::bigint[], $5::bytea[], $6::bool[])
                 AS given (key, name, kind, proof, direct)
             ORDER BY key
             ON CONFLICT (key) DO UPDATE SET name = EXCLUDED.name, kind = EXCLUDED.kind, proof = EXCLUDED.proof,
                 (leases, direct) = (
                     SELECT array_remove(before.leases, $1) || EXCLUDED.leases,
                            array_remove(before.direct, $1) || EXCLUDED.direct
                     FROM (SELECT held.leases, held.direct WHERE ",
        same!("EXCLUDED"),
        "
                           UNION ALL SELECT '{}', '{}' LIMIT 1) AS before)
             WHERE ",
        same!("EXCLUDED"),
        " OR ",
        free!(),
        "
             RETURNING key
         ) SELECT changes, ARRAY(SELECT key FROM granted) AS granted FROM mine"
    );
    let Columns { keys, names, kinds, proofs, direct } = Columns::of(claims);
    let row = sqlx::query(CLAIM)
        .bind(lease.0)
        .bind(&keys)
        .bind(names)
        .bind(kinds)
        .bind(proofs)
        .bind(direct)
        .fetch_optional(&store.pool)
        .await?;
    let Some(row) = row else { return Ok(None) };
    let granted: HashSet<String> = row.try_get::<Vec<String>, _>("granted")?.into_iter().collect();
    let granted = keys.iter().map(|key| granted.contains(key)).collect();
    Ok(Some(Claimed { changes: unsigned(row.try_get("changes")?)?, granted }))
}

pub(super) async fn may_claim(store: &PostgresStore, claims: &[NameClaim]) -> Result<Vec<bool>, Fault> {
    const REFUSED: &str = concat!(
        "SELECT given.nth FROM unnest($1::text[], $2::bigint[], $3::bytea[]) WITH ORDINALITY
             AS given (key, kind, proof, nth)
         JOIN names_held held ON held.key = given.key
         WHERE NOT (",
        same!("given"),
        " OR ",
        free!(),
        ")"
    );
    let Columns { keys, kinds, proofs, .. } = Columns::of(claims);
    let refused: Vec<i64> =
        sqlx::query_scalar(REFUSED).bind(keys).bind(kinds).bind(proofs).fetch_all(&store.pool).await?;
    let refused: HashSet<i64> = refused.into_iter().collect();
    Ok((1..).zip(claims).map(|(nth, _)| !refused.contains(&nth)).collect())
}

pub(super) async fn release(store: &PostgresStore, lease: Lease, names: &[Username]) -> Result<Option<u64>, Fault> {
    let changes: Option<i64> = sqlx::query_scalar(
        "WITH held AS (
             SELECT key, leases FROM names_held WHERE key = ANY ($2) AND $1 = ANY (leases) ORDER BY key FOR UPDATE
         ), gone AS (
             DELETE FROM names_held WHERE key IN (SELECT key FROM held WHERE leases = ARRAY[$1])
         ), left_over AS (
             UPDATE names_held SET leases = array_remove(leases, $1), direct = array_remove(direct, $1)
             WHERE key IN (SELECT key FROM held WHERE leases <> ARRAY[$1])
         ) UPDATE nodes SET changes = changes + 1 WHERE lease = $1 AND NOT over RETURNING changes",
    )
    .bind(lease.0)
    .bind(names.iter().map(Username::key).collect::<Vec<_>>())
    .fetch_optional(&store.pool)
    .await?;
    changes.map(unsigned).transpose()
}

pub(super) async fn note_direct(
    store: &PostgresStore,
    lease: Lease,
    names: &[(Username, bool)],
) -> Result<Option<u64>, Fault> {
    let (keys, direct): (Vec<_>, Vec<_>) = names.iter().map(|(name, direct)| (name.key(), *direct)).unzip();
    let changes: Option<i64> = sqlx::query_scalar(
        "WITH given AS (
             SELECT key, direct FROM unnest($2::text[], $3::bool[]) AS given (key, direct)
         ), held AS (
             SELECT key FROM names_held WHERE key IN (SELECT key FROM given) AND $1 = ANY (leases)
             ORDER BY key FOR UPDATE
         ), noted AS (
             UPDATE names_held
             SET direct = array_remove(names_held.direct, $1) || CASE WHEN given.direct THEN ARRAY[$1] ELSE '{}' END
             FROM held JOIN given USING (key) WHERE names_held.key = held.key
         ) UPDATE nodes SET changes = changes + 1 WHERE lease = $1 AND NOT over RETURNING changes",
    )
    .bind(lease.0)
    .bind(keys)
    .bind(direct)
    .fetch_optional(&store.pool)
    .await?;
    changes.map(unsigned).transpose()
}

pub(super) async fn promote(store: &PostgresStore, name: &Username) -> Result<(), Fault> {
    sqlx::query("UPDATE names_held SET kind = 1, proof = NULL WHERE key = $1 AND kind = 0")
        .bind(name.key())
        .execute(&store.pool)
        .await?;
    Ok(())
}

pub(super) async fn of(store: &PostgresStore, lease: Lease) -> Result<Option<Held>, Fault> {
    let rows = sqlx::query(
        "SELECT n.changes, h.name, h.kind, n.lease = ANY (h.direct) AS direct FROM nodes n LEFT JOIN names_held h ON n.lease = ANY (h.leases)
         WHERE n.lease = $1 AND NOT n.over",
    )
    .bind(lease.0)
    .fetch_all(&store.pool)
    .await?;
    let Some(first) = rows.first() else { return Ok(None) };
    let mut held = Held { changes: unsigned(first.try_get("changes")?)?, names: Vec::new() };
    for row in &rows {
        if let Some(kind) = row.try_get::<Option<i64>, _>("kind")? {
            let (name, direct) = (username(row, "name")?, row.try_get("direct")?);
            held.names.push(HeldName { name, service: kind == SERVICE, direct });
        }
    }
    Ok(Some(held))
}
