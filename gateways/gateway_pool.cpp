#include "gateways/gateway_pool.hpp"

#include <exception>
#include <utility>

namespace souk {
namespace {

constexpr int smoothing = 8;  // calls, roughly, that the mean remembers

GatewayAnswer unasked(const GatewayRequest& request, std::string reason) {
    return {
        .status = GatewayStatus::not_asked, .intent = request.intent, .reason = std::move(reason)};
}

bool is_answer(GatewayStatus status) {
    return status != GatewayStatus::unknown && status != GatewayStatus::unavailable;
}

}  // namespace

GatewayPool::GatewayPool(PaymentGateway& gateway, GatewayPoolSettings settings)
    : gateway_(gateway), settings_(std::move(settings)) {
    threads_.reserve(settings_.threads);
    for (std::size_t i = 0; i < settings_.threads; ++i) threads_.emplace_back([this] { work(); });
}

GatewayPool::~GatewayPool() { stop(); }

std::deque<GatewayPool::Call>& GatewayPool::queue_of(GatewayStep step) {
    return step == GatewayStep::authorize ? authorizations_ : others_;
}

bool GatewayPool::submit(GatewayRequest request, Deadline begin_by, Deadline deadline,
                         Answered answered) {
    {
        const std::lock_guard lock(mutex_);
        auto& queue = queue_of(request.step);
        if (stopping_ || queue.size() >= settings_.queue) return false;
        queue.push_back({std::move(request), begin_by, deadline, std::move(answered)});
    }
    changed_.notify_one();
    return true;
}

void GatewayPool::stop() {
    std::deque<Call> left;
    std::deque<Call> authorizations;
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
        left.swap(others_);
        authorizations.swap(authorizations_);
    }
    changed_.notify_all();
    for (const auto* calls : {&left, &authorizations})
        for (const auto& call : *calls)
            call.answered(unasked(call.request, "the server is stopping"));
    for (auto& thread : threads_) {
        if (thread.joinable()) thread.join();
    }
}

std::size_t GatewayPool::waiting() const {
    const std::lock_guard lock(mutex_);
    return authorizations_.size() + others_.size();
}

GatewayPool::Outlook GatewayPool::outlook(std::size_t promised) const {
    const std::lock_guard lock(mutex_);
    const auto begun = authorizations_.size() + promised;
    Outlook outlook{.full = begun >= settings_.queue};
    const auto ahead = busy_ + others_.size() + 2 * begun;
    if (ahead < settings_.threads) return outlook;
    const auto turns = static_cast<Duration::rep>(ahead - settings_.threads + 1);
    outlook.wait = mean_call_ * turns / static_cast<Duration::rep>(settings_.threads);
    return outlook;
}

// An authorisation whose time is over is answered before anything is asked, so that it does not
// wait behind what goes before it.
bool GatewayPool::take(Call& call) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock,
                  [this] { return stopping_ || !authorizations_.empty() || !others_.empty(); });
    const bool overdue =
        !authorizations_.empty() && settings_.now() >= authorizations_.front().begin_by;
    auto& queue = others_.empty() || overdue ? authorizations_ : others_;
    if (queue.empty()) return false;
    call = std::move(queue.front());
    queue.pop_front();
    ++busy_;
    return true;
}

void GatewayPool::work() {
    Call call;
    while (take(call)) {
        auto given = answer(call);
        {
            const std::lock_guard lock(mutex_);
            --busy_;
        }
        call.answered(std::move(given));
        call = {};
    }
}

GatewayAnswer GatewayPool::answer(const Call& call) {
    const auto begun = settings_.now();
    if (begun >= call.begin_by)
        return unasked(call.request, "too many calls were waiting for the gateway");
    GatewayAnswer given;
    try {
        given = gateway_.ask(call.request, call.deadline);
    } catch (const std::exception& error) {  // a mistake of ours, with money perhaps on its way
        return {.status = GatewayStatus::unknown,
                .intent = call.request.intent,
                .reason = error.what()};
    }
    if (!is_answer(given.status)) return given;
    const auto took = std::chrono::duration_cast<Duration>(settings_.now() - begun);
    const std::lock_guard lock(mutex_);
    mean_call_ = mean_call_ == Duration{} ? took : mean_call_ + (took - mean_call_) / smoothing;
    return given;
}

}  // namespace souk
