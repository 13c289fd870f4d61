-- Documents that are only ever written whole and read whole: kept as they were written, which costs
-- a fraction of taking them apart into jsonb; see docs/decisions/0009-binary-arrays-and-json.md.

ALTER TABLE carts
    ALTER COLUMN destination TYPE json USING destination::json,
    ALTER COLUMN shipping_method TYPE json USING shipping_method::json;
ALTER TABLE orders
    ALTER COLUMN shipping_address TYPE json USING shipping_address::json,
    ALTER COLUMN billing_address TYPE json USING billing_address::json,
    ALTER COLUMN shipping_method TYPE json USING shipping_method::json,
    ALTER COLUMN vendor_orders TYPE json USING vendor_orders::json;
ALTER TABLE order_items ALTER COLUMN snapshot TYPE json USING snapshot::json;
ALTER TABLE outbox ALTER COLUMN payload TYPE json USING payload::json;
