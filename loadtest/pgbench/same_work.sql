WITH u AS (
    UPDATE same.stock SET reserved = reserved + 1, version = version + 1
    WHERE variant_id = '00000000-0000-7000-8000-000000000001'
      AND seller_id = '00000000-0000-7000-8000-000000000002' AND on_hand - reserved >= 1
    RETURNING variant_id, seller_id, on_hand, reserved, version
), r AS (
    INSERT INTO same.reservations (id, variant_id, seller_id, quantity, expires_at, created_at)
    SELECT lpad(to_hex(nextval('same.ids')), 32, '0')::uuid, variant_id, seller_id, 1,
           now() + interval '15 minutes', now()
    FROM u RETURNING id
)
INSERT INTO same.outbox (lane, sequence, type, entity, version, payload, request_id, at)
SELECT 0, version, 'stock.changed', variant_id::text, version,
       json_build_object('variantId', variant_id, 'sellerId', seller_id, 'onHand', on_hand,
                         'reserved', reserved, 'available', on_hand - reserved), '', now()
FROM u RETURNING version;
