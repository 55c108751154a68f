-- Who administers the server and keeps order in rooms, whom they keep out or silent, and what was done.

ALTER TABLE users ADD COLUMN admin INTEGER NOT NULL DEFAULT 0;
ALTER TABLE members ADD COLUMN moderator INTEGER NOT NULL DEFAULT 0;

ALTER TABLE reports ADD COLUMN resolved_at INTEGER;
ALTER TABLE reports ADD COLUMN resolved_by INTEGER REFERENCES users (id);

-- Of a room, or of the whole server where it has none; on a user or, of the whole server only, on a network.
CREATE TABLE sanctions (
    id         INTEGER PRIMARY KEY,
    kind       INTEGER NOT NULL CHECK (kind IN (0, 1)),      -- 0 ban, 1 silence
    room_id    INTEGER REFERENCES rooms (id) ON DELETE CASCADE,
    user_id    INTEGER REFERENCES users (id),
    network    TEXT,
    until      INTEGER,
    reason     TEXT,
    imposed_by INTEGER REFERENCES users (id),                -- none: the operator
    imposed_at INTEGER NOT NULL,
    CHECK ((user_id IS NULL) <> (network IS NULL)),
    CHECK (room_id IS NOT NULL OR kind = 0),
    CHECK (room_id IS NULL OR network IS NULL)
) STRICT;

CREATE UNIQUE INDEX sanctions_once ON sanctions (kind, coalesce(room_id, 0), coalesce(user_id, 0), coalesce(network, ''));
CREATE INDEX sanctions_of_room ON sanctions (room_id);

-- Counts up whenever something changes that running servers keep in memory, whoever changed it.
CREATE TABLE order_changes (
    id    INTEGER PRIMARY KEY CHECK (id = 1),
    count INTEGER NOT NULL
) STRICT;

INSERT INTO order_changes (id, count) VALUES (1, 1);

CREATE TRIGGER order_of_users AFTER UPDATE OF admin, disabled ON users
WHEN NEW.admin <> OLD.admin OR NEW.disabled <> OLD.disabled BEGIN
    UPDATE order_changes SET count = count + 1;
END;

CREATE TRIGGER order_of_new_users AFTER INSERT ON users WHEN NEW.admin OR NEW.disabled BEGIN
    UPDATE order_changes SET count = count + 1;
END;

CREATE TRIGGER order_of_members AFTER UPDATE OF moderator ON members WHEN NEW.moderator <> OLD.moderator BEGIN
    UPDATE order_changes SET count = count + 1;
END;

CREATE TRIGGER order_of_new_members AFTER INSERT ON members WHEN NEW.moderator BEGIN
    UPDATE order_changes SET count = count + 1;
END;

CREATE TRIGGER order_without_members AFTER DELETE ON members WHEN OLD.moderator BEGIN
    UPDATE order_changes SET count = count + 1;
END;

CREATE TRIGGER order_imposed AFTER INSERT ON sanctions BEGIN
    UPDATE order_changes SET count = count + 1;
END;

CREATE TRIGGER order_lifted AFTER DELETE ON sanctions BEGIN
    UPDATE order_changes SET count = count + 1;
END;

-- Names as they were: what was done stays to be read, whatever becomes of those concerned.
CREATE TABLE deeds (
    id      INTEGER PRIMARY KEY,
    time    INTEGER NOT NULL,
    act     TEXT    NOT NULL,
    by      TEXT,                                            -- none: the operator
    whom    TEXT,
    room    TEXT,
    address TEXT,
    note    TEXT
) STRICT;

CREATE INDEX deeds_in_time ON deeds (time);
