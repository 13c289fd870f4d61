-- Marketplaces that one deployment hosts. Every row of theirs names its tenant; what reads for one
-- tenant alone does so as the role souk_tenant, which sees no other's rows whatever it asks for.
-- See docs/decisions/0016-tenants.md.

CREATE TABLE tenants (
    id         uuid PRIMARY KEY,
    slug       text NOT NULL UNIQUE CHECK (slug ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'),
    name       text NOT NULL CHECK (name <> ''),
    created_at timestamptz NOT NULL
);
INSERT INTO tenants VALUES
    ('019b76da-a800-7000-8000-000000000001', 'default', 'Default', '2026-01-01T00:00:00Z');

CREATE TABLE tenant_hosts (
    host      text PRIMARY KEY CHECK (host = lower(host)),
    tenant_id uuid NOT NULL REFERENCES tenants
);

-- Of the marketplace that this session reads and writes for; NULL when it is for all of them.
CREATE FUNCTION souk_tenant() RETURNS uuid
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT nullif(current_setting('souk.tenant', true), '')::uuid
$$;

-- A role belongs to the whole database server: another database's migration may have made it.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'souk_tenant') THEN
        CREATE ROLE souk_tenant NOLOGIN;
    END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
    NULL;
END $$;
DO $$
BEGIN
    IF NOT pg_has_role(current_user, 'souk_tenant', 'MEMBER') THEN
        EXECUTE format('GRANT souk_tenant TO %I', current_user);
    END IF;
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO souk_tenant', current_schema());
END $$;

-- Gives a table its tenant's column, when it has none, and the wall. A row that names no tenant is
-- its session's; without one it is refused.
CREATE FUNCTION souk_separate(target regclass) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_attribute
                   WHERE attrelid = target AND attname = 'tenant_id' AND NOT attisdropped) THEN
        EXECUTE format('ALTER TABLE %s ADD COLUMN tenant_id uuid NOT NULL '
                       'DEFAULT ''019b76da-a800-7000-8000-000000000001''', target);
    END IF;
    EXECUTE format('ALTER TABLE %s ALTER COLUMN tenant_id SET DEFAULT souk_tenant()', target);
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', target);
    EXECUTE format('CREATE POLICY of_tenant ON %s TO souk_tenant '
                   'USING (tenant_id = (SELECT souk_tenant()))', target);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO souk_tenant', target);
END $$;

SELECT souk_separate(name::regclass) FROM unnest(ARRAY[
    'vendors', 'categories', 'products', 'product_variants', 'product_images', 'api_keys',
    'tax_rules', 'shipping_zones', 'shipping_methods', 'stock', 'reservations', 'movements',
    'carts', 'cart_items', 'orders', 'order_items', 'order_history', 'outbox', 'idempotency_keys',
    'payments', 'payment_attempts', 'refunds', 'stray_charges', 'ledger', 'gateway_events',
    'discount_codes', 'discount_uses', 'audit', 'users', 'sessions', 'refresh_tokens',
    'link_tokens', 'lockouts', 'mail_jobs']) AS name;

-- What was unique is so in its marketplace.
ALTER TABLE vendors DROP CONSTRAINT vendors_slug_key, ADD UNIQUE (tenant_id, slug);
ALTER TABLE categories DROP CONSTRAINT categories_slug_key, ADD UNIQUE (tenant_id, slug);
ALTER TABLE products DROP CONSTRAINT products_slug_key, ADD UNIQUE (tenant_id, slug);
ALTER TABLE product_variants DROP CONSTRAINT product_variants_sku_key, ADD UNIQUE (tenant_id, sku);
ALTER TABLE discount_codes DROP CONSTRAINT discount_codes_code_key, ADD UNIQUE (tenant_id, code);
ALTER TABLE idempotency_keys DROP CONSTRAINT idempotency_keys_pkey,
    ADD PRIMARY KEY (tenant_id, caller, key);
ALTER TABLE tax_rules DROP CONSTRAINT tax_rules_pkey, ADD PRIMARY KEY (tenant_id, country, region);

-- A list is of one marketplace.
DROP INDEX products_newest, products_price, products_name, shipping_zones_country;
CREATE INDEX products_newest ON products (tenant_id, created_at, id) WHERE status = 'active';
CREATE INDEX products_price ON products (tenant_id, price, id) WHERE status = 'active';
CREATE INDEX products_name ON products (tenant_id, name, id) WHERE status = 'active';
