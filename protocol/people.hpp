#pragma once
// How the HTTP side asks for people as those see them who administer, for address books, for what
// customers tell of themselves, for API keys and for the audit. `app` implements it; every call
// answers through its promise, on any thread.

#include <optional>
#include <string>
#include <vector>

#include "domain/address_book.hpp"
#include "domain/api_key.hpp"
#include "domain/audit.hpp"
#include "domain/customer.hpp"
#include "domain/people.hpp"
#include "protocol/answer.hpp"
#include "protocol/console.hpp"
#include "protocol/views.hpp"

namespace souk {

struct PeopleQuery {
    TenantId tenant{default_tenant};
    PageQuery page;
    std::string email;  // the whole of it, in lower case
    std::optional<Role> role;
    std::optional<AccountState> state;
};
struct PeoplePage {
    std::vector<User> rows;  // newest first
    std::int64_t total{};    // no more than 10,000 are counted
    std::string next_cursor;
};

/// Whoever administers, as the rules and as the audit see them.
struct ManagedBy {
    Manager manager;
    Doer doer;
};

/// Of the tenant of who asks: all others are `not_found`.
class People {
public:
    virtual ~People() = default;
    virtual void list(PeopleQuery query, Promise<Result<PeoplePage>> page) = 0;
    virtual void show(TenantId tenant, UserId id, Promise<Result<User>> found) = 0;
    /// Refusals: those of change_person.
    virtual void change(ManagedBy by, UserId id, PersonChange change,
                        Promise<Result<User>> changed) = 0;
    /// Refusals: those of move_person. What ends an account's log-ins ends its sessions at once.
    virtual void move(ManagedBy by, UserId id, AccountMove move, std::string reason,
                      Promise<Result<User>> moved) = 0;
};

class AddressBooks {
public:
    using Changed = Promise<Result<SavedAddress>>;
    virtual ~AddressBooks() = default;
    virtual void list(const OfTenant<UserId>& owner, Promise<Result<AddressBook>> found) = 0;
    /// Refusals of these three: those of the rules in domain/address_book.hpp.
    virtual void add(const OfTenant<UserId>& owner, AddressChange change, Changed added) = 0;
    virtual void change(const OfTenant<UserId>& owner, AddressId id, AddressChange change,
                        Changed changed) = 0;
    virtual void drop(const OfTenant<UserId>& owner, AddressId id,
                      std::optional<Version> expected_version, Promise<Result<void>> done) = 0;
};

struct CustomerView {
    Customer customer;
    std::vector<PastOrder> orders;  // newest first
};

class Customers {
public:
    virtual ~Customers() = default;
    /// Of somebody who has logged in there is one, which is written anew.
    virtual void put(Customer customer, Promise<Result<Customer>> kept) = 0;
    /// `not_found` unless it is the owner's; without an owner any of the tenant's.
    virtual void show(TenantId tenant, CustomerId id, std::optional<UserId> owner,
                      Promise<Result<CustomerView>> found) = 0;
};

/// A key as it is shown to who administers it.
struct KeyLine {
    ApiKeyId id;
    KeySettings settings;
    std::string made_by;  // the id of a user or a key; empty: made with the demo data
    TimePoint created_at;
    std::optional<TimePoint> revoked_at;
    std::optional<TimePoint> suspended_at;  // with whoever made it
    std::optional<TimePoint> last_used_at;  // to about a minute
};
struct KeyPage {
    std::vector<KeyLine> rows;  // newest first
    std::int64_t total{};
};
struct MadeKey {
    KeyLine line;
    std::string text;                           // what its holder sends; nobody can tell it again
    std::optional<TimePoint> old_expires_at{};  // of the secret before, when there was one
};

/// Whoever administers keys sees and changes those within their own rights: others are `not_found`.
struct KeyKeeper {
    KeyRights rights;
    Doer doer;
};

class KeyDesk {
public:
    virtual ~KeyDesk() = default;
    virtual void list(KeyRights rights, PageQuery query, Promise<Result<KeyPage>> page) = 0;
    /// Refusals: those of may_make_key; `conflict` when there are too many.
    virtual void make(KeyKeeper by, KeySettings settings, Promise<Result<MadeKey>> made) = 0;
    /// Revoking one that is revoked changes nothing.
    virtual void revoke(KeyKeeper by, ApiKeyId id, Promise<Result<void>> done) = 0;
    /// Another secret under the same id; the one before holds for `overlap`, and those before that
    /// no more. `conflict` when revoked.
    virtual void rotate(KeyKeeper by, ApiKeyId id, Duration overlap,
                        Promise<Result<MadeKey>> made) = 0;
};

struct AuditFind {
    TenantId tenant{default_tenant};
    bool operations_only{false};
    std::string actor;
    std::string action;  // or its beginning up to a dot
    std::string target;
    std::string request_id;
    std::optional<TimePoint> from;
    std::optional<TimePoint> to;
    std::int64_t limit{20};
    std::string cursor;
};

class AuditTrail {
public:
    virtual ~AuditTrail() = default;
    /// Newest first; no more than 10,000 are counted.
    virtual void list(AuditFind find, Promise<Result<AuditPage>> page) = 0;
};

}  // namespace souk
