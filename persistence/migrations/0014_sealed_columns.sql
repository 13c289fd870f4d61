-- What tells of people is sealed by the server, under keys that the database does not know; see
-- docs/privacy.md. Rows from before stay readable as they are, until `soukd keys rotate` seals them.

-- Every key that may have sealed something here, and a word that it sealed: a server that lacks one
-- of them finds out before it serves. served_at: when a server last started to seal with it.
CREATE TABLE personal_keys (
    id text PRIMARY KEY,
    check_value text NOT NULL,
    served_at timestamptz
);

-- A person is found by a blind index over the address, which the address itself is until it is
-- sealed. Addresses no longer have a beginning that can be searched for.
DROP INDEX users_by_email;
ALTER TABLE users
    DROP CONSTRAINT users_email_is_unique,
    DROP CONSTRAINT users_email_is_in_lower_case,
    ADD COLUMN email_index text;
UPDATE users SET email_index = email;
ALTER TABLE users
    ALTER COLUMN email_index SET NOT NULL,
    ADD CONSTRAINT users_email_is_in_lower_case
        CHECK (starts_with(email, '$sealed$') OR email = lower(email)),
    ADD CONSTRAINT users_email_is_unique UNIQUE (tenant_id, email_index);

ALTER TABLE customers
    ALTER COLUMN date_of_birth TYPE text USING coalesce(date_of_birth::text, ''),
    ALTER COLUMN date_of_birth SET NOT NULL,
    ALTER COLUMN skin_concerns TYPE text USING skin_concerns::text;

DROP INDEX mail_jobs_of_recipient;
ALTER TABLE mail_jobs ADD COLUMN recipient_index text;
UPDATE mail_jobs SET recipient_index = recipient;
ALTER TABLE mail_jobs ALTER COLUMN recipient_index SET NOT NULL;
CREATE INDEX mail_jobs_of_recipient ON mail_jobs (tenant_id, recipient_index, done_at);

-- An address in an order is the text of an array, in the order of persistence/sealed_columns.cpp; a
-- bill that goes where the goods go is empty.
CREATE FUNCTION souk_address_text(address json) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
    SELECT array_agg(coalesce(address ->> field, '') ORDER BY place)::text
    FROM unnest(ARRAY['firstName', 'lastName', 'email', 'phone', 'country', 'city', 'governorate',
                      'postalCode', 'street', 'building', 'apartment', 'instructions'])
        WITH ORDINALITY AS fields(field, place)
$$;
ALTER TABLE orders
    ALTER COLUMN billing_address TYPE text USING
        CASE WHEN billing_address::text = shipping_address::text THEN ''
             ELSE souk_address_text(billing_address) END,
    ALTER COLUMN shipping_address TYPE text USING souk_address_text(shipping_address);
DROP FUNCTION souk_address_text;

ALTER TABLE discount_uses ALTER COLUMN buyer_keys TYPE text USING buyer_keys::text;
