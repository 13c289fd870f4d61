#include "http/live/topic_reads.hpp"

#include <algorithm>
#include <utility>

#include "http/routes/buyer_access.hpp"
#include "http/routes/console_access.hpp"
#include "http/routes/lookups.hpp"
#include "http/routes/order_access.hpp"
#include "protocol/cart_json.hpp"
#include "protocol/console_action_json.hpp"
#include "protocol/inventory_json.hpp"
#include "protocol/order_json.hpp"

namespace souk {
namespace {

constexpr Duration shown_figures = std::chrono::seconds{10};
constexpr std::int64_t shown_events = 20;

Task<Result<TopicState>> read_stock(Call& call, VariantId id) {
    const auto stock = co_await variant_stock(call, id);
    if (!stock) co_return stock.error();
    co_return TopicState{stock->stock.version, variant_stock_json(*stock)};
}

Task<Result<TopicState>> read_product(Call& call, ProductId id) {
    using Found = Result<std::shared_ptr<const ProductJson>>;
    const auto product = co_await call.wait<Found>([&](Promise<Found> promise) {
        call.services().catalogue.product_now({call.tenant(), id}, std::move(promise));
    });
    if (!product) co_return product.error();
    TopicState state{(*product)->version, (*product)->detail};
    for (const auto& variant : (*product)->variants)
        state.parts.push_back(stock_topic(variant, call.tenant()));
    co_return state;
}

Task<Result<TopicState>> read_cart(Call& call, CartId id) {
    const auto cart = co_await read_cart_row(call, id);
    if (!cart) co_return cart.error();
    auto keys = skus_of(**cart);
    const auto levels = co_await stock_levels(call, std::move(keys));
    if (!levels) co_return levels.error();
    const auto units = units_from(call, *levels);
    co_return TopicState{(*cart)->version, cart_json(**cart, units), std::nullopt,
                         (*cart)->user_id};
}

Task<Result<TopicState>> read_order(Call& call, OrderId id) {
    const auto order = co_await call.wait<OrderFound>([&](Promise<OrderFound> promise) {
        call.services().orders.read({call.tenant(), id}, std::move(promise));
    });
    if (!order) co_return order.error();
    co_return TopicState{(*order)->version, order_json(**order), (*order)->cart_id,
                         (*order)->user_id};
}

/// The figures as of the last second, which is their version. Who looks has messages timed.
Task<Result<TopicState>> read_actors(Call& call) {
    auto& console = call.services().console;
    console.look();
    const auto figures = console.overview(call.services().clock.now() - shown_figures);
    const auto at = figures.series.empty() ? figures.at : figures.series.back().at;
    const auto version = std::chrono::floor<std::chrono::milliseconds>(at).time_since_epoch();
    co_return TopicState{version.count(), overview_json(figures)};
}

/// The last rows of the audit; the newest one's place in it is their version.
Task<Result<TopicState>> read_events(Call& call) {
    auto page = co_await call.wait<Result<AuditPage>>([&](Promise<Result<AuditPage>> found) {
        call.services().console.newest_audit(shown_events, std::move(found));
    });
    if (!page) co_return page.error();
    hide_secrets(*page);  // from everybody: they share one text
    co_return TopicState{page->newest, audit_rows_json(page->rows)};
}

}  // namespace

Task<Result<TopicState>> read_topic(Call& call, Topic topic) {
    switch (topic.kind) {
        case TopicKind::stock:
            return read_stock(call, VariantId{topic.id});
        case TopicKind::product:
            return read_product(call, ProductId{topic.id});
        case TopicKind::cart:
            return read_cart(call, CartId{topic.id});
        case TopicKind::order:
            return read_order(call, OrderId{topic.id});
        case TopicKind::actors:
            return read_actors(call);
        case TopicKind::events:
            break;
    }
    return read_events(call);
}

struct TopicReads::Reading {
    Reading(TopicReads& by, const Topic& named, Done then)
        : reads(by),
          call({}, by.services_, by.executor_.lock(), named.tenant),
          topic(named),
          done(std::move(then)) {}

    TopicReads& reads;
    Call call;
    const Topic topic;
    Done done;
    bool suspended{false};
    std::optional<Task<bool>> task;  // last: its frames refer to the rest
};

TopicReads::TopicReads(const Services& services, std::weak_ptr<Executor> executor)
    : services_(services), executor_(std::move(executor)) {}

TopicReads::~TopicReads() = default;

void TopicReads::read(const Topic& topic, Done done) {
    auto reading = std::make_unique<Reading>(*this, topic, std::move(done));
    reading->task.emplace(drive(*reading));
    reading->task->start();
    if (reading->task->done()) return;
    reading->suspended = true;
    waiting_.push_back(std::move(reading));
}

Task<bool> TopicReads::drive(Reading& reading) {
    Result<TopicState> state = refuse(ErrorCode::unavailable, "the topic could not be read");
    try {
        state = co_await read_topic(reading.call, reading.topic);
    } catch (const std::exception&) {
        // As it stands: the feed tries again.
    }
    reading.done(std::move(state));
    if (reading.suspended) reading.reads.finished(reading);
    co_return true;
}

// Once the coroutine is out of the way.
void TopicReads::finished(const Reading& reading) {
    executor_.lock()->post([this, &reading] {
        std::erase_if(waiting_, [&](const auto& one) { return one.get() == &reading; });
    });
}

}  // namespace souk
