#pragma once
// Customers as they travel: what they told of themselves, and what they ordered.

#include <string>
#include <vector>

#include "protocol/account_json.hpp"
#include "protocol/order_json.hpp"
#include "protocol/people.hpp"

namespace souk {

struct CustomerBody {
    std::string email;
    std::string first_name;
    std::string last_name;
    std::string phone;
    std::string date_of_birth;
    std::string skin_type;
    std::vector<std::string> skin_concerns;
};

template <>
struct Schema<CustomerBody> {
    using Body = CustomerBody;
    static constexpr std::string_view name = "CreateCustomer";
    static constexpr auto use = Use::request;
    static constexpr auto fields = std::make_tuple(
        field("email", &Body::email, "Where the customer is reached.", email_rule),
        field("firstName", &Body::first_name, "Given name.", name_rule),
        field("lastName", &Body::last_name, "Family name.", name_rule),
        field("phone", &Body::phone, "With country code, as +962791234567.", user_phone_rule),
        field("dateOfBirth", &Body::date_of_birth, "As 1990-01-15.",
              {.max_length = 10, .optional = true, .null_when_empty = true}),
        field("skinType", &Body::skin_type, "As the customer calls it.",
              {.max_length = 50, .optional = true, .null_when_empty = true}),
        field("skinConcerns", &Body::skin_concerns, "As products name theirs.",
              {.max_items = 20, .optional = true}));
};

struct SkinProfile {
    std::string skin_type;
    std::vector<std::string> skin_concerns;
};

template <>
struct Schema<SkinProfile> {
    static constexpr std::string_view name = "SkinProfile";
    static constexpr auto use = Use::answer;
    static constexpr auto fields =
        std::make_tuple(field("skinType", &SkinProfile::skin_type, "Null when not told.",
                              {.null_when_empty = true}),
                        field("skinConcerns", &SkinProfile::skin_concerns, "Perhaps none."));
};

inline SkinProfile skin_profile_of(const Customer& customer) {
    return {customer.skin_type, customer.skin_concerns};
}

template <>
struct Schema<Customer> {
    static constexpr std::string_view name = "Customer";
    static constexpr auto use = Use::answer;
    static constexpr auto fields = std::make_tuple(
        field("id", &Customer::id, "The customer."),
        field("email", &Customer::email, "Where they are reached."),
        field("firstName", &Customer::first_name, "Given name."),
        field("lastName", &Customer::last_name, "Family name."),
        field("phone", &Customer::phone, "Null when not told.", {.null_when_empty = true}),
        field("dateOfBirth", &Customer::date_of_birth, "Null when not told.",
              {.null_when_empty = true}),
        field("skinProfile", skin_profile_of, "What their skin is like."),
        field("createdAt", &Customer::created_at, "When they first told."));
};

template <>
struct Schema<PastOrder> {
    static constexpr std::string_view name = "PastOrder";
    static constexpr auto use = Use::answer;
    static constexpr auto fields =
        std::make_tuple(field("id", &PastOrder::id, "The order."),
                        field("orderNumber", &PastOrder::number, "As people call it."),
                        field("total", &PastOrder::total, "What was to be paid, in minor units."),
                        field("currency", &PastOrder::currency, "Of the total."),
                        field("status", &PastOrder::status, "Where it is."),
                        field("createdAt", &PastOrder::created_at, "When it was placed."));
};

template <>
struct Schema<CustomerView> {
    static constexpr std::string_view name = "CustomerWithOrders";
    static constexpr auto use = Use::answer;
    static constexpr auto fields = std::make_tuple(
        field(
            "id", [](const CustomerView& view) { return view.customer.id; }, "The customer."),
        field(
            "email", [](const CustomerView& view) -> auto& { return view.customer.email; },
            "Where they are reached."),
        field(
            "firstName", [](const CustomerView& view) -> auto& { return view.customer.first_name; },
            "Given name."),
        field(
            "lastName", [](const CustomerView& view) -> auto& { return view.customer.last_name; },
            "Family name."),
        field("phone", [](const CustomerView& view) -> auto& { return view.customer.phone; },
              "Null when not told.", {.null_when_empty = true}),
        field("dateOfBirth",
              [](const CustomerView& view) -> auto& { return view.customer.date_of_birth; },
              "Null when not told.", {.null_when_empty = true}),
        field(
            "skinProfile", [](const CustomerView& view) { return skin_profile_of(view.customer); },
            "What their skin is like."),
        field(
            "createdAt", [](const CustomerView& view) { return view.customer.created_at; },
            "When they first told."),
        field("orders", &CustomerView::orders,
              "The last hundred that name this customer, newest first."));
};

}  // namespace souk
