#include "loadtest/process_usage.hpp"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

namespace souk::load {
namespace {

struct Process {
    pid_t parent{};
    Usage usage;
};

/// Fields of /proc/PID/stat as in proc(5); those of children that ended are counted too.
bool read_process(const std::filesystem::path& directory, Process& process) {
    std::ifstream file(directory / "stat");
    std::string text{std::istreambuf_iterator<char>(file), {}};
    const auto name_end = text.rfind(')');
    if (name_end == text.npos) return false;
    std::istringstream fields(text.substr(name_end + 2));
    std::vector<std::string> values;
    for (std::string value; fields >> value;) values.push_back(value);
    if (values.size() < 22) return false;
    const auto number = [&](std::size_t field) { return std::stol(values[field - 3]); };
    const auto ticks = number(14) + number(15) + number(16) + number(17);
    process.parent = static_cast<pid_t>(number(4));
    process.usage.cpu_s = static_cast<double>(ticks) / static_cast<double>(sysconf(_SC_CLK_TCK));
    process.usage.resident_kb = number(24) * (sysconf(_SC_PAGESIZE) / 1024);
    return true;
}

std::map<pid_t, Process> all_processes() {
    std::map<pid_t, Process> processes;
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator("/proc", ignored)) {
        const auto name = entry.path().filename().string();
        if (name.find_first_not_of("0123456789") != name.npos) continue;
        Process process;
        if (read_process(entry.path(), process)) processes[std::stoi(name)] = process;
    }
    return processes;
}

bool descends_from(const std::map<pid_t, Process>& processes, pid_t pid, pid_t root) {
    while (pid > 1 && pid != root) {
        const auto found = processes.find(pid);
        if (found == processes.end()) return false;
        pid = found->second.parent;
    }
    return pid == root;
}

}  // namespace

Usage usage_of_tree(pid_t root) {
    Usage sum;
    if (root <= 0) return sum;
    const auto processes = all_processes();
    for (const auto& [pid, process] : processes) {
        if (!descends_from(processes, pid, root)) continue;
        sum.cpu_s += process.usage.cpu_s;
        sum.resident_kb += process.usage.resident_kb;
    }
    return sum;
}

}  // namespace souk::load
