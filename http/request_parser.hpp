#pragma once
// From bytes to a Request, on Beast's parser, with nothing in between and nothing let through that
// two servers could read in two ways.

#include <boost/beast/http/basic_parser.hpp>

#include <cstdint>

#include "http/request.hpp"

namespace souk {

class RequestParser final : public boost::beast::http::basic_parser<true> {
public:
    RequestParser(std::uint32_t max_header_bytes, std::uint64_t max_body_bytes);

    /// The status and error that a failed parse comes to.
    struct Failure {
        int status;
        Error error;
    };
    Failure failure_of(const boost::system::error_code& ec) const;

    /// Reads on in the bytes that are there and says how many it took; the rest comes again with
    /// what follows it. `need_more` is no failure.
    std::size_t feed(boost::asio::const_buffer bytes, boost::system::error_code& ec);

    Request& request() { return request_; }
    int version() const { return version_; }  // 10 or 11
    bool expects_continue() const { return expects_continue_; }

private:
    using boost::beast::http::basic_parser<true>::put;  // `feed` is the way in
    using error_code = boost::beast::error_code;
    using string_view = boost::beast::string_view;

    void on_request_impl(boost::beast::http::verb, string_view method, string_view target,
                         int version, error_code& ec) override;
    void on_response_impl(int, string_view, int, error_code&) override {}
    void on_field_impl(boost::beast::http::field field, string_view name, string_view value,
                       error_code& ec) override;
    void on_header_impl(error_code& ec) override;
    void on_body_init_impl(const boost::optional<std::uint64_t>& length, error_code& ec) override;
    std::size_t on_body_impl(string_view body, error_code& ec) override;
    void on_chunk_header_impl(std::uint64_t, string_view, error_code&) override {}
    std::size_t on_chunk_body_impl(std::uint64_t, string_view body, error_code& ec) override;
    void on_finish_impl(error_code&) override {}

    Request request_;
    int version_{11};
    int hosts_{0};
    bool has_length_{false};
    bool has_coding_{false};
    bool unknown_coding_{false};
    bool expects_continue_{false};
    bool header_done_{false};
    bool chunk_cut_off_{false};  // the last bytes ended within a chunk's header
};

}  // namespace souk
