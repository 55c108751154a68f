-- The bytes of uploads, so that every node has them. They are here before `files` knows of them, and for some minutes
-- after it has forgotten them; FileBytes::sweep takes away what it does not know.

CREATE TABLE file_bytes (
    id         TEXT        COLLATE "C" PRIMARY KEY,
    whole      BOOLEAN     NOT NULL DEFAULT false,       -- false: still being uploaded, or broken off
    touched_at TIMESTAMPTZ NOT NULL DEFAULT now()        -- when something came last, by this database's clock
);

CREATE INDEX file_bytes_touched ON file_bytes (touched_at);

-- In pieces of any size, one behind the other.
CREATE TABLE file_pieces (
    file_id TEXT   COLLATE "C" NOT NULL REFERENCES file_bytes (id) ON DELETE CASCADE,
    begins  BIGINT NOT NULL,                             -- at which byte of the file
    bytes   BYTEA  NOT NULL,
    PRIMARY KEY (file_id, begins)
);

-- Images, archives and films are packed already.
ALTER TABLE file_pieces ALTER COLUMN bytes SET STORAGE EXTERNAL;
