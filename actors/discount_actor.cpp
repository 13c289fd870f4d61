#include "actors/discount_actor.hpp"

#include "actors/command_names.hpp"

namespace souk {
namespace {

/// A use taken, or one given back, which is for others only once it is handed over.
class PreparedDiscount final : public Prepared {
public:
    PreparedDiscount(std::shared_ptr<DiscountLife> life, DiscountChange change)
        : life_(std::move(life)), change_(std::move(change)) {
        life_->unsettle();
    }
    ~PreparedDiscount() override {
        if (handed_over_ && change_.given_back)
            life_->send(std::make_shared<DiscountLetter>(FreeDiscount{std::move(change_)}));
        else if (!handed_over_ && change_.used)
            life_->send(std::make_shared<DiscountLetter>(RevertDiscount{std::move(change_)}));
        else if (!handed_over_)
            life_->settle();
    }
    void hand_over(ChangeSet& change, std::vector<ActivationPtr>& participants) override {
        if (change_.writes()) change.discounts.push_back(change_);
        participants.push_back(life_);
        handed_over_ = true;
    }

private:
    std::shared_ptr<DiscountLife> life_;
    DiscountChange change_;
    bool handed_over_{false};
};

}  // namespace

std::shared_ptr<const DiscountView> DiscountEntity::view_of(
    const std::shared_ptr<const Discount>& state) {
    return std::make_shared<const DiscountView>(
        DiscountView{state->id, state->used, state->version});
}

std::shared_ptr<const DiscountView> DiscountEntity::next_view(
    const Key&, const std::shared_ptr<const DiscountView>& view, const ChangeSet& change) {
    std::shared_ptr<DiscountView> next;
    for (const auto& one : change.discounts) {
        if (one.id != view->id) continue;
        if (!next) next = std::make_shared<DiscountView>(*view);
        next->used += one.used_delta();
        ++next->version;
    }
    return next;
}

DiscountLetter::DiscountLetter(Mail content)
    : LetterBody(std::holds_alternative<RevertDiscount>(content) ||
                         std::holds_alternative<FreeDiscount>(content)
                     ? LetterKind::continuation
                     : LetterKind::command),
      mail(std::move(content)) {}

std::string_view DiscountLetter::what() const {
    static constexpr NamesOf<Mail> letters{"quote", "prepare", "revert prepared", "free use"};
    return name_in(letters, mail);
}

void DiscountLetter::refuse(const Error& error) {
    // A code that does not exist is the request's mistake, not a missing resource.
    const auto told = error.code == ErrorCode::not_found ? Error{ErrorCode::invalid_input,
                                                                 "Invalid input data",
                                                                 {{"discountCode", "is not valid"}}}
                                                         : error;
    if (auto* quote = std::get_if<QuoteDiscount>(&mail)) quote->quoted(told);
    if (auto* prepare = std::get_if<PrepareDiscount>(&mail)) prepare->prepared(told);
}

void DiscountActor::handle(LetterBody& body) {
    std::visit([this](auto& mail) { receive(mail); }, static_cast<DiscountLetter&>(body).mail);
}

void DiscountActor::receive(QuoteDiscount& quote) {
    quote.quoted(quote_discount(discount_, quote.buyer, quote.subtotal, quote.currency, now()));
}

Result<DiscountChange> DiscountActor::take(const HoldDiscount& command) {
    const auto held = decide(discount_, command, now());
    if (!held) return held;
    apply(discount_, *held);
    auto used = decide(discount_, CommitDiscount{command.order_id}, now());
    if (used) apply(discount_, *used);
    return used;
}

void DiscountActor::receive(PrepareDiscount& prepare) {
    if (auto admitted = admit(); !admitted) return prepare.prepared(admitted.error());
    auto change = Result<DiscountChange>{DiscountChange{}};
    if (const auto* hold = std::get_if<HoldDiscount>(&prepare.command))
        change = take(*hold);
    else
        change = decide(discount_, std::get<ReleaseDiscount>(prepare.command), now());
    if (!change) return prepare.prepared(change.error());
    prepare.prepared(std::make_unique<PreparedDiscount>(life(), std::move(*change)));
}

void DiscountActor::receive(RevertDiscount& revert) {
    DiscountChange undo{.id = revert.change.id};
    undo.given_back = revert.change.used;
    apply(discount_, undo);
    life()->settle();
}

void DiscountActor::receive(FreeDiscount& free) { apply(discount_, free.change); }

JointPart prepare_discount(DiscountRegistry& registry, const std::string& code,
                           std::variant<HoldDiscount, ReleaseDiscount> command) {
    return [&registry, code, command = std::move(command)](auto prepared) {
        registry.tell(
            code, std::make_shared<DiscountLetter>(PrepareDiscount{command, std::move(prepared)}));
    };
}

}  // namespace souk
