#include "app/live_news.hpp"

#include <algorithm>

namespace souk {

std::vector<Topic> topics_of(std::span<const ChangeSet* const> batch) {
    std::vector<Topic> topics;
    for (const auto* change : batch) {
        const auto& tenant = change->tenant;
        for (const auto& stock : change->stock)
            topics.push_back(stock_topic(stock.key.variant, tenant));
        if (change->cart.next) topics.push_back(cart_topic(change->cart.next->id, tenant));
        if (change->merged_cart.next)
            topics.push_back(cart_topic(change->merged_cart.next->id, tenant));
        if (change->audit) topics.push_back(events_topic());
        if (change->order.next) topics.push_back(order_topic(change->order.next->id, tenant));
    }
    std::ranges::sort(topics);
    topics.erase(std::ranges::unique(topics).begin(), topics.end());
    return topics;
}

void tell_readers(LiveHub& live, std::span<const ChangeSet* const> batch) {
    if (live.idle()) return;
    for (const auto& topic : topics_of(batch)) live.touch(topic);
}

}  // namespace souk
