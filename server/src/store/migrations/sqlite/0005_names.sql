-- What the names of accounts and rooms look like (store/likeness.rs), so that look-alikes are found. The program fills
-- in what was there before, since only it knows looks.

CREATE TABLE user_looks (
    look    TEXT    NOT NULL,
    user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    PRIMARY KEY (look, user_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE room_looks (
    look    TEXT    NOT NULL,
    room_id INTEGER NOT NULL REFERENCES rooms (id) ON DELETE CASCADE,
    PRIMARY KEY (look, room_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX room_looks_of_room ON room_looks (room_id);
