-- What paying writes. A payment is part of its order: the order's one writer decides it, and its rows
-- travel in the order's change. See docs/decisions/0011-payments.md.

ALTER TABLE carts ADD COLUMN applied_discount json;   -- the code it was given, with its terms
ALTER TABLE orders ADD COLUMN applied_discount json;  -- the code whose use it took

CREATE TABLE payments (
    order_id      uuid PRIMARY KEY,
    id            uuid NOT NULL UNIQUE,
    gateway       smallint NOT NULL,  -- 0 cash on delivery, 1 stripe, 2 sandbox
    method        text NOT NULL,
    state         smallint NOT NULL,  -- domain/payment.hpp, PaymentState
    intent        text NOT NULL,      -- the gateway's name for it
    client_secret text NOT NULL,
    captured      bigint NOT NULL CHECK (captured >= 0),
    refunded      bigint NOT NULL CHECK (refunded >= 0),
    fee           bigint NOT NULL,
    pays_order    boolean NOT NULL,
    graced        boolean NOT NULL,
    disputed      boolean NOT NULL,
    last_error    text NOT NULL,
    created_at    timestamptz NOT NULL,
    CHECK (refunded <= captured)
) WITH (fillfactor = 70);
CREATE INDEX payments_intent ON payments (intent) WHERE intent <> '';

-- Every step that a gateway is asked for, committed before it is asked.
CREATE TABLE payment_attempts (
    order_id  uuid NOT NULL,
    number    bigint NOT NULL,
    step      smallint NOT NULL CHECK (step BETWEEN 0 AND 4),
                                  -- 0 authorize, 1 confirm, 2 capture, 3 cancel, 4 refund
    state     smallint NOT NULL,  -- 0 open, 1 done, 2 failed, 3 given up
    key       text NOT NULL UNIQUE,
    intent    text NOT NULL,
    method    text NOT NULL,
    amount    bigint NOT NULL CHECK (amount >= 0),
    refund_id uuid NOT NULL,
    tries     bigint NOT NULL,
    forgiven  bigint NOT NULL,
    due_at    timestamptz NOT NULL,
    uncertain boolean NOT NULL,
    stuck     boolean NOT NULL,
    reason    text NOT NULL,
    PRIMARY KEY (order_id, number)
) WITH (fillfactor = 70);
-- The last net under "never charged twice": one capture that was not declined. What an operator gave
-- up may have happened all the same, so it counts.
CREATE UNIQUE INDEX payment_attempts_one_capture ON payment_attempts (order_id)
    WHERE step = 2 AND state <> 2;
CREATE INDEX payment_attempts_intent ON payment_attempts (intent) WHERE intent <> '';
CREATE INDEX payment_attempts_due ON payment_attempts (due_at) WHERE state = 0 AND NOT stuck;
CREATE INDEX payment_attempts_stuck ON payment_attempts (due_at) WHERE state = 0 AND stuck;

CREATE TABLE refunds (
    order_id     uuid NOT NULL,
    position     smallint NOT NULL,
    id           uuid NOT NULL,
    amount       bigint NOT NULL CHECK (amount > 0),
    reason       text NOT NULL,
    restock      json NOT NULL,      -- [{item, quantity}]
    actor        text NOT NULL,
    state        smallint NOT NULL,  -- 0 queued, 1 under way, 2 done, 3 failed, 4 given up
    intent       text NOT NULL,
    owed         boolean NOT NULL,
    settled_as   bigint NOT NULL CHECK (settled_as >= 0),
    requested_at timestamptz NOT NULL,
    PRIMARY KEY (order_id, id)
) WITH (fillfactor = 70);
-- What a refund takes from each account follows from its place among its charge's.
CREATE UNIQUE INDEX refunds_settled ON refunds (order_id, intent, settled_as) WHERE settled_as > 0;

-- Money taken that does not pay its order.
CREATE TABLE stray_charges (
    order_id uuid NOT NULL,
    position smallint NOT NULL,
    intent   text NOT NULL,
    captured bigint NOT NULL CHECK (captured >= 0),
    refunded bigint NOT NULL CHECK (refunded >= 0),
    PRIMARY KEY (order_id, intent),
    CHECK (refunded <= captured)
);
CREATE INDEX stray_charges_intent ON stray_charges (intent);

-- Double entry; domain/ledger.hpp has the chart. What writes it checks that each entry sums to zero.
CREATE TABLE ledger (
    sequence  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    reference text NOT NULL,      -- what happened, once: "order_…:capture:pi_…"
    line      smallint NOT NULL,  -- from 0 within the entry
    kind      smallint NOT NULL,  -- 0 capture, 1 refund, 2 fee
    order_id  uuid NOT NULL,
    account   smallint NOT NULL,  -- domain/ledger.hpp, AccountKind
    vendor_id uuid,               -- of vendor_payable alone
    gateway   smallint,           -- of gateway_clearing and gateway_fees alone
    currency  char(3) NOT NULL,
    amount    bigint NOT NULL CHECK (amount <> 0),  -- debit positive, credit negative
    at        timestamptz NOT NULL,
    UNIQUE (reference, line),
    CHECK ((vendor_id IS NOT NULL) = (account = 2)),
    CHECK ((gateway IS NOT NULL) = (account <= 1))
);
CREATE INDEX ledger_of_order ON ledger (order_id);
CREATE INDEX ledger_of_vendor ON ledger (vendor_id, sequence) WHERE vendor_id IS NOT NULL;

-- What gateways told us, each event once: its row is written in the transaction of its effect.
CREATE TABLE gateway_events (
    gateway     smallint NOT NULL,
    id          text NOT NULL,
    type        text NOT NULL,
    order_id    uuid,
    created     timestamptz NOT NULL,
    received_at timestamptz NOT NULL,
    PRIMARY KEY (gateway, id)
);
CREATE INDEX gateway_events_age ON gateway_events USING brin (received_at);

CREATE TABLE discount_codes (
    id                       uuid PRIMARY KEY,
    code                     text NOT NULL UNIQUE CHECK (code = upper(code COLLATE "C")),
    type                     smallint NOT NULL,                  -- 0 percentage, 1 fixed amount
    value                    bigint NOT NULL CHECK (value > 0),  -- basis points or minor units
    minimum                  bigint NOT NULL DEFAULT 0 CHECK (minimum >= 0),
    currency                 char(3),  -- of value and minimum
    starts_at                timestamptz,
    ends_at                  timestamptz,
    usage_limit              bigint CHECK (usage_limit >= 0),
    usage_limit_per_customer bigint CHECK (usage_limit_per_customer >= 0),
    active                   boolean NOT NULL DEFAULT true,
    used                     bigint NOT NULL DEFAULT 0 CHECK (used >= 0),
    version                  bigint NOT NULL DEFAULT 1,
    created_at               timestamptz NOT NULL,
    CHECK (used <= usage_limit),
    CHECK (type <> 0 OR value <= 10000),
    CHECK (currency IS NOT NULL OR (type = 0 AND minimum = 0))
) WITH (fillfactor = 50);

-- A row per order that uses a code; given back when the order comes to nothing.
CREATE TABLE discount_uses (
    discount_id uuid NOT NULL,
    order_id    uuid NOT NULL,
    buyer_keys  text[] NOT NULL,
    state       smallint NOT NULL DEFAULT 0,  -- 0 used, 1 given back
    at          timestamptz NOT NULL,
    PRIMARY KEY (discount_id, order_id)
) WITH (fillfactor = 90);
CREATE INDEX discount_uses_open ON discount_uses (discount_id) WHERE state = 0;
