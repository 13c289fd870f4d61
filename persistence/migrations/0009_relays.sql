-- What passes the outbox's events on, and mails about orders. A relay reads every tenant's events,
-- so that its row is of the server, not of a tenant.

CREATE TABLE relays (
    name     text PRIMARY KEY,
    cursor   bigint NOT NULL CHECK (cursor >= 0),  -- the last event of lane 0 that was passed on
    moved_at timestamptz NOT NULL
) WITH (fillfactor = 20);

ALTER TABLE mail_jobs
    ADD COLUMN about text NOT NULL DEFAULT '',     -- the id of the order
    ADD COLUMN state smallint NOT NULL DEFAULT 0;  -- 0 waiting, 1 sent, 2 needless, 3 dead, 4 dropped
UPDATE mail_jobs
SET state = CASE failure WHEN '' THEN 1 WHEN 'not for this address, or not now' THEN 2 ELSE 3 END
WHERE done_at IS NOT NULL;
ALTER TABLE mail_jobs
    ADD CONSTRAINT mail_jobs_end CHECK ((done_at IS NULL) = (state = 0));

-- Dead letters, newest first.
CREATE INDEX mail_jobs_dead ON mail_jobs (done_at) WHERE state = 3;
