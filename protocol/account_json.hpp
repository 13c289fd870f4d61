#pragma once
// Accounts as they travel: registering, logging in, tokens, the profile, sessions.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/account.hpp"
#include "protocol/accounts.hpp"
#include "protocol/errors.hpp"
#include "protocol/fields.hpp"
#include "protocol/text_values.hpp"

namespace souk {

template <>
struct EnumNames<Role> {
    static constexpr std::array<std::pair<Role, std::string_view>, 4> names{{
        {Role::customer, "customer"},
        {Role::vendor, "vendor"},
        {Role::admin, "admin"},
        {Role::super_admin, "super_admin"},
    }};
};

template <>
struct EnumNames<AccountState> {
    static constexpr std::array<std::pair<AccountState, std::string_view>, 6> names{{
        {AccountState::unverified, "unverified"},
        {AccountState::active, "active"},
        {AccountState::suspended, "suspended"},
        {AccountState::banned, "banned"},
        {AccountState::closed, "closed"},
        {AccountState::erased, "erased"},
    }};
};

inline constexpr Rule email_rule{.max_length = max_email, .format = Format::email};
inline constexpr Rule name_rule{.min_length = 1, .max_length = 100};
inline constexpr Rule user_phone_rule{.max_length = 16, .format = Format::phone, .optional = true};
inline constexpr Rule new_password_rule{.min_length = min_password_bytes,
                                        .max_length = max_password_bytes};
inline constexpr Rule secret_rule{.min_length = 1, .max_length = 128, .format = Format::token};

struct RegisterBody {
    std::string email;
    std::string password;
    std::string first_name;
    std::string last_name;
    std::string phone;
};

template <>
struct Schema<RegisterBody> {
    using Body = RegisterBody;
    static constexpr std::string_view name = "Register";
    static constexpr auto use = Use::request;
    static constexpr auto fields = std::make_tuple(
        field("email", &Body::email, "Where the link to verify it is sent.", email_rule),
        field("password", &Body::password, "8 to 72 bytes in UTF-8.", new_password_rule),
        field("firstName", &Body::first_name, "Given name.", name_rule),
        field("lastName", &Body::last_name, "Family name.", name_rule),
        field("phone", &Body::phone, "With country code, as +962791234567.", user_phone_rule));
};

struct EmailBody {
    std::string email;
};

template <>
struct Schema<EmailBody> {
    static constexpr std::string_view name = "EmailAddress";
    static constexpr auto use = Use::request;
    static constexpr auto fields =
        std::make_tuple(field("email", &EmailBody::email, "Where the link is sent.", email_rule));
};

struct LinkTokenBody {
    std::string token;
};

template <>
struct Schema<LinkTokenBody> {
    static constexpr std::string_view name = "VerifyEmail";
    static constexpr auto use = Use::request;
    static constexpr auto fields = std::make_tuple(
        field("token", &LinkTokenBody::token, "From the link in the mail.", secret_rule));
};

struct ResetPasswordBody {
    std::string token;
    std::string password;
};

template <>
struct Schema<ResetPasswordBody> {
    using Body = ResetPasswordBody;
    static constexpr std::string_view name = "ResetPassword";
    static constexpr auto use = Use::request;
    static constexpr auto fields =
        std::make_tuple(field("token", &Body::token, "From the link in the mail.", secret_rule),
                        field("password", &Body::password, "The new one, 8 to 72 bytes in UTF-8.",
                              new_password_rule));
};

inline constexpr std::string_view guest_cart_note =
    "A guest's cart, or in X-Cart-Id: what is in it goes into the person's.";

struct LogInBody {
    std::string email;
    std::string password;
    std::optional<CartId> cart_id;
};

template <>
struct Schema<LogInBody> {
    static constexpr std::string_view name = "LogIn";
    static constexpr auto use = Use::request;
    static constexpr auto fields =
        std::make_tuple(field("email", &LogInBody::email, "The account's address.", email_rule),
                        field("password", &LogInBody::password, "The account's password.",
                              {.min_length = 1, .max_length = max_password_bytes}),
                        field("cartId", &LogInBody::cart_id, guest_cart_note));
};

struct RefreshBody {
    std::string refresh_token;
};

template <>
struct Schema<RefreshBody> {
    static constexpr std::string_view name = "Refresh";
    static constexpr auto use = Use::request;
    static constexpr auto fields = std::make_tuple(
        field("refreshToken", &RefreshBody::refresh_token, "Good for one exchange.", secret_rule));
};

struct LogOutBody {
    std::optional<std::string> refresh_token;
};

template <>
struct Schema<LogOutBody> {
    static constexpr std::string_view name = "LogOut";
    static constexpr auto use = Use::request;
    static constexpr auto fields = std::make_tuple(
        field("refreshToken", &LogOutBody::refresh_token,
              "Of the session to end; that of the access token unless given.", secret_rule));
};

struct ProfileBody {
    std::optional<std::string> first_name;
    std::optional<std::string> last_name;
    std::optional<std::string> phone;
};

template <>
struct Schema<ProfileBody> {
    using Body = ProfileBody;
    static constexpr std::string_view name = "ChangeProfile";
    static constexpr auto use = Use::request;
    static constexpr auto fields =
        std::make_tuple(field("firstName", &Body::first_name, "As it is unless given.", name_rule),
                        field("lastName", &Body::last_name, "As it is unless given.", name_rule),
                        field("phone", &Body::phone, "As it is unless given; empty takes it away.",
                              user_phone_rule));
};

template <>
struct Schema<User> {
    static constexpr std::string_view name = "User";
    static constexpr auto use = Use::answer;
    static constexpr auto fields = std::make_tuple(
        field("id", &User::id, "The user's id."), field("email", &User::email, "In lower case."),
        field("firstName", &User::first_name, "Given name."),
        field("lastName", &User::last_name, "Family name."),
        field("phone", &User::phone, "Null when not given.", {.null_when_empty = true}),
        field("role", &User::role, "What the user may do."),
        field("vendorId", &User::vendor_id, "Whose things a vendor may touch; null for others."),
        field("status", &User::state, "Only active ones log in."),
        field("createdAt", &User::created_at, "When it was registered."),
        field("updatedAt", &User::updated_at, "When it was last changed."),
        field("version", &User::version, "Counts changes; also the ETag."));
};

template <>
struct Schema<CartItem> {
    static constexpr std::string_view name = "LeftOutItem";
    static constexpr auto use = Use::answer;
    static constexpr auto fields = std::make_tuple(
        field(
            "productId", [](const CartItem& item) { return item.offer.product_id; },
            "The product."),
        field(
            "variantId", [](const CartItem& item) { return item.offer.variant_id; },
            "The variant."),
        field(
            "sellerId", [](const CartItem& item) { return item.offer.seller_id; }, "Who sells it."),
        field("quantity", &CartItem::quantity, "Units that stayed behind."));
};

template <>
struct Schema<CartAtLogIn> {
    using Cart = CartAtLogIn;
    static constexpr std::string_view name = "CartAtLogIn";
    static constexpr auto use = Use::answer;
    static constexpr auto fields = std::make_tuple(
        field("id", &Cart::id, "The person's cart that the guest's is part of; null if it is not."),
        field(
            "merged", [](const Cart& cart) { return cart.id.has_value(); },
            "Is it? Then what is in it now includes the guest's units."),
        field("code",
              [](const Cart& cart) {
                  return cart.refusal ? facts_of(cart.refusal->code).code : std::string_view{};
              },
              "Why not, as errors say it; the guest's cart is as it was.",
              {.null_when_empty = true}),
        field("reason",
              [](const Cart& cart) {
                  return cart.refusal ? std::string_view{cart.refusal->message}
                                      : std::string_view{};
              },
              "The same for people.", {.null_when_empty = true}),
        field("leftOut", &Cart::left_out, "Units beyond what a line or the stock could hold."));
};

template <>
struct Schema<LoggedIn> {
    static constexpr std::string_view name = "Tokens";
    static constexpr auto use = Use::answer;
    static constexpr auto fields = std::make_tuple(
        field("accessToken", &LoggedIn::access_token, "For the Authorization header, as Bearer."),
        field(
            "tokenType", [](const LoggedIn&) { return std::string_view{"Bearer"}; },
            "Always Bearer."),
        field(
            "expiresIn",
            [](const LoggedIn& tokens) {
                return std::chrono::floor<std::chrono::seconds>(tokens.access_lifetime).count();
            },
            "Seconds that the access token lives."),
        field("refreshToken", &LoggedIn::refresh_token, "Good for one exchange."),
        field("refreshExpiresAt", &LoggedIn::refresh_expires_at, "When that ends."),
        field("sessionId", &LoggedIn::session, "The device, as in the list of sessions."),
        field("user", &LoggedIn::user, "Who logged in."),
        field("cart", &LoggedIn::cart,
              "What became of the guest's cart; null when none was named."));
};

template <>
struct Schema<SessionView> {
    using View = SessionView;
    static constexpr std::string_view name = "Session";
    static constexpr auto use = Use::answer;
    static constexpr auto fields = std::make_tuple(
        field(
            "id", [](const View& view) { return view.session.id; }, "The session's id."),
        field("device", [](const View& view) -> const std::string& { return view.session.device; },
              "As its User-Agent says; null when it says nothing.", {.null_when_empty = true}),
        field(
            "address", [](const View& view) -> const std::string& { return view.session.address; },
            "Where it was last seen."),
        field(
            "createdAt", [](const View& view) { return view.session.created_at; },
            "When it logged in."),
        field(
            "lastUsedAt", [](const View& view) { return view.session.last_used_at; },
            "When it last fetched tokens."),
        field(
            "expiresAt", [](const View& view) { return view.session.expires_at; },
            "When it must log in anew."),
        field("current", &View::current, "Is it the one that asks?"));
};

}  // namespace souk
