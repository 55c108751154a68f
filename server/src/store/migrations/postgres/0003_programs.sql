-- When a session or token was last used, to some minutes; none until it was used again.
ALTER TABLE sessions ADD COLUMN used_at BIGINT;

-- What is known of an upload; its bytes lie under its id in the data directory.
CREATE TABLE files (
    id         TEXT   COLLATE "C" PRIMARY KEY,
    room_id    BIGINT NOT NULL REFERENCES rooms (id) ON DELETE CASCADE,
    user_id    BIGINT NOT NULL REFERENCES users (id),
    place      BIGINT,                                   -- the message's that it belongs to; none until it was said
    name       TEXT   NOT NULL,
    size       BIGINT NOT NULL,
    media_type TEXT   NOT NULL,
    width      BIGINT,                                   -- pixels, where it is an image
    height     BIGINT,
    created_at BIGINT NOT NULL
);

CREATE INDEX files_of_room ON files (room_id);
CREATE INDEX files_of_user ON files (user_id);
CREATE INDEX files_said ON files (place) WHERE place IS NOT NULL;
CREATE INDEX files_unsaid ON files (created_at) WHERE place IS NULL;

CREATE FUNCTION files_went_with_message() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM files WHERE place = NEW.place;
    RETURN NULL;
END $$;

CREATE TRIGGER files_went_with_message AFTER UPDATE OF deleted ON messages
    FOR EACH ROW WHEN (NEW.deleted) EXECUTE FUNCTION files_went_with_message();

-- Incoming ones have a speaker, whose name nobody else gets, and the hash of a secret; outgoing ones an address and the
-- secret they sign with.
CREATE TABLE webhooks (
    id            TEXT    COLLATE "C" PRIMARY KEY,
    room_id       BIGINT  NOT NULL REFERENCES rooms (id) ON DELETE CASCADE,
    made_by       BIGINT  NOT NULL REFERENCES users (id),
    created_at    BIGINT  NOT NULL,
    speaker_id    BIGINT  REFERENCES users (id),
    hash          BYTEA   UNIQUE CHECK (length(hash) = 32),
    used_at       BIGINT,
    url           TEXT,
    secret        TEXT,
    delivered     BIGINT  NOT NULL DEFAULT 0,            -- the sequence number up to which the receiver has everything
    delivered_at  BIGINT,
    failing_since BIGINT,
    reason        TEXT,                                  -- what was wrong last, where something is
    disabled      BOOLEAN NOT NULL DEFAULT false,
    CHECK ((speaker_id IS NULL) = (hash IS NULL) AND (speaker_id IS NULL) <> (url IS NULL)),
    CHECK ((url IS NULL) = (secret IS NULL))
);

CREATE INDEX webhooks_of_room ON webhooks (room_id, created_at);
CREATE INDEX webhooks_speaker ON webhooks (speaker_id) WHERE speaker_id IS NOT NULL;
