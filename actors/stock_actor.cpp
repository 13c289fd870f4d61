#include "actors/stock_actor.hpp"

#include <algorithm>

#include "actors/command_names.hpp"

namespace souk {

std::shared_ptr<const StockView> StockEntity::view_of(const std::shared_ptr<const Stock>& state) {
    return std::make_shared<const StockView>(souk::view_of(*state));
}

std::shared_ptr<const StockView> StockEntity::next_view(
    const Key& key, const std::shared_ptr<const StockView>& view, const ChangeSet& change) {
    std::shared_ptr<StockView> next;
    for (const auto& one : change.stock) {
        if (one.key != key.id || one.empty()) continue;
        if (!next) next = std::make_shared<StockView>(*view);
        next->on_hand += one.on_hand_delta;
        next->reserved += one.reserved_delta;
        if (one.low_stock_threshold) next->low_stock_threshold = *one.low_stock_threshold;
        ++next->version;
    }
    return next;
}

PreparedStock::PreparedStock(std::shared_ptr<StockLife> life, StockChange change,
                             MessageRecordPtr record)
    : Prepared(std::move(record)), life_(std::move(life)), change_(std::move(change)) {
    life_->unsettle();
}

PreparedStock::~PreparedStock() {
    const auto freed = std::max<std::int64_t>(units_freed_by(change_), 0);
    if (handed_over_ && freed > 0)
        life_->send(std::make_shared<StockLetter>(ReleaseFreed{freed}));
    else if (!handed_over_ && !change_.empty())
        life_->send(std::make_shared<StockLetter>(RevertStock{std::move(change_)}));
    else if (!handed_over_)
        life_->settle();
}

void PreparedStock::hand_over(ChangeSet& change, std::vector<ActivationPtr>& participants) {
    if (!change_.empty()) change.stock.push_back(change_);
    participants.push_back(life_);
    handed_over_ = true;
}

std::vector<JointPart> parts_of(StockRegistry& registry, const TenantId& tenant,
                                StockCommands commands, const std::string& request_id) {
    std::vector<JointPart> parts;
    for (auto& [key, command] : commands)
        parts.push_back([&registry, key = StockEntity::Key{tenant, key},
                         command = std::move(command), request_id](auto prepared) {
            registry.tell(key, std::make_shared<StockLetter>(
                                   PrepareStock{command, request_id, std::move(prepared)}));
        });
    return parts;
}

StockLetter::StockLetter(Mail content)
    : LetterBody(std::holds_alternative<RevertStock>(content) ||
                         std::holds_alternative<ReleaseFreed>(content)
                     ? LetterKind::continuation
                     : LetterKind::command),
      mail(std::move(content)) {}

void StockLetter::refuse(const Error& error) {
    struct Refusal {
        const Error& error;
        void operator()(const Ask<AdjustStock, StockView>& ask) const { ask.reply(error); }
        void operator()(const Ask<ReserveMany, Reservation>& ask) const { ask.reply(error); }
        void operator()(const PrepareStock& prepare) const { prepare.prepared(error); }
        void operator()(const RevertStock&) const {}
        void operator()(const ReleaseFreed&) const {}
        void operator()(const Read<StockView>& read) const { read(error); }
    };
    std::visit(Refusal{error}, mail);
}

std::string_view StockLetter::what() const {
    static constexpr NamesOf<StockCommand> commands{"prepare reserve", "prepare close",
                                                    "prepare adjust",  "prepare restock",
                                                    "prepare extend",  "prepare move"};
    static constexpr NamesOf<Mail> letters{"adjust",          "reserve",       "",
                                           "revert prepared", "release freed", "read"};
    if (const auto* prepare = std::get_if<PrepareStock>(&mail))
        return name_in(commands, prepare->command);
    return name_in(letters, mail);
}

std::string_view StockLetter::request_id() const {
    if (const auto* adjust = std::get_if<Ask<AdjustStock, StockView>>(&mail))
        return adjust->context.request_id;
    if (const auto* reserve = std::get_if<Ask<ReserveMany, Reservation>>(&mail))
        return reserve->context.request_id;
    if (const auto* prepare = std::get_if<PrepareStock>(&mail)) return prepare->request_id;
    return {};
}

void StockActor::adopt(std::shared_ptr<const Stock> state) { stock_ = *state; }

void StockActor::handle(LetterBody& body) {
    std::visit([this](auto& mail) { receive(mail); }, static_cast<StockLetter&>(body).mail);
}

Result<StockChange> StockActor::decide_and_apply(const StockCommand& command) {
    if (auto admitted = admit(); !admitted) return admitted.error();
    auto change = decide(stock_, command, now());
    if (!change) return change;
    for (auto& movement : change->movements) movement.id = MovementId{ids().next()};
    apply(stock_, *change);
    return change;
}

// A count is set against what is submitted, in the lane's order: what other entities have prepared
// here may still be dropped, and must neither be counted nor shown.
void StockActor::receive(Ask<AdjustStock, StockView>& ask) {
    if (auto admitted = admit(); !admitted) return ask.reply(admitted.error());
    Result<StockChange> change = StockChange{};
    submit_in_order(
        [&](const StockView& base) -> Decided {
            Stock settled{.key = stock_.key,
                          .on_hand = base.on_hand,
                          .reserved = std::max(base.reserved, stock_.reserved),
                          .low_stock_threshold = base.low_stock_threshold,
                          .version = base.version};
            change = decide(settled, ask.command, now());
            if (!change) return {{}, change.error()};
            for (auto& movement : change->movements) movement.id = MovementId{ids().next()};
            ChangeSet changes;
            if (!change->empty()) changes.stock.push_back(*change);
            const auto next = StockEntity::next_view(
                life()->key(), std::make_shared<const StockView>(base), changes);
            auto answer = ask.render(next ? *next : base);
            return {std::move(changes), std::move(answer)};
        },
        ask.context, ask.reply);
    if (change) apply(stock_, *change);
}

// A reservation of a single SKU needs no coordinator: decided and committed here.
void StockActor::receive(Ask<ReserveMany, Reservation>& ask) {
    const auto& wish = ask.command;
    auto change = decide_and_apply(ReserveStock{.id = wish.id,
                                                .quantity = wish.units.front().second,
                                                .expires_at = wish.expires_at,
                                                .cart_id = wish.cart_id});
    if (!change) {
        auto error = change.error();
        for (auto& detail : error.details) detail.field = "items[0]." + detail.field;
        return ask.reply(std::move(error));
    }
    auto answer = ask.render({wish.id, wish.expires_at, ReservationState::open});
    ChangeSet changes;
    changes.stock.push_back(std::move(*change));
    commit(std::move(changes), {}, ask.context, std::move(answer), std::move(ask.reply));
}

void StockActor::receive(PrepareStock& prepare) {
    auto change = decide_and_apply(prepare.command);
    if (!change) return prepare.prepared(change.error());
    stock_.freeing += std::max<std::int64_t>(units_freed_by(*change), 0);
    prepare.prepared(std::make_unique<PreparedStock>(life(), std::move(*change), record()));
}

void StockActor::receive(RevertStock& letter) {
    revert(stock_, letter.change);
    stock_.freeing -= std::max<std::int64_t>(units_freed_by(letter.change), 0);
    life()->settle();
}

void StockActor::receive(ReleaseFreed& release) { stock_.freeing -= release.units; }

void StockActor::receive(Read<StockView>& read) { read(life()->view()); }

}  // namespace souk
