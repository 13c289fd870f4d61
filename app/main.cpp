#include <iostream>

#include "app/commands.hpp"
#include "config/command_line.hpp"

int main(int argc, char** argv) {
    const auto parsed = souk::parse_command_line(argc, argv);
    if (const auto* end = std::get_if<souk::CommandLineEnd>(&parsed)) {
        (end->exit_code == 0 ? std::cout : std::cerr) << end->text;
        return end->exit_code;
    }
    return souk::run_command(std::get<souk::CommandLine>(parsed));
}
