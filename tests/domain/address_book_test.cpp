#include "domain/address_book.hpp"

#include <algorithm>

#include "tests/support/catch.hpp"

using namespace souk;

namespace {

const TimePoint now{std::chrono::hours{1'000}};
const TimePoint later = now + std::chrono::hours{1};

AddressId id(std::uint64_t number) { return AddressId{uuid_v7(now, 1, number)}; }

AddressChange to(std::string city, bool make_default = false,
                 AddressType type = AddressType::shipping) {
    AddressChange change{type, make_default, {}, {}};
    change.address.city = std::move(city);
    return change;
}

AddressBook book(int size) {
    AddressBook made;
    for (int i = 1; i <= size; ++i)
        made = *add_address(made, id(static_cast<std::uint64_t>(i)), to("Amman"), now);
    return made;
}

std::vector<AddressId> defaults(const AddressBook& book, AddressType type) {
    std::vector<AddressId> found;
    for (const auto& one : book)
        if (one.type == type && one.is_default) found.push_back(one.id);
    return found;
}

using Ids = std::vector<AddressId>;

}  // namespace

TEST_CASE("the first address of a type is its default", "[domain][address_book]") {
    auto made = book(2);
    CHECK(defaults(made, AddressType::shipping) == Ids{id(1)});
    made = *add_address(made, id(3), to("Zarqa", false, AddressType::billing), now);
    CHECK(defaults(made, AddressType::billing) == Ids{id(3)});
    CHECK(defaults(made, AddressType::shipping) == Ids{id(1)});
}

TEST_CASE("one default gives way to another", "[domain][address_book]") {
    auto made = *add_address(book(2), id(3), to("Irbid", true), later);
    CHECK(defaults(made, AddressType::shipping) == Ids{id(3)});
    CHECK(find_address(made, id(1))->version == 2);
    CHECK(find_address(made, id(3))->version == 1);
    made = *change_address(made, id(2), to("Amman", true), later);
    CHECK(defaults(made, AddressType::shipping) == Ids{id(2)});
    made = *change_address(made, id(2), to("Aqaba"), later);
    CHECK(defaults(made, AddressType::shipping) == Ids{id(2)});
}

TEST_CASE("an address that changes its type leaves a default on both sides",
          "[domain][address_book]") {
    const auto made =
        *change_address(book(2), id(1), to("Amman", false, AddressType::billing), later);
    CHECK(defaults(made, AddressType::shipping) == Ids{id(2)});
    CHECK(defaults(made, AddressType::billing) == Ids{id(1)});
}

TEST_CASE("the newest follows a default that is gone", "[domain][address_book]") {
    const auto made = *drop_address(book(3), id(1), {}, later);
    CHECK(made.size() == 2);
    CHECK(defaults(made, AddressType::shipping) == Ids{id(3)});
    CHECK(drop_address(made, id(1), {}, later).error().code == ErrorCode::not_found);
}

TEST_CASE("a book has fifty addresses at most", "[domain][address_book]") {
    const auto full = book(static_cast<int>(max_addresses));
    CHECK(add_address(full, id(99), to("Amman"), now).error().code == ErrorCode::conflict);
    CHECK(change_address(full, id(1), to("Aqaba"), later));
}

TEST_CASE("an address that nothing is different of keeps its version", "[domain][address_book]") {
    auto same = to("Amman");
    same.expected_version = 1;
    CHECK(*change_address(book(2), id(2), same, later) == book(2));
    const auto changed = change_address(book(2), id(2), to("Aqaba"), later);
    CHECK(find_address(*changed, id(2))->version == 2);
    CHECK(change_address(*changed, id(2), same, later).error().code ==
          ErrorCode::precondition_failed);
    CHECK(drop_address(*changed, id(2), 1, later).error().code == ErrorCode::precondition_failed);
}
