#include "persistence/product_cache.hpp"

#include "persistence/text_format.hpp"

namespace souk {
namespace {

constexpr auto epoch_key = "souk:epoch";
constexpr std::chrono::milliseconds gather_drops{
    5};  // one SKU may change a thousand times a second

// KEYS: the value, the epoch, then ids whose generations are compared. A value is stored under its
// epoch; one of an older epoch does not count. souk:of remembers which value shows an id.
constexpr auto store_script = R"(
    local kept = tonumber(ARGV[3])
    if (redis.call('GET', KEYS[2]) or '') ~= ARGV[1] then return 0 end
    for i = 3, #KEYS do
        if (redis.call('GET', 'souk:gen:' .. KEYS[i]) or '') ~= ARGV[i + 1] then return 0 end
    end
    redis.call('SET', KEYS[1], ARGV[1] .. ':' .. ARGV[2], 'EX', kept)
    for i = 3, #KEYS do redis.call('SET', 'souk:of:' .. KEYS[i], KEYS[1], 'EX', kept * 2) end
    return 1)";

// What is dropped gets a new generation, and the product it belongs to goes. A generation outlives
// every reader that may have seen the one before it.
constexpr auto drop_script = R"(
    local generation = redis.call('INCR', 'souk:drops')
    for i = 1, #KEYS do
        redis.call('SET', 'souk:gen:' .. KEYS[i], generation, 'EX', 172800)
        local product = redis.call('GET', 'souk:of:' .. KEYS[i])
        if product then redis.call('DEL', product) end
    end
    return #KEYS)";

/// By the clock, so that an emptied Redis never comes back to an epoch that somebody remembers.
std::vector<std::string> new_epoch() {
    return {
        "EVAL",
        "local now = redis.call('TIME') return redis.call('SET', KEYS[1], table.concat(now, '.'))",
        "1", epoch_key};
}

template <class Tag>
std::string text_of(const Id<Tag>& id) {
    std::string text;
    append_text(text, id);
    return text;
}

std::string value_key(const TenantId& tenant, const ProductId& id) {
    return "souk:product:" + text_of(tenant) + ":" + text_of(id);
}
template <class Tag>
std::string generation_key(const Id<Tag>& id) {
    return "souk:gen:" + text_of(id);
}

/// The value without its epoch; nothing when it is of another.
std::optional<std::string> of_epoch(const RedisValue& value, const std::string& epoch) {
    if (value.nil || epoch.empty()) return std::nullopt;
    if (!value.text.starts_with(epoch + ":")) return std::nullopt;
    return value.text.substr(epoch.size() + 1);
}

}  // namespace

ProductCache::ProductCache(Redis& redis, std::chrono::seconds keep)
    : redis_(redis), keep_s_(std::to_string(keep.count())) {
    redis_.at_connect(new_epoch());
}

void ProductCache::find(const TenantId& tenant, const std::vector<ProductId>& ids,
                        std::function<void(Result<CachedProducts>)> done) {
    flush(redis_, drops_);
    if (!drops_->lost.exchange(false)) return look(tenant, ids, std::move(done));
    // Until a new epoch stands, nothing that is in there may be shown.
    redis_.command(new_epoch(), [this, tenant, ids, done = std::move(done),
                                 drops = drops_](const Result<RedisValue>& result) {
        if (result) return look(tenant, ids, done);
        drops->lost = true;
        done(result.error());
    });
}

void ProductCache::look(const TenantId& tenant, const std::vector<ProductId>& ids,
                        std::function<void(Result<CachedProducts>)> done) {
    std::vector<std::string> words{"MGET", epoch_key};
    for (const auto& id : ids) {
        words.push_back(value_key(tenant, id));
        words.push_back(generation_key(id));
    }
    redis_.command(std::move(words),
                   [done = std::move(done), drops = drops_](Result<RedisValue> found) {
                       if (!found) return done(found.error());
                       CachedProducts products;
                       products.epoch = found->elements[0].text;
                       if (products.epoch.empty()) drops->lost = true;  // Redis was emptied
                       for (std::size_t i = 1; i + 1 < found->elements.size(); i += 2) {
                           products.values.push_back(of_epoch(found->elements[i], products.epoch));
                           products.generations.push_back(found->elements[i + 1].text);
                       }
                       done(std::move(products));
                   });
}

void ProductCache::generations(const std::vector<VariantId>& variants,
                               std::function<void(Result<std::vector<std::string>>)> done) {
    if (variants.empty()) return done(std::vector<std::string>{});
    flush(redis_, drops_);
    std::vector<std::string> words{"MGET"};
    for (const auto& variant : variants) words.push_back(generation_key(variant));
    redis_.command(std::move(words), [done = std::move(done)](Result<RedisValue> found) {
        if (!found) return done(found.error());
        std::vector<std::string> generations;
        for (auto& element : found->elements) generations.push_back(std::move(element.text));
        done(std::move(generations));
    });
}

void ProductCache::store(const TenantId& tenant, ProductId id,
                         const std::vector<VariantId>& variants, const CacheMoment& moment,
                         const std::string& value) {
    if (moment.epoch.empty()) return;
    std::vector<std::string> keys{value_key(tenant, id), epoch_key, text_of(id)};
    for (const auto& variant : variants) keys.push_back(text_of(variant));
    std::vector<std::string> arguments{moment.epoch, value, keep_s_};
    arguments.insert(arguments.end(), moment.generations.begin(), moment.generations.end());
    redis_.script(store_script, std::move(keys), std::move(arguments), [](const auto&) {});
}

void ProductCache::drop_variants(const std::vector<VariantId>& variants) {
    if (variants.empty()) return;
    {
        const std::lock_guard lock(drops_->mutex);
        const bool waits = !drops_->gathered.empty();
        drops_->gathered.insert(variants.begin(), variants.end());
        if (waits) return;
    }
    if (!redis_.after(gather_drops, [&redis = redis_, drops = drops_] { flush(redis, drops); }))
        flush(redis_, drops_);
}

void ProductCache::drop_product(ProductId id) { drop(redis_, drops_, {text_of(id)}); }

void ProductCache::flush(Redis& redis, const std::shared_ptr<Drops>& drops) {
    std::unordered_set<VariantId> gathered;
    {
        const std::lock_guard lock(drops->mutex);
        gathered.swap(drops->gathered);
    }
    std::vector<std::string> ids;
    for (const auto& variant : gathered) ids.push_back(text_of(variant));
    if (!ids.empty()) drop(redis, drops, std::move(ids));
}

void ProductCache::drop(Redis& redis, const std::shared_ptr<Drops>& drops,
                        std::vector<std::string> ids) {
    redis.script(drop_script, std::move(ids), {}, [drops](const Result<RedisValue>& result) {
        if (!result) drops->lost = true;
    });
}

}  // namespace souk
