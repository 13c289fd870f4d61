-- Personal rows are read behind their tenant's wall; keys rotate with an overlap and rest with
-- whoever made them; mails name their marketplace; old events are forgotten.

-- Rows of the audit are added behind the wall too. What waits for its seal is the server's alone.
DO $$
BEGIN
    EXECUTE format('ALTER FUNCTION souk_await_seal() SECURITY DEFINER SET search_path = %I, pg_temp',
                   current_schema());
END $$;

ALTER TABLE api_keys
    ADD COLUMN old_secret_hash bytea,           -- of the secret before, good until old_expires_at
    ADD COLUMN old_expires_at timestamptz,
    ADD COLUMN suspended_at timestamptz,        -- with whoever made it
    ADD CONSTRAINT api_keys_old_secret_ends
        CHECK ((old_secret_hash IS NULL) = (old_expires_at IS NULL));

ALTER TABLE tenants ADD COLUMN site_url text NOT NULL DEFAULT '';

-- The last event of a lane that was deleted: up to it there are none, behind it there is no gap.
-- Not a column of lanes, whose row every commit locks.
CREATE TABLE outbox_ends (
    lane integer PRIMARY KEY,
    forgotten bigint NOT NULL CHECK (forgotten >= 0)
);
INSERT INTO outbox_ends SELECT id, 0 FROM lanes;
