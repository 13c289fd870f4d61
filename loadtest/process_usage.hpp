#pragma once
// What a process and its descendants have cost so far, from /proc.

#include <sys/types.h>

namespace souk::load {

struct Usage {
    double cpu_s{};
    long resident_kb{};  // now; shared pages count once per process
};

/// Processor time since then, memory as it is now.
inline Usage since(const Usage& before, const Usage& now) {
    return {now.cpu_s - before.cpu_s, now.resident_kb};
}

/// All zero for a pid of 0 or one that is gone.
Usage usage_of_tree(pid_t root);

}  // namespace souk::load
