#include "gateways/gateway_pool.hpp"

#include <exception>
#include <utility>

namespace souk {
namespace {

GatewayAnswer unasked(const GatewayRequest& request, std::string reason) {
    const bool in_doubt = request.step == GatewayStep::look_up;
    return {.status = in_doubt ? GatewayStatus::unknown : GatewayStatus::unavailable,
            .intent = request.intent,
            .reason = std::move(reason)};
}

}  // namespace

GatewayPool::GatewayPool(PaymentGateway& gateway, std::size_t threads, std::size_t queue)
    : gateway_(gateway), queue_(queue) {
    threads_.reserve(threads);
    for (std::size_t i = 0; i < threads; ++i) threads_.emplace_back([this] { work(); });
}

GatewayPool::~GatewayPool() { stop(); }

bool GatewayPool::submit(GatewayRequest request, Deadline deadline, Answered answered) {
    {
        const std::lock_guard lock(mutex_);
        if (stopping_ || calls_.size() >= queue_) return false;
        calls_.push_back({std::move(request), deadline, std::move(answered)});
    }
    changed_.notify_one();
    return true;
}

void GatewayPool::stop() {
    std::deque<Call> left;
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
        left.swap(calls_);
    }
    changed_.notify_all();
    for (const auto& call : left) call.answered(unasked(call.request, "the server is stopping"));
    for (auto& thread : threads_) {
        if (thread.joinable()) thread.join();
    }
}

std::size_t GatewayPool::waiting() const {
    const std::lock_guard lock(mutex_);
    return calls_.size();
}

void GatewayPool::work() {
    while (true) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return stopping_ || !calls_.empty(); });
        if (calls_.empty()) return;
        const auto call = std::move(calls_.front());
        calls_.pop_front();
        lock.unlock();
        call.answered(answer(call));
    }
}

GatewayAnswer GatewayPool::answer(const Call& call) const {
    if (std::chrono::steady_clock::now() >= call.deadline)
        return unasked(call.request, "too many calls were waiting for the gateway");
    try {
        return gateway_.ask(call.request, call.deadline);
    } catch (const std::exception& error) {  // a mistake of ours, with money perhaps on its way
        return {.status = GatewayStatus::unknown,
                .intent = call.request.intent,
                .reason = error.what()};
    }
}

}  // namespace souk
