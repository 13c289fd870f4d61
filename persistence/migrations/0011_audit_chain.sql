-- The audit also tells of people, keys and roles, and from where. Its rows are chained: each seal is
-- a hash over its row and the seal before. Seals are made a little later and in one place, so that
-- nobody who writes a row waits for another.

ALTER TABLE audit
    ADD COLUMN kind smallint NOT NULL DEFAULT 0,  -- 0 operation, 1 security
    ADD COLUMN address text NOT NULL DEFAULT '',
    DROP CONSTRAINT audit_reason_check,
    ADD CONSTRAINT audit_operations_have_reasons CHECK (kind <> 0 OR reason <> '');

CREATE INDEX audit_operations ON audit (sequence) WHERE kind = 0;
CREATE INDEX audit_by_actor ON audit (tenant_id, actor, sequence);
CREATE INDEX audit_by_action ON audit (tenant_id, action, sequence);
CREATE INDEX audit_by_target ON audit (tenant_id, target, sequence);
CREATE INDEX audit_by_request ON audit (request_id);
CREATE INDEX audit_by_time ON audit (at);

-- Rows without a seal yet.
CREATE TABLE audit_unsealed (sequence bigint PRIMARY KEY);
INSERT INTO audit_unsealed SELECT sequence FROM audit;

CREATE FUNCTION souk_await_seal() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO audit_unsealed SELECT sequence FROM added;
    RETURN NULL;
END $$;
CREATE TRIGGER audit_awaits_seal AFTER INSERT ON audit
REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION souk_await_seal();

CREATE TABLE audit_seals (
    place bigint PRIMARY KEY CHECK (place > 0),  -- in the chain: 1, 2, 3 …
    sequence bigint NOT NULL UNIQUE,             -- of the row
    hash bytea NOT NULL CHECK (octet_length(hash) = 32)
);
CREATE TRIGGER audit_seals_are_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_seals
FOR EACH STATEMENT EXECUTE FUNCTION souk_refuse_change();

-- The end of the chain, locked by whoever seals.
CREATE TABLE audit_chain (
    only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one),
    place bigint NOT NULL,
    hash bytea NOT NULL
);
INSERT INTO audit_chain (place, hash) VALUES (0, decode(repeat('00', 32), 'hex'));
