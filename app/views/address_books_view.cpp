#include "app/views/address_books_view.hpp"

#include "persistence/address_repository.hpp"
#include "persistence/transaction.hpp"
#include "persistence/user_repository.hpp"

namespace souk {

void AddressBooksView::list(const OfTenant<UserId>& owner, Promise<Result<AddressBook>> found) {
    db_.read(
        owner.tenant, [owner](Connection& db) { return find_addresses(db, owner.id); },
        [found](Result<AddressBook> book) { found(std::move(book)); });
}

void AddressBooksView::add(const OfTenant<UserId>& owner, AddressChange change, Changed added) {
    const AddressId id{ids_.next()};
    const auto rule = [id, change = std::move(change), now = clock_.now()](AddressBook book) {
        return add_address(std::move(book), id, change, now);
    };
    answer(owner, id, rule, std::move(added));
}

void AddressBooksView::change(const OfTenant<UserId>& owner, AddressId id, AddressChange change,
                              Changed changed) {
    const auto rule = [id, change = std::move(change), now = clock_.now()](AddressBook book) {
        return change_address(std::move(book), id, change, now);
    };
    answer(owner, id, rule, std::move(changed));
}

void AddressBooksView::drop(const OfTenant<UserId>& owner, AddressId id,
                            std::optional<Version> expected_version, Promise<Result<void>> done) {
    const auto rule = [id, expected_version, now = clock_.now()](AddressBook book) {
        return drop_address(std::move(book), id, expected_version, now);
    };
    apply(owner, rule, [done](const Result<AddressBook>& book) {
        done(book ? Result<void>{} : Result<void>{book.error()});
    });
}

void AddressBooksView::answer(const OfTenant<UserId>& owner, AddressId id, Rule rule,
                              Changed changed) {
    apply(owner, std::move(rule), [id, changed](const Result<AddressBook>& book) {
        if (!book) return changed(book.error());
        changed(*find_address(*book, id));
    });
}

void AddressBooksView::apply(const OfTenant<UserId>& owner, Rule rule,
                             std::function<void(Result<AddressBook>)> done) {
    const auto work = [owner, rule = std::move(rule)](Connection& db) -> Result<AddressBook> {
        const auto user = lock_user(db, owner.id);
        if (!user) return user.error();
        if (!*user) return refuse(ErrorCode::not_found, "no such user");
        const auto before = find_addresses(db, owner.id);
        if (!before) return before.error();
        auto after = rule(*before);
        if (!after) return after;
        if (auto saved = save_addresses(db, owner.tenant, owner.id, *before, *after); !saved)
            return saved.error();
        return after;
    };
    db_.read(
        owner.tenant, [work](Connection& db) { return in_transaction(db, work); }, std::move(done));
}

}  // namespace souk
