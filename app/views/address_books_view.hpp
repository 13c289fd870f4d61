#pragma once
// Address books over PostgreSQL: each change is decided on the whole book, under its owner's lock.

#include <functional>

#include "persistence/read_pool.hpp"
#include "protocol/people.hpp"

namespace souk {

class AddressBooksView final : public AddressBooks {
public:
    /// All must outlive it.
    AddressBooksView(ReadPool& db, const Clock& clock, IdSource& ids)
        : db_(db), clock_(clock), ids_(ids) {}

    void list(const OfTenant<UserId>& owner, Promise<Result<AddressBook>> found) override;
    void add(const OfTenant<UserId>& owner, AddressChange change, Changed added) override;
    void change(const OfTenant<UserId>& owner, AddressId id, AddressChange change,
                Changed changed) override;
    void drop(const OfTenant<UserId>& owner, AddressId id, std::optional<Version> expected_version,
              Promise<Result<void>> done) override;

private:
    using Rule = std::function<Result<AddressBook>(AddressBook)>;
    void apply(const OfTenant<UserId>& owner, Rule rule,
               std::function<void(Result<AddressBook>)> done);
    void answer(const OfTenant<UserId>& owner, AddressId id, Rule rule, Changed changed);

    ReadPool& db_;
    const Clock& clock_;
    IdSource& ids_;
};

}  // namespace souk
