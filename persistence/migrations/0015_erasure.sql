-- People who are erased, and an audit whose personal parts can go without breaking its chain. See
-- docs/decisions/0023-erasure.md.

-- What is still to be erased of whom. The account itself is erased with the row's beginning.
CREATE TABLE erasures (
    user_id      uuid PRIMARY KEY,
    tenant_id    uuid NOT NULL,
    requested_at timestamptz NOT NULL,
    step         smallint NOT NULL DEFAULT 0,  -- domain/erasure.hpp, ErasureStep
    cursor       uuid,                         -- the last of the step's that is done
    due_at       timestamptz NOT NULL,
    tries        bigint NOT NULL DEFAULT 0,    -- in a row that have failed
    failure      text NOT NULL DEFAULT '',
    done_at      timestamptz
);
CREATE INDEX erasures_due ON erasures (due_at) WHERE done_at IS NULL;
SELECT souk_separate('erasures');

CREATE INDEX api_keys_made_by ON api_keys (tenant_id, made_by);
CREATE INDEX mail_jobs_about ON mail_jobs (about) WHERE about <> '';

-- 122 random bits: nobody finds an address by trying all there are.
CREATE FUNCTION souk_salt() RETURNS bytea
LANGUAGE sql VOLATILE AS $$
    SELECT decode(replace(gen_random_uuid()::text, '-', ''), 'hex')
$$;
CREATE FUNCTION souk_digest(salt bytea, part text) RETURNS bytea
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT sha256(salt || convert_to(part, 'UTF8'))
$$;

-- Where somebody was, and what people say of somebody. Each part has a salt of its own, which goes
-- with it; the row of the audit keeps the digest, which the chain covers.
CREATE TABLE audit_personal (
    sequence       bigint PRIMARY KEY,
    tenant_id      uuid NOT NULL,
    address_salt   bytea NOT NULL,
    address        text NOT NULL,
    address_erased uuid,  -- whose erasure took it
    reason_salt    bytea NOT NULL,
    reason         text NOT NULL,
    reason_erased  uuid
);
SELECT souk_separate('audit_personal');

INSERT INTO audit_personal (sequence, tenant_id, address_salt, address, reason_salt, reason)
SELECT sequence, tenant_id, souk_salt(), address, souk_salt(), reason FROM audit;
CREATE FUNCTION souk_refuse_removal() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is emptied, not removed', TG_TABLE_NAME USING ERRCODE = 'SK002';
END $$;
CREATE TRIGGER audit_personal_stays BEFORE DELETE OR TRUNCATE ON audit_personal
FOR EACH STATEMENT EXECUTE FUNCTION souk_refuse_removal();

ALTER TABLE audit DISABLE TRIGGER audit_is_append_only;
ALTER TABLE audit
    ADD COLUMN address_digest bytea,
    ADD COLUMN reason_digest bytea;
UPDATE audit a
SET address_digest = souk_digest(p.address_salt, p.address),
    reason_digest = souk_digest(p.reason_salt, p.reason)
FROM audit_personal p
WHERE p.sequence = a.sequence;
ALTER TABLE audit
    ALTER COLUMN address_digest SET NOT NULL,
    ALTER COLUMN reason_digest SET NOT NULL,
    DROP COLUMN address,
    DROP COLUMN reason;
ALTER TABLE audit ENABLE TRIGGER audit_is_append_only;

-- Seals so far cover the parts themselves. Every row is sealed once more, over the digests, so that
-- the older seals may lose what they were made of.
ALTER TABLE audit_seals
    DROP CONSTRAINT audit_seals_sequence_key,
    ADD COLUMN covers smallint NOT NULL DEFAULT 0,  -- 0 the parts, 1 their digests
    ADD UNIQUE (sequence, covers);
ALTER TABLE audit_seals ALTER COLUMN covers SET DEFAULT 1;
INSERT INTO audit_unsealed SELECT sequence FROM audit ON CONFLICT DO NOTHING;
