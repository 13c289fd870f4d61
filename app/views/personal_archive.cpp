#include "app/views/personal_archive.hpp"

#include "app/blocking_read.hpp"
#include "app/views/personal_archive_json.hpp"
#include "app/views/zip_archive.hpp"
#include "domain/erasure.hpp"
#include "persistence/address_repository.hpp"
#include "persistence/cart_repository.hpp"
#include "persistence/erasure_repository.hpp"
#include "persistence/order_repository.hpp"
#include "persistence/personal_data_repository.hpp"
#include "persistence/session_repository.hpp"
#include "persistence/user_repository.hpp"
#include "protocol/address_book_json.hpp"
#include "protocol/console_action_json.hpp"
#include "protocol/customer_json.hpp"
#include "protocol/order_json.hpp"
#include "protocol/write_json.hpp"

namespace souk {
namespace {

constexpr std::size_t most_bytes = 64 * 1024 * 1024;
constexpr std::int64_t most_orders = 5'000;
constexpr std::int64_t most_carts = 1'000;
constexpr std::int64_t most_lines = 1'000;  // of mails, of keys
constexpr std::int64_t most_audit = 10'000;
constexpr std::int64_t page = 100;

OwnCart own_cart(const Cart& cart) {
    OwnCart own;
    own.id = cart.id;
    own.currency = std::string{cart.currency.text()};
    own.total = cart.totals.total;
    const auto destination = cart.destination.value_or(Destination{});
    own.country = destination.country;
    own.region = destination.region;
    own.city = destination.city;
    own.postal_code = destination.postal_code;
    for (const auto& item : cart.items)
        own.items.push_back({item.offer.product_id, item.offer.variant_id, item.offer.product_name,
                             item.quantity, item.total_price});
    own.created_at = cart.created_at;
    own.updated_at = cart.updated_at;
    return own;
}

/// The archive in the making.
class Gathering {
public:
    Gathering(ReadPool& db, const SignedIn& who, TimePoint now)
        : db_(db), who_(who), now_(now), zip_(most_bytes) {}

    Result<std::string> all() {
        for (const auto& part : {&Gathering::account, &Gathering::book, &Gathering::orders,
                                 &Gathering::carts, &Gathering::records, &Gathering::audit})
            if (auto added = (this->*part)(); !added) return added.error();
        return zip_.finish();
    }

private:
    /// Of this tenant alone.
    template <class Ask>
    auto read(Ask ask) {
        return blocking_read(db_, who_.tenant, std::move(ask));
    }
    template <class T>
    Result<void> add(const std::string& name, const T& value) {
        return zip_.add(name + ".json", write_json(value, 4096) + "\n", now_);
    }

    Result<void> account() {
        const auto session =
            read([this](Connection& db) { return find_session(db, who_.session); });
        if (!session) return session.error();
        if (!*session || (*session)->user.id != who_.user)
            return refuse(ErrorCode::unauthenticated, "the session has ended");
        if (!is_fresh((*session)->session, now_))
            return refuse(ErrorCode::forbidden,
                          "log in again: this needs a log-in of the last quarter of an hour");
        user_ = (*session)->user;
        if (auto added = add("profile", user_); !added) return added;
        const auto sessions =
            read([this](Connection& db) { return find_sessions(db, who_.user, now_, most_lines); });
        if (!sessions) return sessions.error();
        std::vector<SessionView> views;
        for (const auto& one : *sessions) views.push_back({one, one.id == who_.session});
        return add("sessions", views);
    }

    Result<void> book() {
        const auto book = read([this](Connection& db) { return find_addresses(db, who_.user); });
        if (!book) return book.error();
        std::vector<SavedAddressView> addresses;
        for (const auto& saved : *book) addresses.push_back(view_of(saved));
        if (auto added = add("addresses", addresses); !added) return added;
        const auto customer =
            read([this](Connection& db) { return find_customer_of(db, who_.tenant, who_.user); });
        if (!customer) return customer.error();
        if (!*customer) return {};
        return add("customer", **customer);
    }

