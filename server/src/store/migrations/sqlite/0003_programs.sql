-- When a session or token was last used, to some minutes; none until it was used again.
ALTER TABLE sessions ADD COLUMN used_at INTEGER;

-- What is known of an upload; its bytes lie under its id in the data directory.
CREATE TABLE files (
    id         TEXT    PRIMARY KEY,
    room_id    INTEGER NOT NULL REFERENCES rooms (id) ON DELETE CASCADE,
    user_id    INTEGER NOT NULL REFERENCES users (id),
    place      INTEGER,                             -- the message's that it belongs to; none until it was said
    name       TEXT    NOT NULL,
    size       INTEGER NOT NULL,
    media_type TEXT    NOT NULL,
    width      INTEGER,                             -- pixels, where it is an image
    height     INTEGER,
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX files_of_room ON files (room_id);
CREATE INDEX files_of_user ON files (user_id);
CREATE INDEX files_said ON files (place) WHERE place IS NOT NULL;
CREATE INDEX files_unsaid ON files (created_at) WHERE place IS NULL;

CREATE TRIGGER files_went_with_message AFTER UPDATE OF deleted ON messages WHEN NEW.deleted BEGIN
    DELETE FROM files WHERE place = NEW.place;
END;

-- Incoming ones have a speaker, whose name nobody else gets, and the hash of a secret; outgoing ones an address and the
-- secret they sign with.
CREATE TABLE webhooks (
    id            TEXT    PRIMARY KEY,
    room_id       INTEGER NOT NULL REFERENCES rooms (id) ON DELETE CASCADE,
    made_by       INTEGER NOT NULL REFERENCES users (id),
    created_at    INTEGER NOT NULL,
    speaker_id    INTEGER REFERENCES users (id),
    hash          BLOB    UNIQUE CHECK (length(hash) = 32),
    used_at       INTEGER,
    url           TEXT,
    secret        TEXT,
    delivered     INTEGER NOT NULL DEFAULT 0,       -- the sequence number up to which the receiver has everything
    delivered_at  INTEGER,
    failing_since INTEGER,
    reason        TEXT,                             -- what was wrong last, where something is
    disabled      INTEGER NOT NULL DEFAULT 0,
    CHECK ((speaker_id IS NULL) = (hash IS NULL) AND (speaker_id IS NULL) <> (url IS NULL)),
    CHECK ((url IS NULL) = (secret IS NULL))
) STRICT, WITHOUT ROWID;

CREATE INDEX webhooks_of_room ON webhooks (room_id, created_at);
CREATE INDEX webhooks_speaker ON webhooks (speaker_id) WHERE speaker_id IS NOT NULL;
