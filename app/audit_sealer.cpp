#include "app/audit_sealer.hpp"

#include <spdlog/spdlog.h>

#include <set>
#include <tuple>

#include "app/views/security_audit.hpp"
#include "http/digest.hpp"
#include "persistence/transaction.hpp"

namespace souk {
namespace {

constexpr std::chrono::seconds interval{2};
constexpr std::int64_t piece = 1'000;

std::string_view bytes_of(const Digest& digest) {
    return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

std::string name_of(const SealedEntry& sealed) {
    return "row " + std::to_string(sealed.seal.sequence) + " at place " +
           std::to_string(sealed.seal.place);
}

bool has_lost_parts(const StoredAuditEntry& row) {
    return row.address.erased_by || row.reason.erased_by;
}

/// What is wrong with a part that the chain has a digest of.
std::string fault_of(const AuditPart& part, const std::string& text) {
    if (!part.erased_by) return part.found == part.digest ? "" : "was changed";
    return text.empty() ? "" : "was erased and is there";
}

}  // namespace

Digest seal_of(const Digest& before, const StoredAuditEntry& row, SealCovers covers) {
    const auto text = covers == SealCovers::parts
                          ? first_audit_text(row.entry, row.at)
                          : audit_text(row.entry, row.at,
                                       {to_hex(row.address.digest), to_hex(row.reason.digest)});
    return sha256({bytes_of(before), text});
}

Result<std::int64_t> seal_piece(Connection& db, std::int64_t limit) {
    auto end = lock_chain_end(db);
    if (!end) return end.error();
    const auto rows = find_unsealed(db, limit);
    if (!rows) return rows.error();
    std::vector<Seal> seals;
    for (const auto& row : *rows) {
        end->hash = seal_of(end->hash, row);
        seals.push_back({++end->place, row.sequence, end->hash});
    }
    if (seals.empty()) return std::int64_t{0};
    if (auto kept = insert_seals(db, seals); !kept) return kept.error();
    return static_cast<std::int64_t>(seals.size());
}

Result<std::int64_t> seal_audit(Connection& db, std::int64_t limit) {
    return in_transaction(db, [limit](Connection& inner) { return seal_piece(inner, limit); });
}

namespace {

/// Goes along the chain and remembers what is to be found further on.
class Walk {
public:
    explicit Walk(const std::optional<Digest>& expected) : expected_(expected) {
        report_.has_expected = !expected;
    }

    /// Whether the next seal follows, and its row is what it was.
    bool step(const SealedEntry& sealed) {
        report_.broken = fault_of(sealed);
        if (!report_.broken.empty()) return false;
        note(*sealed.row, sealed.seal);
        report_.end = {sealed.seal.place, sealed.seal.hash};
        report_.has_expected = report_.has_expected || sealed.seal.hash == *expected_;
        return true;
    }

    /// What must be so at the end of the chain.
    void arrive(const ChainEnd& end) {
        if (end.place > report_.end.place ||
            (end.place == report_.end.place && end.hash != report_.end.hash))
            report_.broken = "the chain ends at place " + std::to_string(report_.end.place) +
                             " instead of " + std::to_string(end.place);
        for (const auto sequence : half_sealed_)
            report_.broken = "row " + std::to_string(sequence) +
                             " lost what its seal was made of, and has no other";
        for (const auto& target : losers_)
            if (!erased_.contains(target))
                report_.broken = "parts of rows are gone, and nobody erased " + target;
    }

    ChainReport& report() { return report_; }

private:
    std::string fault_of(const SealedEntry& sealed) const {
        const auto& seal = sealed.seal;
        if (seal.place != report_.end.place + 1)
            return "place " + std::to_string(report_.end.place + 1) + " of the chain is missing";
        if (!sealed.row) return name_of(sealed) + " was removed";
        const auto& row = *sealed.row;
        const bool is_readable = seal.covers == SealCovers::digests || !has_lost_parts(row);
        if (is_readable && seal_of(report_.end.hash, row, seal.covers) != seal.hash)
            return name_of(sealed) + " was changed: " + to_text(row.entry.id);
        if (seal.covers == SealCovers::parts) return {};
        for (const auto& [part, text, what] :
             {std::tuple{&row.address, &row.entry.address, "address"},
              std::tuple{&row.reason, &row.entry.reason, "reason"}})
            if (const auto fault = souk::fault_of(*part, *text); !fault.empty())
                return "the " + std::string{what} + " of " + name_of(sealed) + " " + fault + ": " +
                       to_text(row.entry.id);
        return {};
    }

    void note(const StoredAuditEntry& row, const Seal& seal) {
        if (seal.covers == SealCovers::parts) {
            if (has_lost_parts(row)) half_sealed_.insert(row.sequence);
            return;
        }
        if (row.entry.action == erase_action) erased_.insert(row.entry.target);
        if (!has_lost_parts(row)) return;
        half_sealed_.erase(row.sequence);
        ++report_.erased;
        for (const auto* part : {&row.address, &row.reason})
            if (part->erased_by) losers_.insert(target_of(*part->erased_by));
    }

    const std::optional<Digest>& expected_;
    ChainReport report_;
    std::set<std::int64_t> half_sealed_;  // whose first seals cannot be made again
    std::set<std::string> losers_;        // whose parts are gone
    std::set<std::string> erased_;        // who were erased, as the chain tells
};

/// All of it as of one moment.
Result<ChainReport> walk_chain(Connection& db, const std::optional<Digest>& expected) {
    Walk walk(expected);
    auto& report = walk.report();
    for (;;) {
        const auto sealed = find_sealed(db, report.end.place, piece);
        if (!sealed) return sealed.error();
        for (const auto& one : *sealed)
            if (!walk.step(one)) return report;
        if (static_cast<std::int64_t>(sealed->size()) < piece) break;
    }
    const auto end = find_chain_end(db);
    if (!end) return end.error();
    walk.arrive(*end);
    const auto smuggled = find_smuggled(db);
    if (!smuggled) return smuggled.error();
    if (report.broken.empty() && *smuggled)
        report.broken = "row " + std::to_string((*smuggled)->sequence) +
                        " is not of the chain: " + to_text((*smuggled)->id);
    const auto waiting = count_unsealed(db);
    if (!waiting) return waiting.error();
    report.waiting = *waiting;
    return report;
}

}  // namespace

Result<ChainReport> verify_audit(Connection& db, const std::optional<Digest>& expected) {
    if (auto begun = db.run_script("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"); !begun)
        return begun.error();
    auto report = walk_chain(db, expected);
    if (auto ended = db.run_script("ROLLBACK"); !ended) return ended.error();
    return report;
}

void AuditSealer::start() {
    rounds_.start(interval, [this] { seal(); });
}

// A full piece means that there is more.
void AuditSealer::seal() {
    db_.read([](Connection& db) { return seal_audit(db, piece); },
             [this](Result<std::int64_t> sealed) {
                 if (!sealed && sealed.error().code != ErrorCode::unavailable)
                     spdlog::error("sealing the audit: {}", sealed.error().message);
                 if (sealed && *sealed == piece) seal();
             });
}

}  // namespace souk
