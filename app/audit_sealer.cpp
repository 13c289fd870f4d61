#include "app/audit_sealer.hpp"

#include <spdlog/spdlog.h>

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

/// What is wrong with the next seal behind `end`; nothing when it follows.
std::string fault_of(const ChainEnd& end, const SealedEntry& sealed) {
    if (sealed.seal.place != end.place + 1)
        return "place " + std::to_string(end.place + 1) + " of the chain is missing";
    if (!sealed.row) return name_of(sealed) + " was removed";
    if (seal_of(end.hash, *sealed.row) != sealed.seal.hash)
        return name_of(sealed) + " was changed: " + to_text(sealed.row->entry.id);
    return {};
}

}  // namespace

Digest seal_of(const Digest& before, const StoredAuditEntry& row) {
    return sha256({bytes_of(before), audit_text(row.entry, row.at)});
}

Result<std::int64_t> seal_audit(Connection& db, std::int64_t limit) {
    return in_transaction(db, [limit](Connection& inner) -> Result<std::int64_t> {
        auto end = lock_chain_end(inner);
        if (!end) return end.error();
        const auto rows = find_unsealed(inner, limit);
        if (!rows) return rows.error();
        std::vector<Seal> seals;
        for (const auto& row : *rows) {
            end->hash = seal_of(end->hash, row);
            seals.push_back({++end->place, row.sequence, end->hash});
        }
        if (seals.empty()) return std::int64_t{0};
        if (auto kept = insert_seals(inner, seals); !kept) return kept.error();
        return static_cast<std::int64_t>(seals.size());
    });
}

namespace {

/// All of it as of one moment.
Result<ChainReport> walk_chain(Connection& db, const std::optional<Digest>& expected) {
    ChainReport report;
    report.has_expected = !expected;
    for (;;) {
        const auto sealed = find_sealed(db, report.end.place, piece);
        if (!sealed) return sealed.error();
        for (const auto& one : *sealed) {
            report.broken = fault_of(report.end, one);
            if (!report.broken.empty()) return report;
            report.end = {one.seal.place, one.seal.hash};
            report.has_expected = report.has_expected || one.seal.hash == *expected;
        }
        if (static_cast<std::int64_t>(sealed->size()) < piece) break;
    }
    const auto end = find_chain_end(db);
    if (!end) return end.error();
    if (end->place > report.end.place ||
        (end->place == report.end.place && end->hash != report.end.hash))
        report.broken = "the chain ends at place " + std::to_string(report.end.place) +
                        " instead of " + std::to_string(end->place);
    const auto smuggled = find_smuggled(db);
    if (!smuggled) return smuggled.error();
    if (report.broken.empty() && *smuggled)
        report.broken = "row " + std::to_string((*smuggled)->sequence) +
                        " is not of the chain: " + to_text((*smuggled)->entry.id);
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
