-- Who sits in the random chat, on all nodes. A pair lives in the memory of the node that is its host; here the seats that
-- wait are found by those who seek one, and a person's own seat by who comes back to another node. It may be lost with
-- the server: each host writes down again what it has.
CREATE UNLOGGED TABLE seats (
    host          TEXT     COLLATE "C" NOT NULL,            -- the node (nodes.node)
    room          BIGINT   NOT NULL,                        -- the host's number for it
    place         SMALLINT NOT NULL CHECK (place IN (0, 1)),
    key           TEXT     COLLATE "C",                     -- who sits there, once he has a name
    waits         BOOLEAN  NOT NULL,                        -- alone, and there
    avoids        TEXT     COLLATE "C",                     -- whom he has just left
    blocks        TEXT[]   COLLATE "C" NOT NULL,            -- whom he does not want to meet
    claimed_until TIMESTAMPTZ,                              -- somebody is on his way to sit down there
    PRIMARY KEY (host, room, place)
);

CREATE INDEX seats_that_wait ON seats (host) WHERE waits;
CREATE INDEX seats_of_name ON seats (key) WHERE key IS NOT NULL;

-- Claims a random one of the seats that wait and suit, or has the seeker's own wait. All seekers do this one after the
-- other, so it is one call: a node that stands still in the middle of it hinders nobody.
CREATE FUNCTION seek_seat(
    seeker_host TEXT, seeker_room BIGINT, seeker TEXT, seeker_avoids TEXT, seeker_blocks TEXT[], only_here BOOLEAN
) RETURNS TABLE (found_host TEXT, found_room BIGINT) LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock('seats'::regclass::oid::bigint);
    RETURN QUERY
        UPDATE seats SET claimed_until = clock_timestamp() + interval '5 seconds'
        WHERE (host, room, place) = (
            SELECT s.host, s.room, s.place FROM seats s
            WHERE s.waits AND (s.host, s.room) <> (seeker_host, seeker_room)
              AND (s.host = seeker_host OR NOT only_here)
              AND (s.claimed_until IS NULL OR s.claimed_until < clock_timestamp())
              AND EXISTS (SELECT FROM nodes n
                          WHERE n.node = s.host AND NOT n.over AND NOT n.stopping AND n.ends_at > clock_timestamp())
              -- Who has no name yet is avoided by nobody.
              AND (s.key <> seeker) IS NOT FALSE
              AND (s.key <> seeker_avoids) IS NOT FALSE AND (s.avoids <> seeker) IS NOT FALSE
              AND (s.key <> ALL (seeker_blocks)) IS NOT FALSE AND (seeker <> ALL (s.blocks)) IS NOT FALSE
            ORDER BY random() LIMIT 1)
        RETURNING host, room;
    IF NOT FOUND THEN
        INSERT INTO seats (host, room, place, key, waits, avoids, blocks)
        VALUES (seeker_host, seeker_room, 0, seeker, true, seeker_avoids, seeker_blocks)
        ON CONFLICT (host, room, place) DO NOTHING;
    END IF;
END
$$;
