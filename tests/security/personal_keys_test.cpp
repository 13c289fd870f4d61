#include "security/personal_keys.hpp"

#include <algorithm>

#include "tests/support/catch.hpp"

using namespace souk;

namespace {

const std::string old_secret(32, 'o');
const std::string new_secret_text(32, 'n');
const TenantId other_tenant{uuid_v7({}, 1, 9)};
const UserId amal{uuid_v7({}, 2, 1)};
const UserId basma{uuid_v7({}, 2, 2)};
constexpr std::string_view email = "users.email";
constexpr std::string_view phone = "users.phone";
const std::string text = "amal@example.com";

}  // namespace

TEST_CASE("a personal text opens in its own place alone", "[security][personal]") {
    const PersonalKeys keys({old_secret});
    const PersonalRow row(keys, default_tenant, amal);
    const auto sealed = row.seal(email, text);
    CHECK(sealed.starts_with("$sealed$"));
    CHECK(sealed.find("amal") == std::string::npos);
    CHECK(row.open(email, sealed) == text);
    CHECK_THROWS(row.open(phone, sealed));
    CHECK_THROWS(PersonalRow(keys, default_tenant, basma).open(email, sealed));
    CHECK_THROWS(PersonalRow(keys, other_tenant, amal).open(email, sealed));
}

TEST_CASE("a personal text that was touched does not open", "[security][personal]") {
    const PersonalKeys keys({old_secret});
    const PersonalRow row(keys, default_tenant, amal);
    const auto sealed = row.seal(email, text);
    for (auto place = sealed_marker.size(); place < sealed.size(); ++place) {
        auto touched = sealed;
        touched[place] = touched[place] == 'A' ? 'B' : 'A';
        CHECK_THROWS(row.open(email, touched));
    }
    CHECK_THROWS(row.open(email, sealed.substr(0, sealed.size() - 4)));
    CHECK_THROWS(row.open(email, sealed_marker));
}

TEST_CASE("the same text is sealed differently each time", "[security][personal]") {
    const PersonalKeys keys({old_secret});
    const PersonalRow row(keys, default_tenant, amal);
    CHECK(row.seal(email, text) != row.seal(email, text));
    CHECK(row.seal(email, "").empty());
    CHECK(row.open(email, "").empty());
}

TEST_CASE("the newest key seals, and older ones open", "[security][personal]") {
    const PersonalKeys before({old_secret});
    const PersonalKeys both({new_secret_text, old_secret});
    const PersonalKeys after({new_secret_text});
    const auto old_text = PersonalRow(before, default_tenant, amal).seal(email, text);
    const auto new_text = PersonalRow(both, default_tenant, amal).seal(email, text);
    CHECK(PersonalRow(both, default_tenant, amal).open(email, old_text) == text);
    CHECK(PersonalRow(after, default_tenant, amal).open(email, new_text) == text);
    CHECK_THROWS(PersonalRow(after, default_tenant, amal).open(email, old_text));
    CHECK(both.key_id() == after.key_id());
    CHECK(both.key_id() != before.key_id());
}

TEST_CASE("what was never sealed reads as it is", "[security][personal]") {
    const PersonalKeys keys({old_secret});
    const PersonalRow row(keys, default_tenant, amal);
    CHECK(row.open(email, text) == text);
}

TEST_CASE("without keys texts are kept as they are, whatever they look like",
          "[security][personal]") {
    const auto plain = personal_cipher({});
    const PersonalRow row(*plain, default_tenant, amal);
    CHECK(row.seal(email, text) == text);
    CHECK(plain->index(email, default_tenant, text) == text);
    const PersonalKeys keys({old_secret});
    for (const std::string odd : {"$sealed$x$y", "$index$x$y", "$plain$", "$plain$$plain$x"}) {
        CHECK(row.open(email, row.seal(email, odd)) == odd);
        CHECK(PersonalRow(keys, default_tenant, amal).open(email, row.seal(email, odd)) == odd);
    }
    CHECK_THROWS(row.open(email, PersonalRow(keys, default_tenant, amal).seal(email, text)));
}

TEST_CASE("equal texts have one index in a column of a marketplace", "[security][personal]") {
    const PersonalKeys keys({old_secret});
    const auto index = keys.index(email, default_tenant, text);
    CHECK(index == PersonalKeys({old_secret}).index(email, default_tenant, text));
    CHECK(index.starts_with("$index$"));
    CHECK(index.find("amal") == std::string::npos);
    CHECK(index != keys.index(email, default_tenant, "basma@example.com"));
    CHECK(index != keys.index(phone, default_tenant, text));
    CHECK(index != keys.index(email, other_tenant, text));
    CHECK(index != PersonalKeys({new_secret_text}).index(email, default_tenant, text));
}

TEST_CASE("a look-up asks for the indexes of every key and for the plain text",
          "[security][personal]") {
    const PersonalKeys both({new_secret_text, old_secret});
    const auto indexes = both.indexes(email, default_tenant, text);
    CHECK(indexes.size() == 3);
    const auto asks_for = [&](const std::string& one) {
        return std::ranges::find(indexes, one) != indexes.end();
    };
    CHECK(asks_for(both.index(email, default_tenant, text)));
    CHECK(asks_for(PersonalKeys({old_secret}).index(email, default_tenant, text)));
    CHECK(asks_for(text));
}
