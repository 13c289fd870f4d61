#include "tests/simulation/broken_guards.hpp"

#include <atomic>

namespace souk {
namespace {

std::atomic<Guard> broken{Guard::none};

}  // namespace

bool holds(Guard guard) { return guard != broken.load(std::memory_order_relaxed); }

}  // namespace souk

namespace souk::simulation {

void break_guard(Guard guard) { broken = guard; }

const std::vector<BrokenGuard>& broken_guards() {
    using enum Guard;
    static const std::vector<BrokenGuard> all{
        {reserved_is_not_for_sale, "reserved is not for sale", "sells what is reserved",
         "flash-sale"},
        {last_unit_once, "the last unit goes once", "sells one unit too many", "flash-sale"},
        {ended_reservation_is_gone, "an ended reservation is gone", "leaves no tombstone",
         "expiry-races"},
        {expiry_happens_once, "expiry happens once", "expires a reservation again", "expiry-races"},
        {nothing_expires_early, "nothing expires early", "expires without a look at the clock",
         "payments"},
        {discount_use_is_held, "a discount's use is held", "forgets uses that were taken",
         "cart-storms"},
        {one_order_per_cart, "one order per cart", "orders a cart again", "cart-storms"},
        {every_version_counts, "every version counts", "skips a version", "flash-sale"},
        {payment_holds_units, "a payment holds its units", "expires orders that are being paid",
         "expiry-races"},
        {same_key_for_every_try, "the same key for every try", "asks the gateway under new keys",
         "payments"},
        {capture_is_heard_once, "a capture is heard once", "applies a webhook again", "payments"},
        {attempt_before_call, "the attempt before the call", "asks the gateway before the commit",
         "payments"},
        {reply_after_commit, "a reply after the commit", "replies before it", "restarts"},
        {every_reply_is_owed, "every reply is owed", "forgets those of a failed commit",
         "flash-sale"},
        {answer_kept_with_effect, "the answer is kept with the effect",
         "commits without the idempotency key", "restarts"},
        {same_key_same_request, "the same key, the same request", "does not compare requests",
         "cart-storms"},
        {reads_show_commits, "reads show commits", "publishes what is on its way", "flash-sale"},
        {failed_memory_is_dropped, "memory of a failed commit goes", "keeps it and goes on",
         "flash-sale"},
        {doomed_changes_fail, "doomed changes fail", "commits what was built on a failure",
         "expiry-races"},
        {news_after_commit, "news after a commit", "tells nobody", "flash-sale"},
        {stale_owner_is_fenced, "a stale owner is fenced", "lets a zombie write", "restarts"},
    };
    return all;
}

}  // namespace souk::simulation
