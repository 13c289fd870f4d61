#include "app/signing_keys.hpp"

#include <spdlog/spdlog.h>

#include "app/blocking_read.hpp"
#include "persistence/signing_key_repository.hpp"
#include "persistence/transaction.hpp"

namespace souk {
namespace {

constexpr std::chrono::minutes interval{1};

std::string place_of(const std::string& key_id) { return "signing_keys:" + key_id; }

std::vector<SigningKeyTimes> times_of(const std::vector<SigningKey>& keys) {
    std::vector<SigningKeyTimes> times;
    for (const auto& key : keys) times.push_back(key.times());
    return times;
}

}  // namespace

SigningKeys::SigningKeys(ReadPool& db, const Clock& clock, SigningKeyPolicy policy,
                         const std::string& secret)
    : db_(db), clock_(clock), policy_(policy) {
    if (!secret.empty()) sealing_key_ = sealing_key(secret, "signing keys");
}

Result<void> SigningKeys::start() {
    if (!sealing_key_)
        spdlog::warn(
            "identity.secret is not set: a restart ends all access tokens, and other "
            "servers do not know them");
    if (auto made = renew(); !made) return made;
    rounds_.start(interval, [this] {
        if (const auto done = renew(); !done)
            spdlog::warn("signing keys were not looked at: {}", done.error().message);
    });
    return {};
}

std::shared_ptr<const KeyRing> SigningKeys::ring() const {
    const std::lock_guard lock(mutex_);
    return ring_;
}

Result<void> SigningKeys::renew() {
    if (!sealing_key_) {
        swap(renewed_in_memory());
        return {};
    }
    auto keys = blocking_read(db_, [this](Connection& db) {
        return in_transaction(db, [this](Connection& inner) { return renewed(inner); });
    });
    if (!keys) return keys.error();
    swap(std::move(*keys));
    return {};
}

Result<std::vector<SigningKey>> SigningKeys::renewed(Connection& db) const {
    if (auto locked = lock_signing_keys(db); !locked) return locked.error();
    const auto sealed = find_signing_keys(db);
    if (!sealed) return sealed.error();
    std::vector<SigningKey> keys;
    for (const auto& row : *sealed) {
        const auto seed = unseal(*sealing_key_, place_of(row.id), row.sealed_seed);
        if (!seed)
            return refuse(ErrorCode::invalid_input,
                          "identity.secret is not the one that the signing keys were sealed with");
        keys.emplace_back(*seed, row.times);
    }
    const auto now = clock_.now();
    if (const auto due = due_successor(times_of(keys), policy_, now)) {
        const auto& made = keys.emplace_back(SigningKey::make(*due));
        const auto kept = insert_signing_key(
            db, {made.id(), seal(*sealing_key_, place_of(made.id()), made.seed()), made.times()});
        if (!kept) return kept.error();
    }
    while (is_retired(times_of(keys), 0, policy_, now)) {
        if (auto gone = delete_signing_key(db, keys.front().id()); !gone) return gone.error();
        keys.erase(keys.begin());
    }
    return keys;
}

std::vector<SigningKey> SigningKeys::renewed_in_memory() const {
    const auto before = ring();
    auto keys = before ? before->keys() : std::vector<SigningKey>{};
    const auto now = clock_.now();
    if (const auto due = due_successor(times_of(keys), policy_, now))
        keys.push_back(SigningKey::make(*due));
    while (is_retired(times_of(keys), 0, policy_, now)) keys.erase(keys.begin());
    return keys;
}

void SigningKeys::swap(std::vector<SigningKey> keys) {
    auto ring = std::make_shared<const KeyRing>(std::move(keys));
    const std::lock_guard lock(mutex_);
    ring_ = std::move(ring);
}

}  // namespace souk
