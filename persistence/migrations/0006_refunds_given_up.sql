-- Refunds that operators gave up and may take up again. Nearly no row is among them, so that it
-- costs the write path nothing.

CREATE INDEX payment_attempts_given_up_refunds ON payment_attempts (due_at)
    WHERE state = 3 AND step = 4;
