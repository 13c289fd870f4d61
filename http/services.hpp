#pragma once
// Everything a request may reach, by interface. `app` builds it once; it outlives the server.

#include <cstdint>
#include <string>
#include <vector>

#include "domain/ids.hpp"
#include "domain/payment.hpp"
#include "domain/time.hpp"
#include "http/documents.hpp"
#include "protocol/accounts.hpp"
#include "protocol/buyers.hpp"
#include "protocol/console.hpp"
#include "protocol/entities.hpp"
#include "protocol/people.hpp"
#include "protocol/personal_data.hpp"
#include "protocol/provider_log_ins.hpp"
#include "protocol/views.hpp"

namespace souk {

class LiveHub;

/// What stages and routes are configured with. The socket's limits are in server.hpp.
struct HttpSettings {
    // Rate limits per minute; 0 turns one off. An API key has its own number.
    std::int64_t guest_requests_per_minute{100};
    std::int64_t strict_requests_per_minute{0};  // routes of the strict class, per guest
    std::int64_t topics_per_minute{0};           // read for WebSockets, per guest
    std::int64_t failed_logins_per_minute{30};   // bad credentials, per address
    std::int64_t credentials_per_minute{20};     // routes of that class, per address
    std::int64_t user_requests_per_minute{600};  // of somebody who has logged in

    std::vector<std::string> cors_origins;     // exact origins; "*" allows every one
    std::vector<std::string> trusted_proxies;  // addresses whose X-Forwarded-For is believed
    bool access_log{true};
    bool secure_cookies{false};  // what is reached by https from outside

    std::int64_t max_idempotent_waiters{1'000};  // duplicates attached to one pending answer

    // What routes hand to the rules.
    Duration cart_lifetime{std::chrono::hours{24 * 7}};
    Duration reservation_time{std::chrono::minutes{15}};
    Duration max_reservation_time{std::chrono::hours{24}};
    std::vector<PaymentMethod> payment_methods{PaymentMethod::cash_on_delivery};  // offered
};

struct Services {
    Carts& carts;
    Orders& orders;
    Stocks& stocks;
    Discounts& discounts;
    IdempotencyBook& idempotency;
    Catalogue& catalogue;
    InventoryReports& inventory_reports;
    Payments& payments;
    DiscountReports& discount_reports;
    Webhooks& webhooks;
    Console& console;
    Tables& tables;
    Tenants& tenants;
    ApiKeys& api_keys;
    Accounts& accounts;
    ProviderLogIns& provider_log_ins;
    People& people;
    AddressBooks& addresses;
    Customers& customers;
    Buyers& buyers;
    KeyDesk& key_desk;
    AuditTrail& audit;
    PersonalData& personal_data;
    RateLimits& rate_limits;
    Health& health;
    Metrics& metrics;
    const Clock& clock;
    IdSource& ids;
    const Documents& documents;
    LiveHub& live;
    HttpSettings settings{};
};

}  // namespace souk
