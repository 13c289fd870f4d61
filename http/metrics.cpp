#include "http/metrics.hpp"

#include <algorithm>
#include <atomic>
#include <charconv>

namespace souk {
namespace {

std::size_t thread_number() {
    static std::atomic<std::size_t> threads{0};
    thread_local const std::size_t number = threads++;
    return number;
}

void append_number(std::string& out, double value) {
    char digits[32];
    const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
    out.append(digits, end);
}

void append_header(std::string& out, std::string_view name, std::string_view help,
                   std::string_view type) {
    out.append("# HELP ").append(name).append(" ").append(help);
    out.append("\n# TYPE ").append(name).append(" ").append(type).append("\n");
}

void append_sample(std::string& out, std::string_view name, std::string_view labels, double value) {
    out += name;
    if (!labels.empty()) out.append("{").append(labels).append("}");
    out += ' ';
    append_number(out, value);
    out += '\n';
}

std::string label(std::string_view name, std::string_view value) {
    return std::string(name).append("=\"").append(value).append("\"");
}

}  // namespace

void HttpMetrics::add(std::string name, std::string help, Kind kind, std::function<double()> read,
                      std::string labels) {
    const std::lock_guard lock(mutex_);
    numbers_.push_back(
        {std::move(name), std::move(help), kind, std::move(read), std::move(labels)});
}

void HttpMetrics::add_text(std::function<std::string()> write) {
    const std::lock_guard lock(mutex_);
    texts_.push_back(std::move(write));
}

HttpMetrics::Class HttpMetrics::class_of(std::string_view method, std::string_view route) {
    if (route.starts_with("/admin/")) return Class::console;
    for (const std::string_view system : {"/health", "/metrics", "/docs", "/openapi", "/favicon"})
        if (route.starts_with(system)) return Class::system;
    return method == "GET" || method == "HEAD" ? Class::reads : Class::writes;
}

void HttpMetrics::request_done(std::string_view method, std::string_view route, int status,
                               double seconds) {
    latencies_[static_cast<std::size_t>(class_of(method, route))].record(
        static_cast<std::int64_t>(seconds * 1e9));
    const auto bucket = std::lower_bound(bounds.begin(), bounds.end(), seconds) - bounds.begin();
    auto& shard = shards_[thread_number() % shards_.size()];
    const std::lock_guard lock(shard.mutex);
    const RequestView key{method, route, status};
    auto request = shard.requests.find(key);
    if (request == shard.requests.end()) {
        request =
            shard.requests.emplace(RequestKey{std::string(method), std::string(route), status}, 0)
                .first;
    }
    request->second += 1;
    auto durations = shard.durations.find(route);
    if (durations == shard.durations.end()) {
        durations = shard.durations.emplace(std::string(route), Durations{}).first;
    }
    durations->second.buckets[static_cast<std::size_t>(bucket)] += 1;
    durations->second.sum += seconds;
}

std::string HttpMetrics::text() const {
    std::string out;
    write_requests(out);
    write_numbers(out);
    std::vector<std::function<std::string()>> texts;
    {
        const std::lock_guard lock(mutex_);
        texts = texts_;
    }
    for (const auto& write : texts) out += write();
    return out;
}

void HttpMetrics::write_requests(std::string& out) const {
    Requests requests;
    Histograms durations;
    for (auto& shard : shards_) {
        const std::lock_guard lock(shard.mutex);
        for (const auto& [key, count] : shard.requests) requests[key] += count;
        for (const auto& [route, part] : shard.durations) {
            auto& whole = durations[route];
            whole.sum += part.sum;
            for (std::size_t i = 0; i < part.buckets.size(); ++i) {
                whole.buckets[i] += part.buckets[i];
            }
        }
    }
    append_header(out, "souk_http_requests_total", "Requests answered.", "counter");
    for (const auto& [key, count] : requests) {
        const auto& [method, route, status] = key;
        append_sample(out, "souk_http_requests_total",
                      label("method", method) + "," + label("route", route) + "," +
                          label("status", std::to_string(status)),
                      static_cast<double>(count));
    }
    append_header(out, "souk_http_request_duration_seconds",
                  "From the parsed request to its answer.", "histogram");
    for (const auto& [route, histogram] : durations) {
        const auto route_label = label("route", route);
        std::uint64_t so_far = 0;
        for (std::size_t i = 0; i < histogram.buckets.size(); ++i) {
            so_far += histogram.buckets[i];
            std::string bound;
            if (i < bounds.size()) append_number(bound, bounds[i]);
            append_sample(out, "souk_http_request_duration_seconds_bucket",
                          route_label + "," + label("le", bound.empty() ? "+Inf" : bound),
                          static_cast<double>(so_far));
        }
        append_sample(out, "souk_http_request_duration_seconds_sum", route_label, histogram.sum);
        append_sample(out, "souk_http_request_duration_seconds_count", route_label,
                      static_cast<double>(so_far));
    }
}

void HttpMetrics::write_numbers(std::string& out) const {
    std::vector<Number> numbers;
    {
        const std::lock_guard lock(mutex_);
        numbers = numbers_;
    }
    std::string_view last_name;
    for (const auto& number : numbers) {
        if (number.name != last_name) {
            append_header(out, number.name, number.help,
                          number.kind == Kind::counter ? "counter" : "gauge");
        }
        last_name = number.name;
        append_sample(out, number.name, number.labels, number.read());
    }
}

}  // namespace souk
