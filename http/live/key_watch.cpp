#include "http/live/key_watch.hpp"

#include <utility>

namespace souk {

KeyWatch::KeyWatch(const LiveReader& reader, LiveCaller caller, KeyCheck check)
    : reader_(reader), caller_(std::move(caller)), check_(std::move(check)) {}

void KeyWatch::ask(std::function<void(std::optional<Error>)> done) {
    if (!check_) return done(std::nullopt);
    check_([self = weak_from_this(), done = std::move(done)](Result<Principal> now) {
        if (const auto watch = self.lock()) done(watch->judge(std::move(now)));
    });
}

std::optional<Error> KeyWatch::judge(Result<Principal> now) {
    if (!now) return now.error();
    const auto before = std::exchange(caller_.principal, std::move(*now));
    for (const auto& topic : reader_.followed()) {
        if (auto refusal = refuse_topic(topic, caller_)) return refusal;
        if (auto refusal = refuse_what_was_by_scope(topic, before, caller_.principal))
            return refusal;
    }
    return std::nullopt;
}

bool KeyWatch::must_end(const Error& refusal) {
    return refusal.code == ErrorCode::unauthenticated || refusal.code == ErrorCode::forbidden;
}

}  // namespace souk
