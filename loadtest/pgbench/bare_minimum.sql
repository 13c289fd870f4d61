WITH held AS (
    UPDATE hot.stock SET available = available - 1 WHERE sku = 1 AND available >= 1 RETURNING sku
)
INSERT INTO hot.reservation (sku, quantity, expires_at)
SELECT sku, 1, now() + interval '15 minutes' FROM held RETURNING id;
