#include "app/key_commands.hpp"

#include "persistence/personal_keys_repository.hpp"
#include "persistence/resealing.hpp"

namespace souk {
namespace {

constexpr std::int64_t rows_at_once = 500;
constexpr std::int64_t rows_between_words = 10'000;
constexpr int most_rounds = 5;

using Say = std::function<void(const std::string&)>;

std::string rows_of(std::int64_t count) {
    return std::to_string(count) + (count == 1 ? " row" : " rows");
}

/// What else holds a key's texts would be sealed under it again behind our back.
Result<void> must_serve(Connection& db) {
    const auto serving = find_serving_key(db);
    if (!serving) return serving.error();
    if (*serving == db.personal().key_id()) return {};
    return refuse(ErrorCode::conflict, "the server does not seal under the key " +
                                           std::string{db.personal().key_id()} +
                                           " yet: start it with the same privacy.keys first");
}

/// A row that does not open was touched by somebody, and is not covered up.
Result<Resealing::Step> guarded_step(Resealing& resealing, Connection& db,
                                     const SealedTable& table) {
    try {
        return resealing.step(db, rows_at_once);
    } catch (const std::exception& thrown) {
        return Error{ErrorCode::internal, "the row " + resealing.place() + " of " +
                                              std::string{table.name} +
                                              " is left as it is: " + thrown.what()};
    }
}

/// How many rows it found that were not under the newest key.
Result<std::int64_t> reseal(Connection& db, const SealedTable& table, const Say& say) {
    Resealing resealing(table);
    std::int64_t found = 0;
    std::int64_t sealed = 0;
    std::int64_t next_word = rows_between_words;
    for (bool at_end = false; !at_end;) {
        const auto step = guarded_step(resealing, db, table);
        if (!step) return step.error();
        found += step->read;
        sealed += step->sealed;
        at_end = step->at_end;
        if (sealed < next_word && !(at_end && sealed > 0)) continue;
        say(std::string{table.name} + ": " + rows_of(sealed) + " sealed");
        next_word = sealed + rows_between_words;
    }
    return found;
}

/// Rows that somebody wrote meanwhile are under the newest key, or are found in the next round.
Result<bool> reseal_all(Connection& db, const Say& say) {
    for (int round = 0; round < most_rounds; ++round) {
        std::int64_t found = 0;
        for (const auto& table : sealed_tables()) {
            const auto rows = reseal(db, table, say);
            if (!rows) return rows.error();
            found += *rows;
        }
        if (found == 0) return true;
    }
    return false;
}

}  // namespace

Result<void> rotate_keys(Connection& db, const Say& say) {
    const std::string newest{db.personal().key_id()};
    if (newest.empty()) return refuse(ErrorCode::invalid_input, "privacy.keys names no key");
    if (auto ready = must_serve(db); !ready) return ready;
    if (auto ready = adopt_personal_keys(db); !ready) return ready;
    // Each row is a transaction of its own, which nobody waits for; one that a crash forgets is
    // found again.
    if (const auto set = db.run_script("SET synchronous_commit = off"); !set) return set.error();
    const auto whole = reseal_all(db, say);
    if (!whole) return whole.error();
    if (const auto set = db.run_script("SET synchronous_commit = on"); !set) return set.error();
    const auto uses = count_personal_rows(db);
    if (!uses) return uses.error();
    bool all = *whole;
    for (const auto& [id, rows] : *uses) {
        if (id == newest) {
            say(rows_of(rows) + " sealed under the newest key " + id);
        } else if (rows > 0) {
            all = false;
            say(rows_of(rows) + (id.empty() ? " not sealed" : " left under the key " + id));
        } else if (!id.empty()) {
            if (auto dropped = drop_personal_key(db, id); !dropped) return dropped;
            say("the key " + id + " seals nothing any more: drop it from privacy.keys");
        }
    }
    if (!all) return refuse(ErrorCode::conflict, "not all is under the newest key: run it again");
    return {};
}

Result<std::string> key_status(Connection& db) {
    const auto uses = count_personal_rows(db);
    if (!uses) return uses.error();
    const auto serving = find_serving_key(db);
    if (!serving) return serving.error();
    std::string lines;
    for (const auto& [id, rows] : *uses) {
        lines += id.empty() ? "not sealed" : "key " + id;
        lines += ": " + rows_of(rows);
        if (!id.empty() && id == *serving) lines += ", the server seals under it";
        lines += '\n';
    }
    return lines.empty() ? "nothing is kept of anybody\n" : lines;
}

}  // namespace souk
