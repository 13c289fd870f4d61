#pragma once
// The files of the archive that has all that is known of somebody, as far as the API does not show
// the same.

#include <string>
#include <vector>

#include "app/mail_names.hpp"
#include "domain/cart.hpp"
#include "domain/personal_data.hpp"
#include "protocol/fields.hpp"
#include "protocol/text_values.hpp"

namespace souk {

template <>
struct Schema<ProviderLine> {
    static constexpr std::string_view name = "ProviderIdentity";
    static constexpr auto use = Use::answer;
    static constexpr auto fields =
        std::make_tuple(field("issuer", &ProviderLine::issuer, "Who vouches."),
                        field("subject", &ProviderLine::subject, "How they call you."),
                        field("createdAt", &ProviderLine::created_at, "Since when."));
};

template <>
struct Schema<MailLine> {
    static constexpr std::string_view name = "SentMail";
    static constexpr auto use = Use::answer;
    static constexpr auto fields = std::make_tuple(
        field("id", &MailLine::id, "The mail."), field("kind", &MailLine::kind, "What it says."),
        field("state", &MailLine::state, "What became of it."),
        field("recipient", &MailLine::recipient, "To whom."),
        field("about", &MailLine::about, "The order it is about.", {.null_when_empty = true}),
        field("createdAt", &MailLine::created_at, "When it was to be sent."),
        field("doneAt", &MailLine::done_at, "When it was."));
};

template <>
struct Schema<OwnKeyLine> {
    static constexpr std::string_view name = "OwnApiKey";
    static constexpr auto use = Use::answer;
    static constexpr auto fields =
        std::make_tuple(field("id", &OwnKeyLine::id, "The key."),
                        field("name", &OwnKeyLine::name, "As it is called."),
                        field("scopes", &OwnKeyLine::scopes, "What it may do."),
                        field("createdAt", &OwnKeyLine::created_at, "When it was made."),
                        field("expiresAt", &OwnKeyLine::expires_at, "When it ends."),
                        field("revokedAt", &OwnKeyLine::revoked_at, "When it was revoked."));
};

struct OwnCartItem {
    ProductId product_id;
    VariantId variant_id;
    std::string name;
    std::int64_t quantity{};
    Amount total{};
};

template <>
struct Schema<OwnCartItem> {
    static constexpr std::string_view name = "OwnCartItem";
    static constexpr auto use = Use::answer;
    static constexpr auto fields =
        std::make_tuple(field("productId", &OwnCartItem::product_id, "The product."),
                        field("variantId", &OwnCartItem::variant_id, "Which of it."),
                        field("name", &OwnCartItem::name, "As it is called."),
                        field("quantity", &OwnCartItem::quantity, "How many."),
                        field("total", &OwnCartItem::total, "What they come to."));
};

struct OwnCart {
    CartId id;
    std::string currency;
    Amount total{};
    std::string country;  // where it was to go
    std::string region;
    std::string city;
    std::string postal_code;
    std::vector<OwnCartItem> items;
    TimePoint created_at;
    TimePoint updated_at;
};

template <>
struct Schema<OwnCart> {
    static constexpr std::string_view name = "OwnCart";
    static constexpr auto use = Use::answer;
    static constexpr auto fields = std::make_tuple(
        field("id", &OwnCart::id, "The cart."),
        field("currency", &OwnCart::currency, "Of its amounts."),
        field("total", &OwnCart::total, "What it comes to."),
        field("country", &OwnCart::country, "Where it was to go.", {.null_when_empty = true}),
        field("region", &OwnCart::region, "In the country.", {.null_when_empty = true}),
        field("city", &OwnCart::city, "There.", {.null_when_empty = true}),
        field("postalCode", &OwnCart::postal_code, "There.", {.null_when_empty = true}),
        field("items", &OwnCart::items, "What is in it."),
        field("createdAt", &OwnCart::created_at, "When it was made."),
        field("updatedAt", &OwnCart::updated_at, "When it was last changed."));
};

}  // namespace souk
