#pragma once
// Erasing a person: what stays of their account and of their orders, in what order the rest goes,
// and who may ask for it. The books keep what was bought, for how much and in which country.

#include "domain/account.hpp"
#include "domain/order.hpp"
#include "domain/people.hpp"
#include "domain/retry.hpp"
#include "domain/session.hpp"

namespace souk {

/// So recent must a log-in be that stands for the password.
inline constexpr Duration fresh_log_in = std::chrono::minutes{15};
bool is_fresh(const Session& session, TimePoint now);

/// The account as it stays: an id that stands for nobody, and an address that no mail reaches, so
/// that its own may be registered anew. The same when it is so already. `conflict` for the last
/// super admin.
Result<User> erase_account(const User& user, std::int64_t other_super_admins, TimePoint now);
/// By who administers: `forbidden` to who may not.
Result<User> erase_person(const Manager& manager, const User& user, std::int64_t other_super_admins,
                          TimePoint now);

/// Delivered, cancelled or returned, and nothing of its payment is under way.
bool is_over(const Order& order);
/// What the books need of an address: where tax was due.
Address anonymous(const Address& address);
/// Nothing in it tells of the buyer.
bool is_anonymous(const Order& order);

/// `conflict` while the order is under way. A repeat changes nothing.
Result<OrderChange> decide(const Order& order, const AnonymiseOrder& command, TimePoint now,
                           const PaymentPolicy& policy);

/// `not_found` for no cart. A repeat changes nothing.
Result<Cart> decide(const Cart& cart, const LeaveCart& command, TimePoint now);

/// What is erased after the account, one after the other.
enum class ErasureStep { carts, orders, audit, done };
ErasureStep after(ErasureStep step);

/// Without an end: what is owed to a person is not given up.
inline constexpr RetryPolicy erasure_retry{std::chrono::seconds{1}, std::chrono::minutes{10}};

}  // namespace souk