    Result<void> orders() {
        const auto count = read([this](Connection& db) {
            return count_orders_of_user(db, who_.tenant, who_.user, most_orders + 1);
        });
        if (!count) return count.error();
        if (*count > most_orders)
            return refuse(ErrorCode::unprocessable, "there are more than " +
                                                        std::to_string(most_orders) +
                                                        " orders: ask the marketplace for them");
        const auto find = [this](Connection& db, const std::optional<Uuid>& after) {
            return find_orders_of_user(db, who_.tenant, who_.user, after, page);
        };
        return for_each_page<OrderId>(
            find, [](Connection& db, const auto& keys) { return find_orders(db, keys); },
            [this](const Order& order) {
                return zip_.add("orders/" + order.number + ".json", order_json(order) + "\n", now_);
            },
            most_orders);
    }

    Result<void> carts() {
        std::vector<OwnCart> all;
        const auto find = [this](Connection& db, const std::optional<Uuid>& after) {
            return find_open_carts_of(db, who_.tenant, who_.user, after, page);
        };
        const auto read_all = for_each_page<CartId>(
            find, [](Connection& db, const auto& keys) { return find_carts(db, keys); },
            [&all](const Cart& cart) -> Result<void> {
                all.push_back(own_cart(cart));
                return {};
            },
            most_carts);
        if (!read_all) return read_all;
        return add("carts", all);
    }

    /// Finds ids page by page, reads what they stand for, and hands each over.
    template <class Id, class Find, class Load, class Take>
    Result<void> for_each_page(Find find, Load load, Take take, std::int64_t most) {
        std::optional<Uuid> after;
        for (std::int64_t seen = 0; seen < most; seen += page) {
            const auto ids = read([&](Connection& db) { return find(db, after); });
            if (!ids) return ids.error();
            std::vector<OfTenant<Id>> keys;
            for (const auto& id : *ids) keys.push_back({who_.tenant, id});
            const auto found = read([&](Connection& db) { return load(db, keys); });
            if (!found) return found.error();
            for (const auto& [key, value] : *found)
                if (auto taken = take(value); !taken) return taken;
            if (std::ssize(*ids) < page) return {};
            after = ids->back().uuid;
        }
        return {};
    }

    Result<void> records() {
        const auto identities =
            read([this](Connection& db) { return find_identities_of(db, who_.tenant, who_.user); });
        if (!identities) return identities.error();
        if (auto added = add("identities", *identities); !added) return added;
        const auto mails = read([this](Connection& db) {
            return find_mails_of(db, who_.tenant, user_.email, most_lines);
        });
        if (!mails) return mails.error();
        if (auto added = add("mails", *mails); !added) return added;
        const auto keys = read([this](Connection& db) {
            return find_keys_made_by(db, who_.tenant, who_.user, most_lines);
        });
        if (!keys) return keys.error();
        return add("api-keys", *keys);
    }

    // Where others were when they did something is theirs.
    Result<void> audit() {
        std::vector<AuditRow> rows;
        std::optional<std::int64_t> before;
        while (std::ssize(rows) < most_audit) {
            const auto found = read([&](Connection& db) {
                return find_audit_of(db, who_.tenant, who_.user, before, page);
            });
            if (!found) return found.error();
            for (const auto& one : *found) {
                rows.push_back({one.entry, one.at});
                const auto& actor = one.entry.actor;
                if (actor != to_text(who_.user) && actor != "guest")
                    rows.back().entry.address.clear();
            }
            if (std::ssize(*found) < page) break;
            before = found->back().sequence;
        }
        return add("audit", rows);
    }

    ReadPool& db_;
    const SignedIn& who_;
    const TimePoint now_;
    ZipArchive zip_;
    User user_;
};

}  // namespace

Result<std::string> personal_archive(ReadPool& db, const SignedIn& who, TimePoint now) {
    return Gathering(db, who, now).all();
}

}  // namespace souk
