#pragma once
// Strong ids. In memory and in the database an id is a UUID (version 7, so that it sorts by time);
// in JSON it is a TypeID: prefix, '_', and the UUID in 26 characters of Crockford's base32
// (the TypeID specification 0.3, github.com/jetify-com/typeid).

#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "domain/time.hpp"

namespace souk {

struct Uuid {
    std::array<std::uint8_t, 16> bytes{};
    auto operator<=>(const Uuid&) const = default;
};

/// RFC 9562 version 7: 48 bits of milliseconds, then 74 random bits taken from the two words.
Uuid uuid_v7(TimePoint now, std::uint64_t random_high, std::uint64_t random_low);

/// Canonical lower-case text, 8-4-4-4-12.
std::string to_hex(const Uuid& uuid);
std::optional<Uuid> parse_hex(std::string_view text);

/// Makes ids; thread-safe. The one real implementation lives in `app`.
class IdSource {
public:
    virtual ~IdSource() = default;
    virtual Uuid next() = 0;
};

std::string to_typeid(std::string_view prefix, const Uuid& uuid);
void append_typeid(std::string& out, std::string_view prefix, const Uuid& uuid);
std::optional<Uuid> parse_typeid(std::string_view prefix, std::string_view text);

template <class Tag>
struct Id {
    Uuid uuid{};
    static constexpr std::string_view prefix = Tag::prefix;
    auto operator<=>(const Id&) const = default;
    bool is_nil() const { return uuid == Uuid{}; }
};

template <class Tag>
std::string to_text(const Id<Tag>& id) {
    return to_typeid(Tag::prefix, id.uuid);
}

/// Nothing when the text is malformed or has another type's prefix.
template <class IdType>
std::optional<IdType> parse_id(std::string_view text) {
    if (const auto uuid = parse_typeid(IdType::prefix, text)) return IdType{*uuid};
    return std::nullopt;
}

struct ProductTag {
    static constexpr std::string_view prefix = "prod";
};
struct VariantTag {
    static constexpr std::string_view prefix = "var";
};
struct ImageTag {
    static constexpr std::string_view prefix = "img";
};
struct CartTag {
    static constexpr std::string_view prefix = "cart";
};
struct CartItemTag {
    static constexpr std::string_view prefix = "item";
};
struct OrderTag {
    static constexpr std::string_view prefix = "order";
};
struct OrderItemTag {
    static constexpr std::string_view prefix = "orderitem";
};
struct CustomerTag {
    static constexpr std::string_view prefix = "cust";
};
struct ReservationTag {
    static constexpr std::string_view prefix = "res";
};
struct MovementTag {
    static constexpr std::string_view prefix = "mov";
};
struct VendorTag {
    static constexpr std::string_view prefix = "vend";
};
struct ApiKeyTag {
    static constexpr std::string_view prefix = "key";
};
struct PaymentTag {
    static constexpr std::string_view prefix = "pay";
};
struct RefundTag {
    static constexpr std::string_view prefix = "refund";
};
struct DiscountTag {
    static constexpr std::string_view prefix = "disc";
};
struct PostingTag {
    static constexpr std::string_view prefix = "post";
};
struct AuditTag {
    static constexpr std::string_view prefix = "audit";
};
struct TenantTag {
    static constexpr std::string_view prefix = "tenant";
};
struct UserTag {
    static constexpr std::string_view prefix = "user";
};
struct SessionTag {
    static constexpr std::string_view prefix = "sess";
};
struct AddressTag {
    static constexpr std::string_view prefix = "addr";
};
struct MailTag {
    static constexpr std::string_view prefix = "mail";
};

using ProductId = Id<ProductTag>;
using VariantId = Id<VariantTag>;
using ImageId = Id<ImageTag>;
using CartId = Id<CartTag>;
using CartItemId = Id<CartItemTag>;
using OrderId = Id<OrderTag>;
using OrderItemId = Id<OrderItemTag>;
using CustomerId = Id<CustomerTag>;
using ReservationId = Id<ReservationTag>;
using MovementId = Id<MovementTag>;
using VendorId = Id<VendorTag>;
using ApiKeyId = Id<ApiKeyTag>;
using PaymentId = Id<PaymentTag>;
using RefundId = Id<RefundTag>;
using DiscountId = Id<DiscountTag>;
using PostingId = Id<PostingTag>;
using AuditId = Id<AuditTag>;
using TenantId = Id<TenantTag>;
using UserId = Id<UserTag>;
using SessionId = Id<SessionTag>;
using AddressId = Id<AddressTag>;
using MailId = Id<MailTag>;

/// The marketplace of whoever names none; its operators look after the deployment.
inline constexpr TenantId default_tenant{
    {{0x01, 0x9b, 0x76, 0xda, 0xa8, 0, 0x70, 0, 0x80, 0, 0, 0, 0, 0, 0, 1}}};

/// One SKU at one seller.
struct StockKey {
    VariantId variant;
    VendorId seller;
    auto operator<=>(const StockKey&) const = default;
};

/// An id in its marketplace: the key of an entity. An id of one tenant names nothing in another.
template <class IdType>
struct OfTenant {
    TenantId tenant;
    IdType id;
    auto operator<=>(const OfTenant&) const = default;
};

using Version = std::int64_t;

}  // namespace souk

template <>
struct std::hash<souk::Uuid> {
    std::size_t operator()(const souk::Uuid& uuid) const noexcept {
        std::uint64_t high = 0;
        std::uint64_t low = 0;
        std::memcpy(&high, uuid.bytes.data(), 8);
        std::memcpy(&low, uuid.bytes.data() + 8, 8);
        return static_cast<std::size_t>((high ^ (low * 0x9e3779b97f4a7c15ULL)) *
                                        0xff51afd7ed558ccdULL);
    }
};

template <class Tag>
struct std::hash<souk::Id<Tag>> {
    std::size_t operator()(const souk::Id<Tag>& id) const noexcept {
        return std::hash<souk::Uuid>{}(id.uuid);
    }
};

template <>
struct std::hash<souk::StockKey> {
    std::size_t operator()(const souk::StockKey& key) const noexcept {
        const auto variant = std::hash<souk::Uuid>{}(key.variant.uuid);
        return variant ^ (std::hash<souk::Uuid>{}(key.seller.uuid) * 31);
    }
};

template <class IdType>
struct std::hash<souk::OfTenant<IdType>> {
    std::size_t operator()(const souk::OfTenant<IdType>& key) const noexcept {
        return std::hash<IdType>{}(key.id) ^ (std::hash<souk::Uuid>{}(key.tenant.uuid) * 31);
    }
};
