-- Carts and orders of people who have logged in; NULL where a guest's id is the only proof.
-- See docs/decisions/0021-carts-of-people.md.

ALTER TABLE carts
    ADD COLUMN user_id uuid,
    ADD COLUMN merged_into uuid,
    -- Whose open cart it is. Guests' rows stay out of its index, and their updates within the page:
    -- an index that asked for the status itself would be written to by every order.
    ADD COLUMN open_of uuid GENERATED ALWAYS AS (CASE WHEN status = 0 THEN user_id END) STORED,
    ADD CONSTRAINT carts_merged_name_the_other CHECK ((status = 2) = (merged_into IS NOT NULL));
-- One open cart per person.
CREATE UNIQUE INDEX carts_open_of ON carts (open_of) WHERE open_of IS NOT NULL;
CREATE INDEX carts_of_user ON carts (tenant_id, user_id, created_at DESC, id DESC)
WHERE user_id IS NOT NULL;

ALTER TABLE orders ADD COLUMN user_id uuid;
CREATE INDEX orders_of_user ON orders (tenant_id, user_id, created_at DESC, id DESC)
WHERE user_id IS NOT NULL;
