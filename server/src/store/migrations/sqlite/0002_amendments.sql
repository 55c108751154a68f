-- Replies, edits, deletions, reactions, mentions, search, muting.

-- How many amendments the room's messages have had.
ALTER TABLE rooms ADD COLUMN change INTEGER NOT NULL DEFAULT 0;

ALTER TABLE messages ADD COLUMN reply_seq INTEGER;                       -- in the same room
ALTER TABLE messages ADD COLUMN change    INTEGER NOT NULL DEFAULT 0;    -- the room's count at the last amendment
ALTER TABLE messages ADD COLUMN edited_at INTEGER;
ALTER TABLE messages ADD COLUMN deleted   INTEGER NOT NULL DEFAULT 0;

-- Few messages are amended; by this a client that comes back is told which.
CREATE INDEX messages_amended ON messages (room_id, change) WHERE change > 0;

-- 0 all, 1 mentions, 2 nothing
ALTER TABLE members ADD COLUMN mute INTEGER NOT NULL DEFAULT 0 CHECK (mute IN (0, 1, 2));

-- When the guest's name last passed to somebody else.
ALTER TABLE users ADD COLUMN renewed_at INTEGER;

-- What messages said before they were edited, in the order in which they were.
CREATE TABLE versions (
    id    INTEGER PRIMARY KEY,
    place INTEGER NOT NULL,
    time  INTEGER NOT NULL,                         -- since when it was so
    body  TEXT    NOT NULL
) STRICT;

CREATE INDEX versions_of_message ON versions (place, id);

-- `nth` is the message's change by which it came, so it is the order in which they came.
CREATE TABLE reactions (
    place   INTEGER NOT NULL,
    emoji   TEXT    NOT NULL,
    user_id INTEGER NOT NULL REFERENCES users (id),
    nth     INTEGER NOT NULL,
    PRIMARY KEY (place, emoji, user_id)
) STRICT, WITHOUT ROWID;

-- Whom messages name, their senders apart.
CREATE TABLE mentions (
    user_id INTEGER NOT NULL REFERENCES users (id),
    place   INTEGER NOT NULL,
    PRIMARY KEY (user_id, place)
) STRICT, WITHOUT ROWID;

CREATE INDEX mentions_of_message ON mentions (place);

-- The words of messages by their place; the texts themselves are in `messages` alone.
CREATE VIRTUAL TABLE words USING fts5 (
    body, content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 2'
);

INSERT INTO words (rowid, body) SELECT place, body FROM messages;

-- What the operator was told of random partners, with the messages attached: a JSON list of them as they were said.
CREATE TABLE reports (
    id          INTEGER PRIMARY KEY,
    time        INTEGER NOT NULL,
    reporter_id INTEGER NOT NULL REFERENCES users (id),
    reported_id INTEGER NOT NULL REFERENCES users (id),
    note        TEXT    NOT NULL,
    messages    TEXT    NOT NULL
) STRICT;

-- Whom accounts do not want to meet in the random chat again.
CREATE TABLE blocks (
    user_id    INTEGER NOT NULL REFERENCES users (id),
    blocked_id INTEGER NOT NULL REFERENCES users (id),
    PRIMARY KEY (user_id, blocked_id)
) STRICT, WITHOUT ROWID;
