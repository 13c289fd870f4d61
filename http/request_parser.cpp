#include "http/request_parser.hpp"

#include <boost/beast/core/string.hpp>

#include <algorithm>

namespace souk {
namespace {

namespace http = boost::beast::http;

constexpr std::uint64_t reserved_at_once = 64 * 1024;
constexpr std::size_t shortest_end_of_chunks = 5;  // "0\r\n\r\n"

std::string lower_case(std::string_view text) {
    std::string lower(text);
    for (char& c : lower) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    }
    return lower;
}

}  // namespace

RequestParser::RequestParser(std::uint32_t max_header_bytes, std::uint64_t max_body_bytes) {
    eager(true);
    header_limit(max_header_bytes);
    body_limit(max_body_bytes);
}

RequestParser::Failure RequestParser::failure_of(const boost::system::error_code& ec) const {
    if (ec == http::error::header_limit) {
        return {431, refuse(ErrorCode::payload_too_large, "the request's header is too large")};
    }
    if (ec == http::error::body_limit) {
        return {413, refuse(ErrorCode::payload_too_large, "the request's body is too large")};
    }
    if (ec == http::error::bad_version) {
        return {505, refuse(ErrorCode::invalid_input, "this server speaks HTTP/1.1")};
    }
    if (unknown_coding_) {
        return {501, refuse(ErrorCode::invalid_input, "the only transfer coding here is chunked")};
    }
    return {400, refuse(ErrorCode::invalid_input, "the request is not well-formed HTTP")};
}

std::size_t RequestParser::feed(boost::asio::const_buffer bytes, boost::system::error_code& ec) {
    // Beast 1.81 takes for granted that a last chunk comes back whole once it has been seen.
    if (chunk_cut_off_ && bytes.size() < shortest_end_of_chunks) {
        ec = http::error::need_more;
        return 0;
    }
    const auto taken = put(bytes, ec);
    chunk_cut_off_ = header_done_ && has_coding_ && taken < bytes.size();
    return taken;
}

void RequestParser::on_request_impl(http::verb, string_view method, string_view target, int version,
                                    error_code&) {
    request_.method = method_of({method.data(), method.size()});
    request_.target.assign(target.data(), target.size());
    request_.headers.reserve(16);
    version_ = version;
}

void RequestParser::on_field_impl(http::field field, string_view name, string_view value,
                                  error_code& ec) {
    if (header_done_) return;  // a trailer says nothing we act upon
    if (field == http::field::host) ++hosts_;
    if (field == http::field::content_length) has_length_ = true;
    if (field == http::field::transfer_encoding) {
        unknown_coding_ = !boost::beast::iequals(value, "chunked");
        if (unknown_coding_ || has_coding_ || has_length_ || version_ < 11) {
            ec = http::error::bad_transfer_encoding;
            return;
        }
        has_coding_ = true;
    }
    if (field == http::field::expect) {
        expects_continue_ = version_ >= 11 && boost::beast::iequals(value, "100-continue");
    }
    request_.headers.emplace_back(lower_case({name.data(), name.size()}),
                                  std::string(value.data(), value.size()));
}

void RequestParser::on_header_impl(error_code& ec) {
    header_done_ = true;
    const bool one_host = hosts_ == 1 || (hosts_ == 0 && version_ < 11);
    if (!one_host) ec = http::error::bad_field;
    if (has_length_ && has_coding_) ec = http::error::bad_content_length;
}

void RequestParser::on_body_init_impl(const boost::optional<std::uint64_t>& length, error_code&) {
    if (length) request_.body.reserve(std::min(*length, reserved_at_once));
}

std::size_t RequestParser::on_body_impl(string_view body, error_code&) {
    request_.body.append(body.data(), body.size());
    return body.size();
}

std::size_t RequestParser::on_chunk_body_impl(std::uint64_t, string_view body, error_code&) {
    request_.body.append(body.data(), body.size());
    return body.size();
}

}  // namespace souk
