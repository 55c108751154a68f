-- What the names of accounts and rooms look like (store/likeness.rs), so that look-alikes are found.

CREATE TABLE user_looks (
    look    TEXT   COLLATE "C" NOT NULL,
    user_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    PRIMARY KEY (look, user_id)
);

CREATE TABLE room_looks (
    look    TEXT   COLLATE "C" NOT NULL,
    room_id BIGINT NOT NULL REFERENCES rooms (id) ON DELETE CASCADE,
    PRIMARY KEY (look, room_id)
);

CREATE INDEX room_looks_of_room ON room_looks (room_id);
