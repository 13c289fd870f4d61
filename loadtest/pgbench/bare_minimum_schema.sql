-- What a durable reservation needs at the very least: a counter and a row.
DROP SCHEMA IF EXISTS hot CASCADE;
CREATE SCHEMA hot;
CREATE TABLE hot.stock (
    sku       integer PRIMARY KEY,
    available bigint NOT NULL CHECK (available >= 0)
) WITH (fillfactor = 10);
CREATE TABLE hot.reservation (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    sku        integer NOT NULL,
    quantity   bigint NOT NULL,
    expires_at timestamptz NOT NULL
);
INSERT INTO hot.stock VALUES (1, 1000000000);
