-- What is sold, who may call, and the tables prices are made from. Written by operators and the
-- seeder, read by everyone; the entities' own tables follow in 0002.

CREATE EXTENSION IF NOT EXISTS pg_trgm;

CREATE TABLE vendors (
    id         uuid PRIMARY KEY,
    name       text NOT NULL,
    slug       text NOT NULL UNIQUE,
    created_at timestamptz NOT NULL
);

CREATE TABLE categories (
    id        uuid PRIMARY KEY,
    parent_id uuid REFERENCES categories (id),
    name      text NOT NULL,
    slug      text NOT NULL UNIQUE,
    CHECK (parent_id <> id)
);

CREATE TABLE products (
    id                uuid PRIMARY KEY,
    vendor_id         uuid NOT NULL REFERENCES vendors (id),
    category_id       uuid NOT NULL REFERENCES categories (id),
    name              text NOT NULL,
    slug              text NOT NULL UNIQUE,
    description       text NOT NULL DEFAULT '',
    price             bigint NOT NULL CHECK (price >= 0),
    compare_at_price  bigint CHECK (compare_at_price >= 0),
    currency          char(3) NOT NULL,
    tags              text[] NOT NULL DEFAULT '{}',
    status            text NOT NULL DEFAULT 'draft'
                      CHECK (status IN ('draft', 'active', 'archived')),
    seo_title         text NOT NULL DEFAULT '',
    seo_description   text NOT NULL DEFAULT '',
    ingredients       text[] NOT NULL DEFAULT '{}',
    skin_types        text[] NOT NULL DEFAULT '{}',
    skin_concerns     text[] NOT NULL DEFAULT '{}',
    how_to_use        text NOT NULL DEFAULT '',
    rating_hundredths bigint NOT NULL DEFAULT 0 CHECK (rating_hundredths BETWEEN 0 AND 500),
    review_count      bigint NOT NULL DEFAULT 0 CHECK (review_count >= 0),
    created_at        timestamptz NOT NULL,
    updated_at        timestamptz NOT NULL,
    version           bigint NOT NULL DEFAULT 1
);
-- Only active products are listed, so only they are indexed. Each sort has its own index, ended by
-- the id so that pages never overlap; a category filter has the same sorts behind its own column.
CREATE INDEX products_newest ON products (created_at, id) WHERE status = 'active';
CREATE INDEX products_price ON products (price, id) WHERE status = 'active';
CREATE INDEX products_name ON products (name, id) WHERE status = 'active';
CREATE INDEX products_of_category_newest ON products (category_id, created_at, id)
    WHERE status = 'active';
CREATE INDEX products_of_category_price ON products (category_id, price, id)
    WHERE status = 'active';
CREATE INDEX products_of_category_name ON products (category_id, name, id)
    WHERE status = 'active';
CREATE INDEX products_of_vendor ON products (vendor_id, created_at, id) WHERE status = 'active';
CREATE INDEX products_rating ON products (rating_hundredths) WHERE status = 'active';
CREATE INDEX products_tags ON products USING gin (tags) WHERE status = 'active';
CREATE INDEX products_search ON products
    USING gin ((name || ' ' || description) gin_trgm_ops) WHERE status = 'active';

CREATE TABLE product_variants (
    id           uuid PRIMARY KEY,
    product_id   uuid NOT NULL REFERENCES products (id) ON DELETE CASCADE,
    position     smallint NOT NULL,
    name         text NOT NULL,
    sku          text NOT NULL UNIQUE,
    price        bigint NOT NULL CHECK (price >= 0),
    weight_grams bigint NOT NULL DEFAULT 0 CHECK (weight_grams >= 0),
    UNIQUE (product_id, position)
);

CREATE TABLE product_images (
    id         uuid PRIMARY KEY,
    product_id uuid NOT NULL REFERENCES products (id) ON DELETE CASCADE,
    url        text NOT NULL,
    alt_text   text NOT NULL DEFAULT '',
    sort_order smallint NOT NULL,
    UNIQUE (product_id, sort_order)
);

CREATE TABLE api_keys (
    id                  uuid PRIMARY KEY,
    name                text NOT NULL,
    secret_hash         bytea NOT NULL CHECK (octet_length(secret_hash) = 32),  -- SHA-256
    scopes              text[] NOT NULL,
    vendor_id           uuid REFERENCES vendors (id),  -- set: this vendor's things only
    requests_per_minute bigint NOT NULL DEFAULT 0 CHECK (requests_per_minute >= 0),  -- 0: default
    created_at          timestamptz NOT NULL,
    expires_at          timestamptz,
    revoked_at          timestamptz,
    last_used_at        timestamptz
);

CREATE TABLE tax_rules (
    country      char(2) NOT NULL,
    region       text NOT NULL DEFAULT '',  -- empty: the whole country
    name         text NOT NULL,
    basis_points bigint NOT NULL CHECK (basis_points BETWEEN 0 AND 10000),
    inclusive    boolean NOT NULL DEFAULT false,
    PRIMARY KEY (country, region)
);

CREATE TABLE shipping_zones (
    id      uuid PRIMARY KEY,
    country char(2) NOT NULL,
    name    text NOT NULL
);
CREATE INDEX shipping_zones_country ON shipping_zones (country);

CREATE TABLE shipping_methods (
    zone_id        uuid NOT NULL REFERENCES shipping_zones (id) ON DELETE CASCADE,
    id             text NOT NULL,
    currency       char(3) NOT NULL,
    position       smallint NOT NULL,
    name           text NOT NULL,
    description    text NOT NULL DEFAULT '',
    estimated_days text NOT NULL,
    max_days       bigint NOT NULL CHECK (max_days >= 0),
    rate           bigint NOT NULL CHECK (rate >= 0),  -- per parcel
    is_default     boolean NOT NULL DEFAULT false,
    cities         text[] NOT NULL DEFAULT '{}',  -- empty: everywhere in the zone
    PRIMARY KEY (zone_id, id, currency)
);
