-- People as OpenID providers know them, and log-ins on their way over a browser.

CREATE TABLE user_identities (
    tenant_id uuid NOT NULL,
    issuer text NOT NULL,
    subject text NOT NULL,
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, issuer, subject)
);
CREATE INDEX user_identities_of_user ON user_identities (user_id);

-- What proves a log-in and is good once, by its hash: the state of a browser's, or an id token.
-- A browser's is used again, also once, with the code that it is given in return.
CREATE TABLE provider_log_ins (
    proof_hash bytea PRIMARY KEY,
    tenant_id uuid NOT NULL,
    code_hash bytea,
    user_id uuid REFERENCES users ON DELETE CASCADE,
    expires_at timestamptz NOT NULL,
    redeemed_at timestamptz
);
CREATE INDEX provider_log_ins_old ON provider_log_ins (expires_at);
CREATE INDEX provider_log_ins_of_user ON provider_log_ins (user_id) WHERE user_id IS NOT NULL;

SELECT souk_separate('user_identities'), souk_separate('provider_log_ins');
