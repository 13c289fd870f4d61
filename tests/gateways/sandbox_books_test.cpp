// The sandbox's books outlive the process, a torn line and a full disk.

#include "gateways/sandbox_books.hpp"

#include <sys/resource.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "gateways/sandbox.hpp"
#include "tests/gateways/requests.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/stepped_clock.hpp"

using namespace souk;
using namespace std::chrono_literals;

namespace {

struct Directory {
    Directory() {
        auto pattern = (std::filesystem::temp_directory_path() / "souk-books-XXXXXX").string();
        path = ::mkdtemp(pattern.data());
    }
    Directory(const Directory&) = delete;
    Directory& operator=(const Directory&) = delete;
    ~Directory() { std::filesystem::remove_all(path); }

    std::string file() const { return path + "/sandbox.jsonl"; }
    void append(std::string_view text) const { std::ofstream(file(), std::ios::app) << text; }
    std::string text() const {
        std::ifstream in(file());
        return {std::istreambuf_iterator<char>(in), {}};
    }

    std::string path;
};

std::unique_ptr<SandboxGateway> open(const Directory& directory, const Clock& clock) {
    auto sandbox = SandboxGateway::open({.books_file = directory.file()}, clock);
    REQUIRE(sandbox);
    return std::move(*sandbox);
}

}  // namespace

