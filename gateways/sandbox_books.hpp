#pragma once
// What the sandbox remembers: payments, the answers given under each key, the events still to be
// told. In memory, and in a file when there is one: an entry is a line, written before it counts.
// A last line that was cut short never counted and is dropped. What was forgotten leaves the file
// when it is opened again. Not safe among threads.

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "domain/gateway.hpp"
#include "domain/result.hpp"
#include "domain/time.hpp"
#include "gateways/gateway_event.hpp"

namespace souk {

struct SandboxIntent {
    std::string id;  // "pi_sandbox_…", made of the authorization's key
    std::string key;
    OrderId order_id;
    PaymentId payment_id;
    Currency currency;
    Amount amount{};
    std::string method;
    GatewayStatus status{GatewayStatus::authorized};
    std::string charge;
    std::string reason;  // why it was declined
    Amount captured{};
    Amount refunded{};
    TimePoint changed_at{};
    TimePoint decided_at{};  // of one that is `processing`: when that ends
};

struct SandboxReply {
    std::string key;
    std::string facts;  // digest of the request
    GatewayAnswer answer;
};

/// A change of a payment that is still to be told, with the totals it led to.
struct SandboxEvent {
    std::string id;
    GatewayEventKind kind{GatewayEventKind::unsupported};
    std::string intent;
    std::string reason;
    Amount captured{};
    Amount refunded{};
    TimePoint created{};
    TimePoint due{};
};

/// All of it is remembered, or none.
struct SandboxEntry {
    std::optional<SandboxIntent> intent;  // as it is from now on
    std::optional<SandboxReply> reply;
    std::vector<SandboxEvent> events;
    std::string told;                    // the event that need not be told again
    std::vector<std::string> forgotten;  // payments; answers that are about none go with them
};

class SandboxBooks {
public:
    /// Reads the file, should it exist; its directory must. An empty name keeps the books in memory
    /// alone. `unavailable` when it cannot be read or written, `invalid_input` when a whole line
    /// does not read as an entry.
    static Result<std::unique_ptr<SandboxBooks>> open(const std::string& file);
    ~SandboxBooks();
    SandboxBooks(const SandboxBooks&) = delete;
    SandboxBooks& operator=(const SandboxBooks&) = delete;

    /// `unavailable` when it cannot be written; nothing is remembered then.
    Result<void> enter(const SandboxEntry& entry);

    const SandboxIntent* intent(std::string_view id) const;
    const SandboxReply* reply(std::string_view key) const;
    const std::map<std::string, SandboxIntent, std::less<>>& intents() const { return intents_; }
    /// Ids of the payments that are `processing`.
    const std::set<std::string>& undecided() const { return undecided_; }
    /// Still to be told, by id; when each is due may be changed, for this process.
    std::map<std::string, SandboxEvent>& events() { return events_; }

private:
    SandboxBooks() = default;
    Result<void> read();
    Result<void> rewrite();
    Error failed_to(std::string_view what) const;
    Result<void> write(std::string line);
    void remember(const SandboxEntry& entry);

    std::string name_;
    int file_{-1};
    std::size_t size_{0};  // of what counts in the file
    bool has_forgotten_{false};
    std::map<std::string, SandboxIntent, std::less<>> intents_;
    std::map<std::string, SandboxReply, std::less<>> replies_;
    std::set<std::string> undecided_;
    std::map<std::string, SandboxEvent> events_;
};

}  // namespace souk
