#include "tests/http/http_world.hpp"

#include "http/page_routes.hpp"
#include "http/system_routes.hpp"
#include "protocol/json_schema.hpp"

namespace souk {
namespace {

std::string no_schema(SchemaSet&) { return "{}"; }
constexpr DtoInfo any_body{"Any", true, &no_schema, nullptr};

Task<Outcome> show_thing(Call& call) {
    co_return Answer{.body = "{\"data\":\"" + std::string(call.path("id")) + "\"}",
                     .etag = "\"7\""};
}

Task<Outcome> make_thing(Call& call) {
    work_done() += 1;
    co_return Answer{.status = 201, .body = call.request().body, .location = "/api/v1/things/1"};
}

/// Its answer goes into an entity's commit, as far as the stages can tell; the second time there is
/// nothing to commit.
Task<Outcome> make_entity(Call& call) {
    const bool is_new = ++work_done() == 1;
    const auto context = call.ask_context();
    const bool kept = context.idempotency && is_new;
    co_return Answer{.status = 201, .body = kept ? "{\"kept\":true}" : "{}", .key_stored = kept};
}

Task<Outcome> refuse_thing(Call&) {
    work_done() += 1;
    co_return refuse(ErrorCode::insufficient_stock, "sold out");
}

Task<Outcome> decline_thing(Call&) {
    work_done() += 1;
    co_return refuse(ErrorCode::payment_failed, "insufficient_funds");
}

Task<Outcome> wait_at_gate(Call& call) {
    work_done() += 1;
    co_return co_await call.wait<Outcome>([&](Reply reply) { gate().wait(std::move(reply)); });
}

Task<Outcome> show_text(Call&) { co_return Answer{.body = std::string(5'000, 'x')}; }

Task<Outcome> throw_up(Call&) {
    throw std::runtime_error("a bug");
    co_return Answer{};
}

Task<Outcome> show_admin(Call& call) { co_return Answer{.body = call.principal().actor()}; }

Task<Outcome> remove_thing(Call&) { co_return Answer{.status = 204}; }

}  // namespace

Gate& gate() {
    static Gate only;
    return only;
}

std::atomic<int>& work_done() {
    static std::atomic<int> only{0};
    return only;
}

void FakeBook::find(const TenantId&, const std::string& caller, const std::string& key,
                    Promise<Result<std::optional<IdempotencyRecord>>> found) {
    std::optional<IdempotencyRecord> record;
    {
        const std::lock_guard lock(mutex_);
        const auto at = records_.find({caller, key});
        if (at != records_.end()) record = at->second;
    }
    found(record);
}

void FakeBook::remember(const TenantId&, IdempotencyRecord record, Promise<Result<bool>> done) {
    if (away) return done(refuse(ErrorCode::unavailable, "the database is not reachable"));
    {
        const std::lock_guard lock(mutex_);
        records_.emplace(std::pair{record.caller, record.key}, record);
    }
    done(true);
}

std::size_t FakeBook::size() const {
    const std::lock_guard lock(mutex_);
    return records_.size();
}

std::string FakeKeys::add(std::vector<std::string> scopes, std::int64_t requests_per_minute) {
    const std::lock_guard lock(mutex_);
    const std::string secret = "0123456789abcdef" + std::to_string(keys_.size());
    ApiKey key;
    key.id = ApiKeyId{uuid_v7(TimePoint{}, 7, keys_.size())};
    key.secret_hash = sha256({secret});
    key.scopes = std::move(scopes);
    key.requests_per_minute = requests_per_minute;
    keys_[key.id] = std::make_shared<ApiKey>(key);
    return api_key_text(key.id, secret);
}

void FakeKeys::find(const OfTenant<ApiKeyId>& id,
                    Promise<Result<std::shared_ptr<const ApiKey>>> found) {
    if (down) return found(refuse(ErrorCode::unavailable, "the database is gone"));
    std::shared_ptr<const ApiKey> key;
    {
        const std::lock_guard lock(mutex_);
        const auto at = keys_.find(id.id);
        if (at != keys_.end()) key = at->second;
    }
    if (!key) return found(refuse(ErrorCode::not_found, "no such key"));
    found(key);
}

void FakeKeys::change(std::string_view text, const std::function<void(ApiKey&)>& edit) {
    const std::lock_guard lock(mutex_);
    for (auto& [id, key] : keys_) {
        if (!text.starts_with(api_key_text(id, ""))) continue;
        ApiKey next = *key;
        edit(next);
        key = std::make_shared<ApiKey>(std::move(next));
    }
}

void FakeKeys::revoke(std::string_view text) {
    change(text, [](ApiKey& key) { key.revoked = true; });
}

void FakeKeys::set_scopes(std::string_view text, std::vector<std::string> scopes) {
    change(text, [&](ApiKey& key) { key.scopes = std::move(scopes); });
}

void FakeLimits::take(std::string bucket, std::int64_t per_minute,
                      Promise<Result<RateDecision>> decision) {
    if (down) return decision(refuse(ErrorCode::unavailable, "no Redis"));
    std::int64_t taken = 0;
    {
        const std::lock_guard lock(mutex_);
        taken = ++taken_[bucket];
    }
    decision(RateDecision{taken <= per_minute, per_minute, std::max(per_minute - taken, {}), 60});
}

bool FakeLimits::is_closed(const std::string& bucket, std::int64_t per_minute) {
    const std::lock_guard lock(mutex_);
    const auto at = taken_.find(bucket);
    return at != taken_.end() && at->second >= per_minute;
}

void Gate::wait(Reply reply) {
    const std::lock_guard lock(mutex_);
    waiting_.push_back(std::move(reply));
    changed_.notify_all();
}

void Gate::await_waiting(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return waiting_.size() >= count; });
}

void Gate::open(const Outcome& outcome) {
    std::vector<Reply> waiting;
    {
        const std::lock_guard lock(mutex_);
        waiting.swap(waiting_);
    }
    for (const auto& reply : waiting) reply(outcome);
}

void Gate::forget() {
    std::vector<Reply> waiting;
    const std::lock_guard lock(mutex_);
    waiting.swap(waiting_);
}

HttpWorld::HttpWorld(const LiveSettings& with)
    : live(with),
      services{carts,
               orders,
               stocks,
               discounts,
               book,
               catalogue,
               reports,
               payments,
               discount_reports,
               webhooks,
               console,
               tables,
               tenants,
               keys,
               accounts,
               provider_log_ins,
               about_people.people,
               about_people.addresses,
               about_people.customers,
               about_people.buyers,
               about_people.key_desk,
               about_people.audit,
               about_people.personal_data,
               limits,
               health,
               metrics,
               clock,
               ids,
               documents,
               live} {
    work_done() = 0;
    services.settings.guest_requests_per_minute = 0;
    services.settings.access_log = false;
    add_system_routes(router);
    add_page_routes(router, DemoShop::at_the_root);
    router.add({Method::get, "/things/{id}", show_thing, {}, {}});
    router.add({Method::del, "/things/{id}", remove_thing, {}, {}});
    router.add({Method::post, "/things", make_thing, {}, {.body = &any_body}});
    router.add({Method::post, "/entities", make_entity, {}, {}});
    router.add({Method::post, "/refusals", refuse_thing, {}, {}});
    router.add({Method::post, "/declines", decline_thing, {}, {}});
    router.add({Method::post, "/gate", wait_at_gate, {}, {}});
    router.add({Method::get, "/texts", show_text, {}, {}});
    router.add({Method::get, "/bug", throw_up, {}, {}});
    router.add({Method::get, "/admin", show_admin, Access::key({"orders:read"}), {}});
    router.add({Method::get, "/mine", show_admin, Access::user(), {}});
    router.add({.method = Method::post,
                .pattern = "/secrets",
                .handler = make_thing,
                .doc = {.body = &any_body},
                .rate = RateClass::credentials,
                .takes_key = false});
}

HttpWorld::~HttpWorld() {
    gate().forget();
    if (server) server->stop(std::chrono::seconds(5));
}

ServerSettings HttpWorld::quick() {
    ServerSettings settings;
    settings.address = "127.0.0.1";
    settings.port = 0;
    settings.tick = std::chrono::milliseconds(10);
    return settings;
}

std::uint16_t HttpWorld::start(ServerSettings settings) {
    server.emplace(std::move(settings), router, services);
    port = server->start().value();
    return port;
}

}  // namespace souk
