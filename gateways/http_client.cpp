#include "gateways/http_client.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <cctype>

#include "gateways/curl_start.hpp"

namespace souk {
namespace {

using HeaderList = std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)>;

struct Received {
    HttpReply& reply;
    const std::size_t limit;
    std::size_t header_bytes{0};
};

/// Anything but the whole size makes libcurl give the transfer up.
std::size_t take_body(char* bytes, std::size_t, std::size_t count, void* to) {
    auto& received = *static_cast<Received*>(to);
    if (received.reply.body.size() + count > received.limit) return 0;
    received.reply.body.append(bytes, count);
    return count;
}

std::size_t take_header(char* bytes, std::size_t, std::size_t count, void* to) {
    auto& received = *static_cast<Received*>(to);
    received.header_bytes += count;
    if (received.header_bytes > received.limit) return 0;
    constexpr std::string_view name = "request-id:";
    const std::string_view line(bytes, count);
    const auto same = [](char a, char b) {
        return std::tolower(static_cast<unsigned char>(a)) == b;
    };
    if (line.size() < name.size() || !std::equal(name.begin(), name.end(), line.begin(),
                                                 [&](char b, char a) { return same(a, b); }))
        return count;
    for (const char c : line.substr(name.size())) {
        const bool plain = std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '-';
        if (plain && received.reply.request_id.size() < 64) received.reply.request_id += c;
    }
    return count;
}

HeaderList header_list(const std::vector<std::string>& headers) {
    HeaderList list(nullptr, &curl_slist_free_all);
    for (const auto& header : headers) {
        auto* longer = curl_slist_append(list.get(), header.c_str());
        if (longer == nullptr) return {nullptr, &curl_slist_free_all};
        list.release();
        list.reset(longer);
    }
    return list;
}

bool may_split_a_header(const std::string& header) {
    return header.find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos;
}

void set_limits(CURL* handle, const HttpClientOptions& options, long patience_ms) {
    curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS,
                     std::min(patience_ms, static_cast<long>(options.connect_timeout.count())));
    curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, patience_ms);
    curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(handle, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(handle, CURLOPT_SSL_VERIFYHOST, 2L);
    curl_easy_setopt(handle, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    if (!options.ca_file.empty()) curl_easy_setopt(handle, CURLOPT_CAINFO, options.ca_file.c_str());
}

void set_request(CURL* handle, const HttpCall& call, curl_slist* headers) {
    const bool on_this_machine = call.url.starts_with("http://");
    curl_easy_setopt(handle, CURLOPT_URL, call.url.c_str());
    curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, on_this_machine ? "http" : "https");
    if (on_this_machine) curl_easy_setopt(handle, CURLOPT_PROXY, "");
    curl_easy_setopt(handle, CURLOPT_USERAGENT, "souk");
    curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers);
    if (call.method != "GET") {
        curl_easy_setopt(handle, CURLOPT_POST, 1L);
        curl_easy_setopt(handle, CURLOPT_POSTFIELDS, call.body.data());
        curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE, static_cast<long>(call.body.size()));
        if (call.method != "POST")
            curl_easy_setopt(handle, CURLOPT_CUSTOMREQUEST, call.method.c_str());
    } else {
        curl_easy_setopt(handle, CURLOPT_HTTPGET, 1L);
    }
}

HttpReply failure(HttpOutcome outcome, std::string problem) {
    return {.outcome = outcome, .problem = std::move(problem)};
}

/// True when it ended while the name was resolved, the connection made, the certificate checked.
bool nothing_was_sent(CURL* handle) {
    long request_bytes = 0;
    curl_off_t ready_after_us = 0;
    curl_easy_getinfo(handle, CURLINFO_REQUEST_SIZE, &request_bytes);
    curl_easy_getinfo(handle, CURLINFO_PRETRANSFER_TIME_T, &ready_after_us);
    return request_bytes == 0 && ready_after_us == 0;
}

HttpReply perform(CURL* handle, HttpReply& reply) {
    const auto result = curl_easy_perform(handle);
    if (result != CURLE_OK)
        return failure(nothing_was_sent(handle) ? HttpOutcome::not_sent : HttpOutcome::lost,
                       curl_easy_strerror(result));
    long status = 0;
    curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
    reply.outcome = HttpOutcome::answered;
    reply.status = static_cast<int>(status);
    return std::move(reply);
}

}  // namespace

bool is_safe_address(std::string_view url) {
    if (url.find_first_of("@ \t\r\n") != std::string_view::npos) return false;
    if (url.starts_with("https://")) return url.size() > 8;
    for (const std::string_view host : {"http://127.0.0.1", "http://localhost", "http://[::1]"}) {
        if (!url.starts_with(host)) continue;
        const auto rest = url.substr(host.size());
        if (rest.empty() || rest.front() == ':' || rest.front() == '/') return true;
    }
    return false;
}

HttpClient::HttpClient(HttpClientOptions options) : options_(std::move(options)) { start_curl(); }

HttpClient::~HttpClient() = default;

HttpReply HttpClient::send(const HttpCall& call, Deadline deadline) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        deadline - std::chrono::steady_clock::now());
    const auto patience = std::min(left, options_.total_timeout);
    if (patience.count() <= 0) return failure(HttpOutcome::not_sent, "no time was left to ask");
    if (!is_safe_address(call.url))
        return failure(HttpOutcome::not_sent, "the address is not https");
    if (std::ranges::any_of(call.headers, may_split_a_header))
        return failure(HttpOutcome::not_sent, "a header holds a line break");
    const auto headers = header_list(call.headers);
    auto handle = take_handle();
    if (!handle || (!call.headers.empty() && !headers))
        return failure(HttpOutcome::not_sent, "out of memory");

    HttpReply reply;
    Received received{reply, options_.max_answer_bytes};
    set_limits(handle.get(), options_, static_cast<long>(patience.count()));
    set_request(handle.get(), call, headers.get());
    curl_easy_setopt(handle.get(), CURLOPT_WRITEFUNCTION, &take_body);
    curl_easy_setopt(handle.get(), CURLOPT_WRITEDATA, &received);
    curl_easy_setopt(handle.get(), CURLOPT_HEADERFUNCTION, &take_header);
    curl_easy_setopt(handle.get(), CURLOPT_HEADERDATA, &received);
    auto finished = perform(handle.get(), reply);
    keep_handle(std::move(handle));
    return finished;
}

HttpClient::Handle HttpClient::take_handle() {
    const std::lock_guard lock(mutex_);
    if (idle_.empty()) return {curl_easy_init(), &curl_easy_cleanup};
    auto handle = std::move(idle_.back());
    idle_.pop_back();
    curl_easy_reset(handle.get());  // its options, not its connections
    return handle;
}

void HttpClient::keep_handle(Handle handle) {
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(handle));
}

}  // namespace souk
