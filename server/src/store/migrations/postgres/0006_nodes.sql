-- What several nodes hold together. Time is the database's own here, so that no node's clock decides anything.

-- A node's stay, from its start until it leaves or is not heard of for too long: then its stay is over, and one who comes
-- back begins another. Numbers never come back, so what was held in a stay that is over is held by nobody.
CREATE TABLE nodes (
    lease    BIGINT      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    node     TEXT        NOT NULL,                       -- by what the others know it on the bus
    lasts    INTERVAL    NOT NULL,                       -- how long it may be unheard of
    ends_at  TIMESTAMPTZ NOT NULL,                       -- unless it is heard of before
    stopping BOOLEAN     NOT NULL DEFAULT false,         -- it holds its people, and hinders nobody
    over     BOOLEAN     NOT NULL DEFAULT false,         -- for good
    changes  BIGINT      NOT NULL DEFAULT 0              -- counted up with each change of the names it holds
);

-- Who is connected, and to which nodes. Whoever takes a name writes its row, so that of two who come at once one waits
-- for the other and sees him.
CREATE TABLE names_held (
    key    TEXT     COLLATE "C" PRIMARY KEY,             -- the name in lower case
    name   TEXT     NOT NULL,
    kind   BIGINT   NOT NULL CHECK (kind IN (0, 1, 2)),
    proof  BYTEA    CHECK (length(proof) = 32),          -- by which a guest is the same guest
    leases BIGINT[] NOT NULL,                            -- of the nodes he is connected to; some may be over
    direct BIGINT[] NOT NULL                             -- of those where a connection of his takes direct messages
);

-- What is limited for all nodes together: when all that was spent will be there again. May be lost with the server.
CREATE UNLOGGED TABLE spent (
    key   TEXT        COLLATE "C" PRIMARY KEY,
    until TIMESTAMPTZ NOT NULL
);
