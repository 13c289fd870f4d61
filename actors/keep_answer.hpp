#pragma once
// What a change leaves besides its own rows: its answer under the caller's key, and the audit's
// row.

#include "domain/change.hpp"
#include "domain/guards.hpp"
#include "protocol/entities.hpp"

namespace souk {

/// Nothing is left of a change that is empty: whoever gave the key must be told some other way.
inline void keep_answer(ChangeSet& change, const AskContext& context, Outcome& outcome) {
    change.tenant = context.tenant;
    if (change.empty()) return;
    if (outcome && context.idempotency) {
        if (holds(Guard::answer_kept_with_effect))
            change.idempotency = record_of(*context.idempotency, *outcome);
        outcome->key_stored = true;
    }
    if (context.audit) change.audit = context.audit;
}

}  // namespace souk
