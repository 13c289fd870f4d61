#pragma once
// People as those see them who administer: lists, changes, suspensions.

#include <optional>
#include <string>

#include "protocol/account_json.hpp"
#include "protocol/console_action_json.hpp"
#include "protocol/envelope.hpp"
#include "protocol/people.hpp"

namespace souk {

/// A role in a request: also by the names BUYER and SELLER, whatever the case.
struct RoleName {
    Role role{Role::customer};
};

template <>
struct TextValue<RoleName> {
    static std::string_view write(const RoleName& name) { return to_text(name.role); }
    static std::optional<RoleName> read(std::string_view text) {
        if (const auto role = role_of(text)) return RoleName{*role};
        return std::nullopt;
    }
    static std::string expectation() {
        return "must be customer (BUYER), vendor (SELLER), admin or super_admin";
    }
    static void describe(JsonWriter& out) {
        out.key("pattern");
        out.string(
            "^([Cc][Uu][Ss][Tt][Oo][Mm][Ee][Rr]|[Bb][Uu][Yy][Ee][Rr]|[Vv][Ee][Nn][Dd][Oo][Rr]|"
            "[Ss][Ee][Ll][Ll][Ee][Rr]|[Aa][Dd][Mm][Ii][Nn]|"
            "[Ss][Uu][Pp][Ee][Rr]_[Aa][Dd][Mm][Ii][Nn])$");
    }
};

struct PeopleParameters {
    std::int64_t page{1};
    std::int64_t limit{20};
    std::string cursor;
    std::string email;
    std::optional<RoleName> role;
    std::optional<AccountState> status;
};

template <>
struct Schema<PeopleParameters> {
    using Query = PeopleParameters;
    static constexpr std::string_view name = "PeopleQuery";
    static constexpr auto use = Use::request;
    static constexpr auto fields = std::make_tuple(
        field("page", &Query::page, "Which page, from 1.", page_rule),
        field("limit", &Query::limit, "Entries per page.", limit_rule),
        field("cursor", &Query::cursor, "nextCursor of the page before; page counts no more then.",
              {.max_length = 200, .optional = true}),
        field("email", &Query::email, "The whole address, whatever the case.",
              {.max_length = max_email, .optional = true}),
        field("role", &Query::role, "Only these."),
        field("status", &Query::status,
              "Only these; closed and erased accounts are listed when asked for."));
};

struct PersonBody {
    std::optional<std::string> first_name;
    std::optional<std::string> last_name;
    std::optional<std::string> phone;
    std::optional<RoleName> role;
    std::optional<VendorId> vendor_id;
};

template <>
struct Schema<PersonBody> {
    using Body = PersonBody;
    static constexpr std::string_view name = "ChangePerson";
    static constexpr auto use = Use::request;
    static constexpr auto fields = std::make_tuple(
        field("firstName", &Body::first_name, "As it is unless given.", name_rule),
        field("lastName", &Body::last_name, "As it is unless given.", name_rule),
        field("phone", &Body::phone, "As it is unless given; empty takes it away.",
              user_phone_rule),
        field("role", &Body::role, "As it is unless given; BUYER is customer, SELLER vendor."),
        field("vendorId", &Body::vendor_id,
              "Whose things a vendor may touch; as it is unless given, and nothing for others."));
};

struct ReasonBody {
    std::string reason;
};

template <>
struct Schema<ReasonBody> {
    static constexpr std::string_view name = "Reason";
    static constexpr auto use = Use::request;
    static constexpr auto fields =
        std::make_tuple(field("reason", &ReasonBody::reason, "For the audit.", action_reason_rule));
};

}  // namespace souk
