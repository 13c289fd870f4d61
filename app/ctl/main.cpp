#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <random>
#include <thread>

#include "app/ctl/commands.hpp"

namespace {

std::optional<std::string> variable(const std::string& name) {
    const char* value = std::getenv(name.c_str());
    return value == nullptr || *value == '\0' ? std::nullopt : std::optional<std::string>{value};
}

std::optional<std::string> file(const std::string& name) {
    std::ifstream stream(name, std::ios::binary);
    if (!stream) return std::nullopt;
    return std::string{std::istreambuf_iterator<char>(stream), {}};
}

/// Of letters alone: digits could look like a card number, which the server refuses.
std::string fresh_key() {
    std::random_device random;
    std::string key = "soukctl-";
    for (int i = 0; i < 28; ++i) key += static_cast<char>('a' + random() % 26);
    return key;
}

}  // namespace

int main(int argc, char** argv) {
    const auto options = souk::parse_ctl({argv + 1, argv + argc}, {variable, file, fresh_key});
    if (!options) return souk::report_error(std::cerr, options.error());
    souk::ConsoleClient client(options->url, options->key);
    souk::CtlSession session{
        *options, client, std::cout, std::cerr, isatty(STDOUT_FILENO) == 1, [] {
            std::this_thread::sleep_for(std::chrono::seconds{1});
            return std::cout.good();
        }};
    return souk::run_ctl(session);
}
