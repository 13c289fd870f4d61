#include "config/command_line.hpp"

#include "config/settings.hpp"
#include "tests/support/catch.hpp"

using namespace souk;

namespace {

std::variant<CommandLine, CommandLineEnd> parse(std::vector<const char*> words) {
    words.insert(words.begin(), "soukd");
    return parse_command_line(static_cast<int>(words.size()), words.data());
}

CommandLine accepted(std::vector<const char*> words) {
    const auto parsed = parse(std::move(words));
    REQUIRE(std::holds_alternative<CommandLine>(parsed));
    return std::get<CommandLine>(parsed);
}

CommandLineEnd ended(std::vector<const char*> words) {
    const auto parsed = parse(std::move(words));
    REQUIRE(std::holds_alternative<CommandLineEnd>(parsed));
    return std::get<CommandLineEnd>(parsed);
}

}  // namespace

TEST_CASE("without a command the server runs", "[config][command_line]") {
    CHECK(accepted({}).command == Command::run);
    CHECK(accepted({"run"}).command == Command::run);
    CHECK(accepted({"migrate"}).command == Command::migrate);
}

TEST_CASE("settings stand before or behind the command", "[config][command_line]") {
    const std::vector<std::pair<std::string, std::string>> port{{"server.port", "81"}};
    CHECK(accepted({"--server.port=81"}).flags == port);
    CHECK(accepted({"--server.port", "81", "run"}).flags == port);
    CHECK(accepted({"migrate", "--server.port=81"}).flags == port);
    CHECK(accepted({"run", "--config", "x.toml"}).config_file == "x.toml");
}

TEST_CASE("seed takes a number of products", "[config][command_line]") {
    CHECK(accepted({"seed"}).products == 200);
    const auto line = accepted({"seed", "--products", "100000", "--new-keys"});
    CHECK(line.command == Command::seed);
    CHECK(line.products == 100'000);
    CHECK(line.new_keys);
    CHECK(ended({"seed", "--products", "0"}).exit_code != 0);
    CHECK(ended({"seed", "--products", "many"}).exit_code != 0);
}

TEST_CASE("check-config can print the defaults", "[config][command_line]") {
    CHECK(accepted({"check-config", "--defaults"}).print_defaults);
}

TEST_CASE("help names every setting and ends well", "[config][command_line]") {
    const auto end = ended({"--help"});
    CHECK(end.exit_code == 0);
    for (const auto& setting : settings())
        CHECK(end.text.find("--" + std::string(setting.key)) != std::string::npos);
}

TEST_CASE("an unknown flag or command ends badly", "[config][command_line]") {
    for (const auto* word : {"--server.prot=1", "sede", "--verbose"}) {
        const auto end = ended({word});
        CHECK(end.exit_code != 0);
        CHECK_FALSE(end.text.empty());
    }
    CHECK(ended({"migrate", "seed"}).exit_code != 0);
}

TEST_CASE("the version is told", "[config][command_line]") {
    const auto end = ended({"--version"});
    CHECK(end.exit_code == 0);
    CHECK(end.text.find("0.") != std::string::npos);
}
