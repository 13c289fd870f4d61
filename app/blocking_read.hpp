#pragma once
// For threads that may wait, which a connection's or a pool's may not.

#include <future>
#include <utility>

#include "persistence/read_pool.hpp"

namespace souk {

/// Runs `ask(Connection&)` on the pool and returns its result.
template <class Ask>
auto blocking_read(ReadPool& pool, Ask ask) {
    using Given = decltype(ask(std::declval<Connection&>()));
    std::promise<Given> given;
    auto answer = given.get_future();
    pool.read(std::move(ask), [&given](Given found) { given.set_value(std::move(found)); });
    return answer.get();
}

/// The same, seeing one tenant's rows alone.
template <class Ask>
auto blocking_read(ReadPool& pool, const TenantId& tenant, Ask ask) {
    using Given = decltype(ask(std::declval<Connection&>()));
    std::promise<Given> given;
    auto answer = given.get_future();
    pool.read(tenant, std::move(ask), [&given](Given found) { given.set_value(std::move(found)); });
    return answer.get();
}

}  // namespace souk
