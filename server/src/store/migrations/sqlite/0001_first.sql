-- Times are milliseconds since 1970, UTC. Kinds are numbers; sqlite/rows.rs has both lists.

CREATE TABLE users (
    id            INTEGER PRIMARY KEY,
    key           TEXT    NOT NULL UNIQUE,          -- the name in lower case: by this users are found
    name          TEXT    NOT NULL,                 -- the first spelling
    password_hash TEXT,                             -- a guest has none
    display_name  TEXT,
    phone         TEXT,
    disabled      INTEGER NOT NULL DEFAULT 0,
    created_at    INTEGER NOT NULL,
    last_seen_at  INTEGER
) STRICT;

CREATE UNIQUE INDEX users_phone ON users (phone) WHERE phone IS NOT NULL;

-- AUTOINCREMENT: a deleted room's number never comes back to name another.
CREATE TABLE rooms (
    id         INTEGER PRIMARY KEY AUTOINCREMENT CHECK (id BETWEEN 1 AND 2147483647),
    kind       INTEGER NOT NULL CHECK (kind IN (0, 1, 2)),
    key        TEXT,                                -- the name in lower case; direct conversations have none
    name       TEXT,
    one_id     INTEGER REFERENCES users (id),       -- the two of a direct conversation
    other_id   INTEGER REFERENCES users (id),
    topic      TEXT    NOT NULL DEFAULT '',
    owner_id   INTEGER REFERENCES users (id),
    last_seq   INTEGER NOT NULL DEFAULT 0,
    members    INTEGER NOT NULL DEFAULT 0,          -- kept by the triggers below
    created_at INTEGER NOT NULL,
    active_at  INTEGER NOT NULL,
    CHECK ((kind = 2) = (key IS NULL) AND (kind = 2) = (name IS NULL)),
    CHECK ((kind = 2) = (one_id IS NOT NULL) AND (kind = 2) = (other_id IS NOT NULL))
) STRICT;

CREATE UNIQUE INDEX rooms_key ON rooms (key) WHERE key IS NOT NULL;
CREATE UNIQUE INDEX rooms_pair ON rooms (min(one_id, other_id), max(one_id, other_id)) WHERE one_id IS NOT NULL;
CREATE INDEX rooms_directory ON rooms (members DESC, key) WHERE kind = 0;

-- The id counts up, so it is the order in which members joined.
CREATE TABLE members (
    id        INTEGER PRIMARY KEY,
    room_id   INTEGER NOT NULL REFERENCES rooms (id) ON DELETE CASCADE,
    user_id   INTEGER NOT NULL REFERENCES users (id),
    joined_at INTEGER NOT NULL,
    read      INTEGER NOT NULL DEFAULT 0,           -- positions: sequence numbers up to which …
    delivered INTEGER NOT NULL DEFAULT 0,
    noticed   INTEGER NOT NULL DEFAULT 0,
    hidden    INTEGER NOT NULL DEFAULT 0,
    UNIQUE (room_id, user_id)
) STRICT;

CREATE INDEX members_in_order ON members (room_id, id);
CREATE INDEX members_of_user ON members (user_id);

CREATE TRIGGER member_came AFTER INSERT ON members BEGIN
    UPDATE rooms SET members = members + 1 WHERE id = NEW.room_id;
END;

CREATE TRIGGER member_went AFTER DELETE ON members BEGIN
    UPDATE rooms SET members = members - 1 WHERE id = OLD.room_id;
END;

-- The place is the room's number times 2^32 plus the sequence number. So one tree serves as table and as index:
-- a room's messages lie together in their order, and storing one touches no second index.
CREATE TABLE messages (
    place     INTEGER PRIMARY KEY CHECK (place > 0),
    room_id   INTEGER NOT NULL GENERATED ALWAYS AS (place >> 32) VIRTUAL,
    seq       INTEGER NOT NULL GENERATED ALWAYS AS (place & 4294967295) VIRTUAL,
    sender_id INTEGER NOT NULL REFERENCES users (id),
    time      INTEGER NOT NULL,
    kind      INTEGER NOT NULL CHECK (kind IN (0, 1, 2, 3)),
    id        ANY     NOT NULL,                     -- a UUID as its 16 bytes, anything else as text
    body      TEXT    NOT NULL,
    metadata  TEXT,                                 -- a JSON object; none where it is empty
    client_id TEXT
) STRICT;

CREATE UNIQUE INDEX messages_client_id ON messages (sender_id, client_id) WHERE client_id IS NOT NULL;
-- Few messages are notices, and a user may leave them waiting while the chat goes on for years.
CREATE INDEX messages_notices ON messages (place) WHERE kind IN (2, 3);

CREATE TABLE sessions (
    hash       BLOB    PRIMARY KEY CHECK (length(hash) = 32),
    user_id    INTEGER NOT NULL REFERENCES users (id),
    kind       INTEGER NOT NULL CHECK (kind IN (0, 1, 2)),
    label      TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX sessions_of_user ON sessions (user_id, created_at);
CREATE INDEX sessions_expiry ON sessions (expires_at);
