#include "actors/discount_actor.hpp"

#include <algorithm>

#include "actors/command_names.hpp"

namespace souk {
namespace {

/// A use taken, or one given back, which is for others only once it is handed over.
class PreparedDiscount final : public Prepared {
public:
    PreparedDiscount(std::shared_ptr<DiscountLife> life, DiscountChange change,
                     MessageRecordPtr record)
        : Prepared(std::move(record)), life_(std::move(life)), change_(std::move(change)) {
        life_->unsettle();
    }
    ~PreparedDiscount() override {
        if (handed_over_ && (change_.given_back || change_.forgotten))
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
        DiscountView{*state, state->id, state->code, state->used, state->version});
}

std::shared_ptr<const DiscountView> DiscountEntity::next_view(
    const Key& key, const std::shared_ptr<const DiscountView>& view, const ChangeSet& change) {
    std::shared_ptr<DiscountView> next;
    for (const auto& one : change.discounts) {
        if (one.created ? *one.created != key.id : one.id != (next ? next : view)->id) continue;
        if (!next) next = std::make_shared<DiscountView>(*view);
        next->id = one.id;
        if (one.rules) static_cast<DiscountRules&>(*next) = *one.rules;
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
    static constexpr NamesOf<Mail> letters{"quote",    "prepare", "revert prepared",
                                           "free use", "edit",    "read"};
    return name_in(letters, mail);
}

std::string_view DiscountLetter::request_id() const {
    if (const auto* prepare = std::get_if<PrepareDiscount>(&mail)) return prepare->request_id;
    if (const auto* edit = std::get_if<Ask<DiscountEdit, DiscountView>>(&mail))
        return edit->context.request_id;
    return {};
}

void DiscountLetter::refuse(const Error& error) {
    struct Refusal {
        const Error& error;
        void operator()(const QuoteDiscount& quote) const { quote.quoted(error); }
        void operator()(const PrepareDiscount& prepare) const { prepare.prepared(error); }
        void operator()(const RevertDiscount&) const {}
        void operator()(const FreeDiscount&) const {}
        void operator()(const Ask<DiscountEdit, DiscountView>& ask) const { ask.reply(error); }
        void operator()(const Read<DiscountView>& read) const { read(error); }
    };
    std::visit(Refusal{error}, mail);
}

std::shared_ptr<const Discount> DiscountActor::absent() const {
    auto none = std::make_shared<Discount>();
    none->code = life()->key().id;
    return none;
}

// Whoever guesses codes must not fill the memory with those that are not there.
void DiscountActor::handle(LetterBody& body) {
    std::visit([this](auto& mail) { receive(mail); }, static_cast<DiscountLetter&>(body).mail);
    if (discount_.version == 0) life()->send(std::make_shared<LetterBody>(LetterKind::passivate));
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
    else if (const auto* release = std::get_if<ReleaseDiscount>(&prepare.command))
        change = decide(discount_, *release, now());
    else
        change = decide(discount_, std::get<ForgetBuyer>(prepare.command), now());
    if (!change) return prepare.prepared(change.error());
    prepare.prepared(std::make_unique<PreparedDiscount>(life(), std::move(*change), record()));
}

void DiscountActor::receive(RevertDiscount& revert) {
    DiscountChange undo{.id = revert.change.id};
    undo.given_back = revert.change.used;
    apply(discount_, undo);
    life()->settle();
}

void DiscountActor::receive(FreeDiscount& free) { apply(discount_, free.change); }

// Decided against what is submitted, in the lane's order, as a count of stock is: uses that
// checkouts have prepared here may still be dropped, but a limit must leave room for them.
void DiscountActor::receive(Ask<DiscountEdit, DiscountView>& ask) {
    if (auto admitted = admit(); !admitted) return ask.reply(admitted.error());
    Result<DiscountChange> change = DiscountChange{};
    submit_in_order(
        [&](const DiscountView& base) -> Decided {
            Discount settled{base, base.id, discount_.code};
            settled.used = std::max(base.used, discount_.used);
            settled.version = base.version;
            change = decide(settled, ask.command, now());
            if (!change) return {{}, change.error()};
            ChangeSet changes;
            if (change->writes()) changes.discounts.push_back(*change);
            const auto next = DiscountEntity::next_view(
                life()->key(), std::make_shared<const DiscountView>(base), changes);
            auto answer = ask.render(next ? *next : base);
            return {std::move(changes), std::move(answer)};
        },
        ask.context, ask.reply);
    if (change) apply(discount_, *change);
}

void DiscountActor::receive(Read<DiscountView>& read) {
    auto view = life()->view();
    if (view->version == 0) return read(refuse(ErrorCode::not_found, "no such discount code"));
    read(std::move(view));
}

JointPart prepare_discount(DiscountRegistry& registry, const DiscountEntity::Key& code,
                           DiscountPart command, std::string request_id) {
    return [&registry, code, command = std::move(command),
            request_id = std::move(request_id)](auto prepared) {
        registry.tell(code, std::make_shared<DiscountLetter>(
                                PrepareDiscount{command, request_id, std::move(prepared)}));
    };
}

}  // namespace souk
