// soukctl without a server: its arguments, its tables, its completion.

#include <map>
#include <sstream>

#include "app/ctl/commands.hpp"
#include "app/ctl/completion.hpp"
#include "app/ctl/text_table.hpp"
#include "tests/support/catch.hpp"

using namespace souk;

namespace {

Result<CtlOptions> parsed(std::vector<std::string> arguments,
                          std::map<std::string, std::string> variables = {}) {
    return parse_ctl(arguments, {[&](const std::string& name) -> std::optional<std::string> {
                                     const auto found = variables.find(name);
                                     if (found == variables.end()) return std::nullopt;
                                     return found->second;
                                 },
                                 [](const std::string& name) -> std::optional<std::string> {
                                     if (name != "key.txt") return std::nullopt;
                                     return "souk_from_file \nand more\n";
                                 },
                                 [] { return std::string{"fresh"}; }});
}

struct Ended {
    int code{};
    std::string out, errors;
};

Ended run(const Result<CtlOptions>& options) {
    ConsoleClient client(options->url, options->key);
    std::ostringstream out;
    std::ostringstream errors;
    CtlSession session{*options, client, out, errors, false, [] { return false; }};
    const int code = run_ctl(session);
    return {code, out.str(), errors.str()};
}

}  // namespace

TEST_CASE("options stand before and behind the command, with and without a sign", "[app][ctl]") {
    const auto options =
        parsed({"--json", "actors", "--kind=stock", "--limit", "5", "--url", "https://souk/"});
    REQUIRE(options);
    CHECK(options->command == "actors");
    CHECK(options->json);
    CHECK(options->kind == "stock");
    CHECK(options->limit == "5");
    CHECK(options->url == "https://souk");
}

TEST_CASE("every action has an idempotency key, its own or the one that is given", "[app][ctl]") {
    CHECK(parsed({"drain"})->idempotency_key == "fresh");
    CHECK(parsed({"drain", "--idempotency-key", "mine"})->idempotency_key == "mine");
    CHECK(ctl_help().find("Idempotency-Key") != std::string::npos);
}

TEST_CASE("the key comes from the environment or a file, never from the arguments", "[app][ctl]") {
    CHECK(parsed({"top"}, {{"SOUK_KEY", "souk_a"}})->key == "souk_a");
    CHECK(parsed({"top", "--key-file", "key.txt"}, {{"SOUK_KEY", "souk_a"}})->key ==
          "souk_from_file");
    CHECK(parsed({"top"}, {{"SOUK_KEY_FILE", "key.txt"}})->key == "souk_from_file");
    CHECK(parsed({"top", "souk_01abc_secret"}).error().code == ErrorCode::invalid_input);
    CHECK(parsed({"top", "--key-file", "none"}).error().code == ErrorCode::invalid_input);
    CHECK(parsed({"top", "--key", "x"}).error().code == ErrorCode::invalid_input);
}

TEST_CASE("arguments that make no sense are refused with what is wrong", "[app][ctl]") {
    CHECK(parsed({"actors", "--limit"}).error().message.find("--limit") != std::string::npos);
    CHECK(parsed({"top", "--json=yes"}).error().message.find("--json") != std::string::npos);
    const std::map<std::string, std::string> key{{"SOUK_KEY", "souk_a"}};
    CHECK(run(parsed({"dance"}, key)).code == ctl_misused);
    CHECK(run(parsed({"actor"}, key)).code == ctl_misused);
    CHECK(run(parsed({"passivate", "var_x"}, key)).errors.find("--reason") != std::string::npos);
    CHECK(run(parsed({}, key)).code == ctl_misused);
}

TEST_CASE("without a key nothing is asked, and no key goes over the network in the clear",
          "[app][ctl]") {
    CHECK(run(parsed({"top"})).code == ctl_forbidden);
    const auto ended =
        run(parsed({"top", "--url", "http://souk.example"}, {{"SOUK_KEY", "souk_a"}}));
    CHECK(ended.code == ctl_misused);
    CHECK(ended.errors.find("https") != std::string::npos);
}

TEST_CASE("help and completion know every command", "[app][ctl]") {
    const auto help = run(parsed({"--help"})).out;
    const auto bash = run(parsed({"completion", "bash"})).out;
    const auto zsh = run(parsed({"completion", "zsh"})).out;
    for (const auto& command : ctl_commands()) {
        CAPTURE(command.name);
        CHECK(help.find(command.name) != std::string::npos);
        CHECK(bash.find(command.name) != std::string::npos);
        CHECK(zsh.find(command.name) != std::string::npos);
    }
    CHECK(run(parsed({"completion", "fish"})).code == ctl_misused);
}

TEST_CASE("completion offers values, in zsh as in bash", "[app][ctl]") {
    const auto zsh = run(parsed({"completion", "zsh"})).out;
    const auto bash = run(parsed({"completion", "bash"})).out;
    CHECK(zsh.find(":kind:(stock cart order discount)'") != std::string::npos);
    CHECK(zsh.find(":sort:(mailbox rate slowest restarts)'") != std::string::npos);
    CHECK(zsh.find("pause|resume) compadd stock cart order discount ;;") != std::string::npos);
    CHECK(zsh.find("completion) compadd bash zsh ;;") != std::string::npos);
    CHECK(bash.find("--kind|pause|resume) words='stock cart order discount' ;;") !=
          std::string::npos);
}

TEST_CASE("a table is as wide as its cells, numbers to the right", "[app][ctl]") {
    const auto rows =
        JsonDocument::parse(R"([{"id":"a…b","n":7,"us":1500},{"id":"longer","n":1234,"us":null}])");
    REQUIRE(rows);
    CHECK(text_table({{"ID", "id"}, {"N", "n", Show::number}, {"TOOK", "us", Show::microseconds}},
                     rows->root()) ==
          "ID         N     TOOK\n"
          "a…b        7  1.50 ms\n"
          "longer  1234        -\n");
}

TEST_CASE("what others wrote does not steer the operator's terminal", "[app][ctl]") {
    const auto rows =
        JsonDocument::parse(R"([{"why":"bye\u001b]0;owned\u0007\u007f\u009b2J\nFAKE ROW – süß"}])");
    REQUIRE(rows);
    CHECK(text_table({{"WHY", "why"}}, rows->root()) ==
          "WHY\n"
          "bye?]0;owned????2J?FAKE ROW – süß\n");
}

TEST_CASE("durations are in the unit a person would choose", "[app][ctl]") {
    CHECK(duration_text(950) == "950 us");
    CHECK(duration_text(12'345) == "12.3 ms");
    CHECK(duration_text(2'000'000) == "2.00 s");
}

TEST_CASE("a word becomes a part of a path as it is", "[app][ctl]") {
    CHECK(url_part("var_a:vend_b") == "var_a:vend_b");
    CHECK(url_part("a b/c?ü") == "a%20b%2Fc%3F%C3%BC");
}