TEST_CASE("payments, keys and untold events survive a restart", "[gateways][sandbox]") {
    const Directory directory;
    SteppedClock clock;
    std::string intent;
    std::string told;
    {
        const auto sandbox = open(directory, clock);
        intent = sandbox->ask(authorization("pm_card_visa"), soon()).intent;
        sandbox->ask(step_of(GatewayStep::capture, intent, 1'299), soon());
        sandbox->ask(step_of(GatewayStep::refund, intent, 99, "3"), soon());
        clock.advance(1s);
        told = sandbox->due_events().at(0).id;
        sandbox->told(told);
    }
    const auto sandbox = open(directory, clock);
    const auto again = sandbox->ask(authorization("pm_card_visa"), soon());
    CHECK(again.intent == intent);
    CHECK(again.status == GatewayStatus::authorized);  // as it was first answered
    const auto now = sandbox->ask(step_of(GatewayStep::look_up, intent, 0), soon());
    CHECK(now.status == GatewayStatus::captured);
    CHECK(now.captured == 1'299);
    CHECK(now.refunded == 99);
    CHECK(now.fee == 68);
    const auto captures = sandbox->captures();
    REQUIRE(captures.size() == 1);
    CHECK(captures[0].payment_id == some_payment);
    const auto events = sandbox->due_events();
    CHECK(events.size() == 2);
    for (const auto& event : events) CHECK(event.id != told);
}

TEST_CASE("a payment that is being decided is decided after a restart", "[gateways][sandbox]") {
    const Directory directory;
    SteppedClock clock;
    open(directory, clock)->ask(authorization("pm_sandbox_authorizedLate"), soon());
    clock.advance(1h);
    CHECK(open(directory, clock)->due_events().size() == 1);
}

TEST_CASE("a last line that was cut short is dropped and written over", "[gateways][sandbox]") {
    const Directory directory;
    SteppedClock clock;
    open(directory, clock)->ask(authorization("pm_card_visa"), soon());
    const auto whole = directory.text();
    for (std::size_t size = 0; size < whole.size(); size += 1 + size / 3) {
        std::ofstream(directory.file()) << whole.substr(0, size);
        const auto sandbox = open(directory, clock);
        CHECK(sandbox->ask(look_up_of(authorization("pm_card_visa")), soon()).status ==
              GatewayStatus::not_found);
        sandbox->ask(authorization("pm_card_visa"), soon());
        CHECK(directory.text() == whole);
    }
}

TEST_CASE("a whole line that is no entry is named and nothing is opened", "[gateways][sandbox]") {
    const Directory directory;
    SteppedClock clock;
    open(directory, clock)->ask(authorization("pm_card_visa"), soon());
    for (const auto* line : {"no JSON\n", "[]\n", "{\"intent\":{}}\n", "{\"reply\":{}}\n",
                             "{\"events\":[{}]}\n", "{\"events\":1}\n"}) {
        const auto before = directory.text();
        directory.append(line);
        const auto opened = SandboxBooks::open(directory.file());
        REQUIRE_FALSE(opened);
        CHECK(opened.error().code == ErrorCode::invalid_input);
        CHECK(opened.error().message == directory.file() + ":2: not an entry of the sandbox");
        std::ofstream(directory.file()) << before;
    }
}

TEST_CASE("books that cannot be had are said to be so", "[gateways][sandbox]") {
    const Directory directory;
    const auto nowhere = SandboxBooks::open(directory.path + "/none/sandbox.jsonl");
    REQUIRE_FALSE(nowhere);
    CHECK(nowhere.error().code == ErrorCode::unavailable);
    const auto first = SandboxBooks::open(directory.file());
    REQUIRE(first);
    CHECK_FALSE(SandboxBooks::open(directory.file()));  // one process alone writes them
}

TEST_CASE("what cannot be written has not happened", "[gateways][sandbox]") {
    const Directory directory;
    SteppedClock clock;
    const auto sandbox = open(directory, clock);
    const auto held = sandbox->ask(authorization("pm_card_visa"), soon());
    const auto before = directory.text();

    rlimit usual{};
    ::getrlimit(RLIMIT_FSIZE, &usual);
    const auto handler = std::signal(SIGXFSZ, SIG_IGN);
    const rlimit full{before.size() + 10, usual.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &full);
    const auto refused = sandbox->ask(step_of(GatewayStep::capture, held.intent, 1'299), soon());
    ::setrlimit(RLIMIT_FSIZE, &usual);
    std::signal(SIGXFSZ, handler);

    CHECK(refused.status == GatewayStatus::unavailable);
    CHECK(sandbox->captures().empty());
    CHECK(directory.text() == before);
    CHECK(sandbox->ask(step_of(GatewayStep::capture, held.intent, 1'299), soon()).captured ==
          1'299);
}

TEST_CASE("what nothing happens to any more is forgotten, in bounded pieces, and leaves the file",
          "[gateways][sandbox]") {
    const Directory directory;
    SteppedClock clock;
    std::size_t long_file = 0;
    {
        const auto sandbox = open(directory, clock);
        for (const auto* key : {"1", "2", "3"}) {
            sandbox->ask(authorization("pm_card_visa", key), soon());
            clock.advance(1h);
        }
        sandbox->ask(authorization("pm_sandbox_authorizedLate", "late"), soon());
        const auto before = clock.now() + 1s;
        CHECK(*sandbox->forget(before, 10) == 0);  // their events are still to be told
        for (const auto& event : sandbox->due_events()) sandbox->told(event.id);
        CHECK(*sandbox->forget(clock.now() - 90min, 1) == 1);
        CHECK(*sandbox->forget(clock.now() - 90min, 10) == 1);
        CHECK(*sandbox->forget(before, 10) == 1);  // not the one that is being decided
        CHECK(*sandbox->forget(before, 10) == 0);
        long_file = directory.text().size();
    }
    const auto sandbox = open(directory, clock);
    CHECK(directory.text().size() < long_file / 2);
    CHECK(sandbox->ask(look_up_of(authorization("pm_card_visa", "1")), soon()).status ==
          GatewayStatus::not_found);
    CHECK(sandbox->ask(look_up_of(authorization("pm_sandbox_authorizedLate", "late")), soon())
              .status == GatewayStatus::processing);
    sandbox->ask(authorization("pm_card_visa", "4"), soon());
    CHECK(*sandbox->forget(clock.now() + 1s, 0) == 0);
}
