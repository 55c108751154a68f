-- What nodes of one community call it where they meet: others may use the same NATS server.

CREATE TABLE community (
    only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one),
    id       text NOT NULL DEFAULT gen_random_uuid()::text
);

INSERT INTO community DEFAULT VALUES;
