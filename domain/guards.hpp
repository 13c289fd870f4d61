#pragma once
// Names for what keeps the promises of the system, so that the simulation can break each in turn
// and show that it notices. Products hold all of them at compile time, and contain no switch.

namespace souk {

enum class Guard {
    none,
    // stock and discounts
    reserved_is_not_for_sale,
    last_unit_once,
    ended_reservation_is_gone,
    expiry_happens_once,
    nothing_expires_early,
    discount_use_is_held,
    // carts and orders
    one_order_per_cart,
    every_version_counts,
    // payments
    payment_holds_units,
    same_key_for_every_try,
    capture_is_heard_once,
    attempt_before_call,
    // answers
    reply_after_commit,
    every_reply_is_owed,
    answer_kept_with_effect,
    same_key_same_request,
    reads_show_commits,
    // lane and store
    failed_memory_is_dropped,
    doomed_changes_fail,
    news_after_commit,
    stale_owner_is_fenced,
};

#ifdef SOUK_BROKEN_GUARDS
/// False for the guard that a simulation has broken.
bool holds(Guard guard);
#else
constexpr bool holds(Guard) { return true; }
#endif

}  // namespace souk
