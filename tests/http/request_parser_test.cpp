#include "http/request_parser.hpp"

#include <optional>
#include <string>
#include <vector>

#include "tests/support/catch.hpp"

namespace souk {
namespace {

/// Feeds the pieces as a connection does; the request, or the status it is refused with.
struct Parsed {
    std::optional<std::string> body;
    int refused{0};

    bool operator==(const Parsed&) const = default;
};

Parsed parse(const std::vector<std::string>& pieces) {
    RequestParser parser(4'096, 4'096);
    std::string buffer;
    for (const auto& piece : pieces) {
        buffer += piece;
        boost::system::error_code ec;
        buffer.erase(0, parser.feed(boost::asio::buffer(buffer), ec));
        if (ec && ec != boost::beast::http::error::need_more)
            return {{}, parser.failure_of(ec).status};
    }
    if (!parser.is_done()) return {};
    return {parser.request().body, 0};
}

std::string chunked(const std::string& body) {
    return "POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n" + body;
}

}  // namespace

TEST_CASE("a body of chunks is the same wherever its bytes are cut", "[http][parser]") {
    const std::string text =
        GENERATE(as<std::string>{}, "0\r\n\r\n", "0;last\r\n\r\n", "0\r\nA: trailer\r\n\r\n",
                 "2\r\n{}\r\n0\r\n\r\n", "1;x=y\r\n{\r\n1\r\n}\r\n000\r\n\r\n");
    const auto request = chunked(text);
    const auto whole = parse({request});
    REQUIRE(whole.body);
    for (auto first = request.size() - text.size() - 2; first < request.size(); ++first) {
        for (auto second = first; second < request.size(); ++second) {
            CAPTURE(request.substr(first, second - first), request.substr(second));
            CHECK(parse({request.substr(0, first), request.substr(first, second - first),
                         request.substr(second)}) == whole);
        }
    }
    std::vector<std::string> bytes;
    for (const char c : request) bytes.emplace_back(1, c);
    CHECK(parse(bytes) == whole);
}

TEST_CASE("a bad chunk is refused wherever its bytes are cut", "[http][parser]") {
    const std::string text = GENERATE(as<std::string>{}, "zz\r\n12345", "-1\r\n12345",
                                      "2\r\n{}}\r\n0\r\n\r\n", "0\n\r\nxy\r\n\r\n");
    const auto request = chunked(text);
    for (auto at = request.size() - text.size(); at < request.size(); ++at) {
        CAPTURE(request.substr(at));
        CHECK(parse({request.substr(0, at), request.substr(at)}).refused == 400);
    }
}

}  // namespace souk
