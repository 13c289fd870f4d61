#pragma once
// The composite types that rows are sent as. They live with one connection, in its pg_temp, so that
// a statement and its rows are declared in one place and no migration has to follow.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "persistence/connection.hpp"
#include "persistence/row_array.hpp"

namespace souk {

class RowTypes {
public:
    static Result<RowTypes> create(Connection& db, std::span<const RowType> types);

    /// Of a type that it was created with.
    std::uint32_t id_of(std::string_view name) const;

private:
    std::vector<std::pair<std::string, std::uint32_t>> ids_;
};

}  // namespace souk
