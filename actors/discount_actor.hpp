#pragma once
// The actor of one discount code, known by the code. A checkout prepares a use, which commits with
// the order; an order that comes to nothing prepares giving it back. It lives while there is no
// such code yet, so that of two who make it at once one is refused.

#include <memory>
#include <string>
#include <variant>

#include "actors/entity_actor.hpp"
#include "actors/prepared.hpp"
#include "actors/state_fields.hpp"
#include "domain/discount.hpp"
#include "protocol/tenant_key.hpp"

namespace souk {

struct DiscountEntity {
    using Key = OfTenant<std::string>;  // the code
    using State = Discount;
    using View = DiscountView;
    static constexpr const char* name = "discount code";
    static constexpr auto kind = EntityKind::discount;
    static std::string key_text(const Key& key) { return tenant_key_text(key.tenant, key.id); }
    static std::optional<Key> parse_key(std::string_view text) {
        return parse_tenant_key<std::string>(
            text, [](std::string_view code) { return std::optional{discount_code_of(code)}; });
    }

    static std::shared_ptr<const View> view_of(const std::shared_ptr<const State>& state);
    static std::shared_ptr<const View> next_view(const Key& key,
                                                 const std::shared_ptr<const View>& view,
                                                 const ChangeSet& change);
};

using DiscountLife = Life<DiscountEntity>;
using DiscountRegistry = Registry<DiscountEntity>;

struct QuoteDiscount {
    Buyer buyer;
    Amount subtotal{};
    Currency currency;
    Promise<Result<AppliedDiscount>> quoted;
};
using DiscountPart = std::variant<HoldDiscount, ReleaseDiscount, ForgetBuyer>;
/// Takes a use for an order, gives an order's use back, or forgets whose it is.
struct PrepareDiscount {
    DiscountPart command;
    std::string request_id;
    Promise<Result<PreparedPtr>> prepared;
};
struct RevertDiscount {
    DiscountChange change;
};
/// A use that was given back is on its way to disk: it may be taken again. Or one has lost its
/// buyer.
struct FreeDiscount {
    DiscountChange change;
};

class DiscountLetter : public LetterBody {
public:
    using Mail = std::variant<QuoteDiscount, PrepareDiscount, RevertDiscount, FreeDiscount,
                              Ask<DiscountEdit, DiscountView>, Read<DiscountView>>;
    explicit DiscountLetter(Mail content);
    void refuse(const Error& error) override;
    std::string_view what() const override;
    std::string_view request_id() const override;
    bool starts_work() const override { return !std::holds_alternative<PrepareDiscount>(mail); }
    Mail mail;
};

class DiscountActor : public EntityActor<DiscountEntity> {
public:
    using EntityActor::EntityActor;

private:
    void adopt(std::shared_ptr<const Discount> state) override { discount_ = *state; }
    std::shared_ptr<const Discount> absent() const override;
    void handle(LetterBody& body) override;
    std::vector<StateField> describe() const override { return state_fields(discount_); }

    void receive(QuoteDiscount& quote);
    void receive(PrepareDiscount& prepare);
    void receive(RevertDiscount& revert);
    void receive(FreeDiscount& free);
    void receive(Ask<DiscountEdit, DiscountView>& ask);
    void receive(Read<DiscountView>& read);
    Result<DiscountChange> take(const HoldDiscount& command);

    Discount discount_;
};

JointPart prepare_discount(DiscountRegistry& registry, const DiscountEntity::Key& code,
                           DiscountPart command, std::string request_id);

}  // namespace souk
