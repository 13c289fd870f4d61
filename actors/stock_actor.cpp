#include "actors/stock_actor.hpp"

#include <algorithm>
#include <mutex>

namespace souk {
namespace {

/// Collects the answers of a joint preparation. Lives in the promises it gave out.
class Gathering {
public:
    Gathering(std::size_t count, std::function<void(JointResult)> done)
        : missing_(count), done_(std::move(done)) {}

    void add(std::size_t index, Result<Prepared> answer) {
        std::unique_lock lock(mutex_);
        if (answer)
            result_.prepared.push_back(std::move(*answer));
        else
            result_.refusals.emplace_back(index, answer.error());
        if (--missing_ > 0) return;
        lock.unlock();
        std::ranges::sort(result_.refusals, {}, &std::pair<std::size_t, Error>::first);
        done_(std::move(result_));
    }

private:
    std::mutex mutex_;
    std::size_t missing_;
    JointResult result_;
    std::function<void(JointResult)> done_;
};

}  // namespace

std::shared_ptr<const StockView> StockEntity::view_of(const std::shared_ptr<const Stock>& state) {
    return std::make_shared<const StockView>(souk::view_of(*state));
}

std::shared_ptr<const StockView> StockEntity::next_view(
    const StockKey& key, const std::shared_ptr<const StockView>& view, const ChangeSet& change) {
    std::shared_ptr<StockView> next;
    for (const auto& one : change.stock) {
        if (one.key != key || one.empty()) continue;
        if (!next) next = std::make_shared<StockView>(*view);
        next->on_hand += one.on_hand_delta;
        next->reserved += one.reserved_delta;
        if (one.low_stock_threshold) next->low_stock_threshold = *one.low_stock_threshold;
        ++next->version;
    }
    return next;
}

Prepared::Prepared(std::shared_ptr<StockLife> life, StockChange change)
    : life_(std::move(life)), change_(std::move(change)) {
    life_->unsettle();
}

Prepared::~Prepared() {
    if (!life_) return;
    if (change_.empty())
        life_->settle();
    else
        life_->send(std::make_shared<StockLetter>(RevertStock{std::move(change_)}));
}

void Prepared::hand_over(ChangeSet& change, std::vector<ActivationPtr>& participants) {
    if (!change_.empty()) change.stock.push_back(std::move(change_));
    participants.push_back(std::move(life_));
}

void prepare_jointly(StockRegistry& registry, StockCommands commands,
                     std::function<void(JointResult)> done) {
    auto gathering = std::make_shared<Gathering>(commands.size(), std::move(done));
    for (std::size_t i = 0; i < commands.size(); ++i) {
        Promise<Result<Prepared>> prepared(
            [gathering, i](Result<Prepared> answer) { gathering->add(i, std::move(answer)); });
        registry.tell(commands[i].first, std::make_shared<StockLetter>(PrepareStock{
                                             std::move(commands[i].second), std::move(prepared)}));
    }
}

StockLetter::StockLetter(Mail content)
    : LetterBody(std::holds_alternative<RevertStock>(content) ? LetterKind::continuation
                                                              : LetterKind::command),
      mail(std::move(content)) {}

void StockLetter::refuse(const Error& error) {
    struct Refusal {
        const Error& error;
        void operator()(const Ask<AdjustStock, StockView>& ask) const { ask.reply(error); }
        void operator()(const Ask<ReserveMany, Reservation>& ask) const { ask.reply(error); }
        void operator()(const PrepareStock& prepare) const { prepare.prepared(error); }
        void operator()(const RevertStock&) const {}
        void operator()(const Read<StockView>& read) const { read(error); }
    };
    std::visit(Refusal{error}, mail);
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

void StockActor::receive(Ask<AdjustStock, StockView>& ask) {
    auto change = decide_and_apply(ask.command);
    if (!change) return ask.reply(change.error());
    auto answer = ask.render(view_of(stock_));
    if (change->empty()) return answer_settled(std::move(answer), std::move(ask.reply));
    ChangeSet changes;
    changes.stock.push_back(std::move(*change));
    commit(std::move(changes), {}, ask.context, std::move(answer), std::move(ask.reply));
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
    prepare.prepared(Prepared{life(), std::move(*change)});
}

void StockActor::receive(RevertStock& revert_letter) {
    revert(stock_, revert_letter.change);
    life()->settle();
}

void StockActor::receive(Read<StockView>& read) { read(life()->view()); }

}  // namespace souk
