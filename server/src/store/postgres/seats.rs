//! The seats of the random chat on all nodes.

use async_trait::async_trait;
use shared::{RoomId, Username};
use sqlx::Row;

use super::PostgresStore;
use super::fault::Fault;
use super::rows::unsigned;
use crate::store::seats::MAX_BLOCKS;
use crate::store::{Seat, Seats, Sought, StoreError};

/// The host of seat `s` lives.
macro_rules! lives {
    () => {
        "EXISTS (SELECT FROM nodes n WHERE n.node = s.host AND NOT n.over AND n.ends_at > now())"
    };
}

#[async_trait]
impl Seats for PostgresStore {
    async fn seek(&self, host: &str, seat: &Seat, only_here: bool) -> Result<Sought, StoreError> {
        self.settled(|| seek(self, host, seat, only_here)).await
    }

    async fn set_seats(&self, host: &str, rooms: &[RoomId], seats: &[Seat]) -> Result<(), StoreError> {
        self.settled(|| set(self, host, rooms, seats)).await
    }

    async fn seated_rooms(&self, host: &str) -> Result<Vec<RoomId>, StoreError> {
        self.told(seated_rooms(self, host)).await
    }

    async fn host_of(&self, name: &Username) -> Result<Option<String>, StoreError> {
        self.told(host_of(self, name)).await
    }

    async fn waiting_elsewhere(&self, host: &str) -> Result<u64, StoreError> {
        self.told(waiting_elsewhere(self, host)).await
    }

    async fn forget_seats(&self) -> Result<(), StoreError> {
        self.settled(|| forget(self)).await
    }
}

fn key(seat: &Seat) -> Option<String> {
    seat.name.as_ref().map(Username::key)
}

fn blocks(seat: &Seat) -> &[String] {
    &seat.blocks[..seat.blocks.len().min(MAX_BLOCKS)]
}

async fn seek(store: &PostgresStore, host: &str, seat: &Seat, only_here: bool) -> Result<Sought, Fault> {
    let found = sqlx::query("SELECT found_host, found_room FROM seek_seat($1, $2, $3, $4, $5, $6)")
        .bind(host)
        .bind(seat.room.0.cast_signed())
        .bind(key(seat))
        .bind(&seat.avoids)
        .bind(blocks(seat))
        .bind(only_here)
        .fetch_optional(&store.pool)
        .await?;
    let Some(row) = found else { return Ok(Sought::Waits) };
    Ok(Sought::Beside { host: row.try_get("found_host")?, room: RoomId(unsigned(row.try_get("found_room")?)?) })
}

async fn set(store: &PostgresStore, host: &str, rooms: &[RoomId], seats: &[Seat]) -> Result<(), Fault> {
    let numbers: Vec<i64> = rooms.iter().map(|room| room.0.cast_signed()).collect();
    let seat_rooms: Vec<i64> = seats.iter().map(|seat| seat.room.0.cast_signed()).collect();
    let keys: Vec<_> = seats.iter().map(key).collect();
    let waits: Vec<_> = seats.iter().map(|seat| seat.waits).collect();
    let avoids: Vec<_> = seats.iter().map(|seat| seat.avoids.as_deref()).collect();
    // Names have no spaces in them; arrays in an array would have to be of one length.
    let blocked: Vec<_> = seats.iter().map(|seat| blocks(seat).join(" ")).collect();
    sqlx::query(
        "WITH given AS (
             SELECT room, row_number() OVER (PARTITION BY room ORDER BY nth) - 1 AS place, key, waits, avoids, blocks
             FROM unnest($3::bigint[], $4::text[], $5::bool[], $6::text[], $7::text[])
                  WITH ORDINALITY AS given (room, key, waits, avoids, blocks, nth)
         ), gone AS (
             DELETE FROM seats s WHERE s.host = $1 AND s.room = ANY ($2)
                 AND NOT EXISTS (SELECT FROM given g WHERE g.room = s.room AND g.place = s.place)
         )
         INSERT INTO seats (host, room, place, key, waits, avoids, blocks)
         SELECT $1, room, place, key, waits, avoids, string_to_array(blocks, ' ') FROM given
         ON CONFLICT (host, room, place) DO UPDATE SET key = EXCLUDED.key, waits = EXCLUDED.waits,
             avoids = EXCLUDED.avoids, blocks = EXCLUDED.blocks",
    )
    .bind(host)
    .bind(numbers)
    .bind(seat_rooms)
    .bind(keys)
    .bind(waits)
    .bind(avoids)
    .bind(blocked)
    .execute(&store.pool)
    .await?;
    Ok(())
}

async fn seated_rooms(store: &PostgresStore, host: &str) -> Result<Vec<RoomId>, Fault> {
    let rooms: Vec<i64> =
        sqlx::query_scalar("SELECT DISTINCT room FROM seats WHERE host = $1").bind(host).fetch_all(&store.pool).await?;
    rooms.into_iter().map(|room| Ok(RoomId(unsigned(room)?))).collect()
}

async fn host_of(store: &PostgresStore, name: &Username) -> Result<Option<String>, Fault> {
    const HOST: &str = concat!("SELECT s.host FROM seats s WHERE s.key = $1 AND ", lives!(), " LIMIT 1");
    Ok(sqlx::query_scalar(HOST).bind(name.key()).fetch_optional(&store.pool).await?)
}

async fn waiting_elsewhere(store: &PostgresStore, host: &str) -> Result<u64, Fault> {
    const WAITING: &str = concat!("SELECT count(*) FROM seats s WHERE s.waits AND s.host <> $1 AND ", lives!());
    unsigned(sqlx::query_scalar(WAITING).bind(host).fetch_one(&store.pool).await?)
}

async fn forget(store: &PostgresStore) -> Result<(), Fault> {
    // A node that stood still for a while may be back, with what it had.
    sqlx::query(
        "DELETE FROM seats s WHERE NOT EXISTS
             (SELECT FROM nodes n WHERE n.node = s.host AND n.ends_at > now() - interval '1 minute')",
    )
    .execute(&store.pool)
    .await?;
    Ok(())
}
