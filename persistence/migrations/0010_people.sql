-- Administration of people, their address books, what they tell of themselves, and who made a key.

ALTER TABLE users
    ADD COLUMN vendor_id uuid REFERENCES vendors (id),  -- set: may touch this vendor's things
    -- Counts passwords, not their hashes: the same password may be hashed anew.
    ADD COLUMN password_version bigint NOT NULL DEFAULT 1,
    ADD CONSTRAINT users_vendor_has_the_role CHECK ((role = 1) OR vendor_id IS NULL);
-- Addresses by their beginning, and people by how new they are.
CREATE INDEX users_by_email ON users (tenant_id, email text_pattern_ops);
CREATE INDEX users_newest ON users (tenant_id, id DESC);
CREATE INDEX users_super_admins ON users (tenant_id, id) WHERE role = 3;

CREATE TABLE addresses (
    id uuid PRIMARY KEY,
    tenant_id uuid NOT NULL,
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    type smallint NOT NULL,  -- 0 shipping, 1 billing
    is_default boolean NOT NULL,
    first_name text NOT NULL,
    last_name text NOT NULL,
    email text NOT NULL,
    phone text NOT NULL,
    country text NOT NULL,
    city text NOT NULL,
    governorate text NOT NULL,
    postal_code text NOT NULL,
    street text NOT NULL,
    building text NOT NULL,
    apartment text NOT NULL,
    instructions text NOT NULL,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE INDEX addresses_of_user ON addresses (user_id);
CREATE UNIQUE INDEX addresses_default ON addresses (user_id, type) WHERE is_default;

CREATE TABLE customers (
    id uuid PRIMARY KEY,
    tenant_id uuid NOT NULL,
    user_id uuid REFERENCES users ON DELETE CASCADE,  -- null: a guest
    email text NOT NULL,
    first_name text NOT NULL,
    last_name text NOT NULL,
    phone text NOT NULL,
    date_of_birth date,
    skin_type text NOT NULL,
    skin_concerns text[] NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT customers_one_per_user UNIQUE (user_id)
);

ALTER TABLE api_keys ADD COLUMN made_by text NOT NULL DEFAULT '';
CREATE INDEX api_keys_of_vendor ON api_keys (vendor_id, id DESC);
CREATE INDEX orders_of_customer ON orders (customer_id, created_at DESC)
WHERE customer_id IS NOT NULL;

SELECT souk_separate('addresses'), souk_separate('customers');
