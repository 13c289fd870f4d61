-- A durable reservation with all that Souk keeps of one: stock with its checks, the reservation with
-- its indexes, and the event. The tables are copies of Souk's own.
DROP SCHEMA IF EXISTS same CASCADE;
CREATE SCHEMA same;
CREATE TABLE same.stock (LIKE public.stock INCLUDING ALL) WITH (fillfactor = 10);
CREATE TABLE same.reservations (LIKE public.reservations INCLUDING ALL);
CREATE TABLE same.outbox (LIKE public.outbox INCLUDING ALL);
CREATE SEQUENCE same.ids CACHE 100;
INSERT INTO same.stock (variant_id, seller_id, on_hand)
VALUES ('00000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-000000000002', 1000000000);
