-- A durable reservation with all that Souk keeps of one: stock with its checks, the reservation with
-- its indexes, and the event. The tables are copies of Souk's own.
DROP SCHEMA IF EXISTS same CASCADE;
CREATE SCHEMA same;
CREATE TABLE same.stock (LIKE public.stock INCLUDING ALL) WITH (fillfactor = 10);
CREATE TABLE same.reservations (LIKE public.reservations INCLUDING ALL);
CREATE TABLE same.outbox (LIKE public.outbox INCLUDING ALL);
ALTER TABLE same.stock ALTER tenant_id SET DEFAULT '019b76da-a800-7000-8000-000000000001';
ALTER TABLE same.reservations ALTER tenant_id SET DEFAULT '019b76da-a800-7000-8000-000000000001';
ALTER TABLE same.outbox ALTER tenant_id SET DEFAULT '019b76da-a800-7000-8000-000000000001';
CREATE SEQUENCE same.ids CACHE 100;
INSERT INTO same.stock (variant_id, seller_id, on_hand)
VALUES ('00000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-000000000002', 1000000000);
