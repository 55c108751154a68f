-- Several nodes at one database, of two versions for a while.

-- Which migration a program must know at least to work with this database. One that only adds leaves it as it is, so
-- that nodes of the version before go on, and start, beside newer ones; one that takes something away puts here the
-- number of the migration by which programs learned to do without (migrations/README.md).
CREATE TABLE schema_needs (
    only_one BOOLEAN PRIMARY KEY DEFAULT true CHECK (only_one),
    version  BIGINT  NOT NULL
);

INSERT INTO schema_needs (version) VALUES (9);

-- Whose turn it is to deliver an outgoing one: the node's whose stay that is, unless it is over.
ALTER TABLE webhooks ADD COLUMN lease BIGINT;
