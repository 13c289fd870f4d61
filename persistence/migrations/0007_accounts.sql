-- People, their sessions and mails. Every table names its tenant. Passwords, refresh tokens and the
-- tokens of links are kept as hashes alone.

CREATE TABLE users (
    id uuid PRIMARY KEY,
    tenant_id uuid NOT NULL,
    email text NOT NULL,
    first_name text NOT NULL,
    last_name text NOT NULL,
    phone text NOT NULL,
    password_hash text NOT NULL,
    role smallint NOT NULL,
    state smallint NOT NULL,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT users_email_is_unique UNIQUE (tenant_id, email),
    CONSTRAINT users_email_is_in_lower_case CHECK (email = lower(email))
);

CREATE INDEX users_unverified ON users (created_at) WHERE state = 0;

CREATE TABLE sessions (
    id uuid PRIMARY KEY,
    tenant_id uuid NOT NULL,
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    device text NOT NULL,
    address text NOT NULL,
    created_at timestamptz NOT NULL,
    last_used_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    ended_at timestamptz
);
CREATE INDEX sessions_open ON sessions (user_id, last_used_at DESC) WHERE ended_at IS NULL;
CREATE INDEX sessions_old ON sessions (expires_at);

CREATE TABLE refresh_tokens (
    token_hash bytea PRIMARY KEY,
    tenant_id uuid NOT NULL,
    session_id uuid NOT NULL REFERENCES sessions ON DELETE CASCADE,
    expires_at timestamptz NOT NULL,
    rotated_at timestamptz
);
CREATE INDEX refresh_tokens_of_session ON refresh_tokens (session_id);
CREATE INDEX refresh_tokens_old ON refresh_tokens (expires_at);

CREATE TABLE link_tokens (
    token_hash bytea PRIMARY KEY,
    tenant_id uuid NOT NULL,
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    purpose smallint NOT NULL,
    password_hash text, -- comes into force with the link
    expires_at timestamptz NOT NULL,
    used_at timestamptz
);
CREATE INDEX link_tokens_of_user ON link_tokens (user_id);
CREATE INDEX link_tokens_old ON link_tokens (expires_at);

-- Attempts by account and address, or by address: subject is a hash of either.
CREATE TABLE lockouts (
    tenant_id uuid NOT NULL,
    subject bytea NOT NULL,
    failures bigint NOT NULL,
    last_at timestamptz NOT NULL,
    locked_until timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, subject)
);
CREATE INDEX lockouts_old ON lockouts (last_at);

CREATE TABLE mail_jobs (
    id uuid PRIMARY KEY,
    tenant_id uuid NOT NULL,
    kind smallint NOT NULL,
    recipient text NOT NULL,
    password_hash text, -- of the registration that the mail is about
    created_at timestamptz NOT NULL,
    due_at timestamptz NOT NULL,
    tries bigint NOT NULL DEFAULT 0,
    done_at timestamptz,
    failure text NOT NULL DEFAULT ''
);
CREATE INDEX mail_jobs_due ON mail_jobs (due_at) WHERE done_at IS NULL;
CREATE INDEX mail_jobs_old ON mail_jobs (done_at) WHERE done_at IS NOT NULL;
CREATE INDEX mail_jobs_of_recipient ON mail_jobs (tenant_id, recipient, done_at);

-- Of the server, not of a tenant. Sealed under a secret that the database does not know.
CREATE TABLE signing_keys (
    id text PRIMARY KEY,
    sealed_seed text NOT NULL,
    created_at timestamptz NOT NULL,
    signs_from timestamptz NOT NULL
);
