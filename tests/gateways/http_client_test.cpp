// What a client can be sure of after each way in which a request can end.

#include "gateways/http_client.hpp"

#include "tests/gateways/fake_server.hpp"
#include "tests/gateways/requests.hpp"
#include "tests/support/catch.hpp"

using namespace souk;
using namespace std::chrono_literals;

namespace {

HttpCall post(const std::string& url) {
    return {.method = "POST", .url = url, .headers = {"X-Test: yes"}, .body = "a=1"};
}

/// Enough for an answer on this machine, and short for one that never comes.
HttpClientOptions impatient() { return {.total_timeout = 500ms, .max_answer_bytes = 4'096}; }

HttpReply reply_to(FakeAnswer answer, HttpClientOptions options = {}) {
    FakeServer server([&](const FakeRequest&) { return answer; });
    HttpClient client(options);
    return client.send(post(server.address() + "/"), soon());
}

}  // namespace

TEST_CASE("a request arrives as it was meant and its answer is read", "[gateways][http]") {
    FakeServer server(
        [](const FakeRequest&) { return json_answer(402, "{\"a\":1}", "REQUEST-ID: req_1\r\n"); });
    HttpClient client({});
    const auto reply = client.send(post(server.address() + "/v1/x?y=1"), soon());
    CHECK(reply.outcome == HttpOutcome::answered);
    CHECK(reply.status == 402);
    CHECK(reply.body == "{\"a\":1}");
    CHECK(reply.request_id == "req_1");
    REQUIRE(server.requests().size() == 1);
    const auto request = server.requests()[0];
    CHECK(request.method == "POST");
    CHECK(request.target == "/v1/x?y=1");
    CHECK(request.header("x-test") == "yes");
    CHECK(request.body == "a=1");
}

TEST_CASE("a connection is used again", "[gateways][http]") {
    FakeServer server([](const FakeRequest&) { return json_answer(200, "{}"); });
    HttpClient client({});
    for (int i = 0; i < 3; ++i) client.send(post(server.address()), soon());
    client.send({.method = "GET", .url = server.address()}, soon());
    CHECK(server.requests().size() == 4);
    CHECK(server.requests()[3].method == "GET");
    CHECK(server.requests()[3].body.empty());
    CHECK(server.connections() == 1);
}

TEST_CASE("a refused connection means that nothing was sent", "[gateways][http]") {
    HttpClient client({});
    CHECK(client.send(post(refusing_address()), soon()).outcome == HttpOutcome::not_sent);
}

TEST_CASE("a name that does not exist means that nothing was sent", "[gateways][http]") {
    HttpClient client(impatient());
    const auto reply = client.send(post("https://souk.invalid/"), soon());
    CHECK(reply.outcome == HttpOutcome::not_sent);
}

TEST_CASE("a handshake that does not come about means that nothing was sent", "[gateways][http]") {
    FakeServer server([](const FakeRequest&) { return json_answer(200, "{}"); });
    HttpClient client(impatient());
    auto address = server.address();
    address.replace(0, 4, "https");
    CHECK(client.send(post(address), soon()).outcome == HttpOutcome::not_sent);
    CHECK(server.requests().empty());
}

TEST_CASE("silence after the request means that the answer is lost", "[gateways][http]") {
    CHECK(reply_to({}, impatient()).outcome == HttpOutcome::lost);
}

TEST_CASE("a deadline cuts a call short, and one in the past sends nothing", "[gateways][http]") {
    FakeServer server([](const FakeRequest&) { return FakeAnswer{}; });
    HttpClient client({});
    const auto now = std::chrono::steady_clock::now();
    CHECK(client.send(post(server.address()), now + 500ms).outcome == HttpOutcome::lost);
    CHECK(client.send(post(server.address()), now).outcome == HttpOutcome::not_sent);
    CHECK(server.requests().size() == 1);
}

TEST_CASE("an answer that is cut short is lost", "[gateways][http]") {
    auto answer = json_answer(200, "{\"id\":\"pi_1\"}");
    answer.bytes.resize(answer.bytes.size() - 3);
    answer.closes = true;
    CHECK(reply_to(answer).outcome == HttpOutcome::lost);
    CHECK(reply_to({.closes = true}).outcome == HttpOutcome::lost);
    CHECK(reply_to({"not HTTP at all\r\n\r\n", true}).outcome == HttpOutcome::lost);
}

TEST_CASE("an oversized answer is lost, body or header", "[gateways][http]") {
    CHECK(reply_to(json_answer(200, std::string(5'000, 'x')), impatient()).outcome ==
          HttpOutcome::lost);
    const auto header = "X: " + std::string(5'000, 'x') + "\r\n";
    CHECK(reply_to(json_answer(200, "{}", header), impatient()).outcome == HttpOutcome::lost);
    CHECK(reply_to(json_answer(200, std::string(4'096, 'x')), impatient()).outcome ==
          HttpOutcome::answered);
}

TEST_CASE("a redirect is an answer like any other and is not followed", "[gateways][http]") {
    FakeServer server(
        [](const FakeRequest&) { return json_answer(302, "", "Location: /elsewhere\r\n"); });
    HttpClient client({});
    CHECK(client.send(post(server.address()), soon()).status == 302);
    CHECK(server.requests().size() == 1);
}

TEST_CASE("nothing is sent in the clear over a network, nor with a header broken in two",
          "[gateways][http]") {
    HttpClient client({});
    for (const auto* url : {"http://api.stripe.com/", "http://127.0.0.1.example.com/",
                            "http://127.0.0.1:80@example.com/", "ftp://127.0.0.1/", ""})
        CHECK(client.send(post(url), soon()).outcome == HttpOutcome::not_sent);
    FakeServer server([](const FakeRequest&) { return json_answer(200, "{}"); });
    auto call = post(server.address());
    call.headers = {"X: a\r\nY: b"};
    CHECK(client.send(call, soon()).outcome == HttpOutcome::not_sent);
    CHECK(server.requests().empty());
}
