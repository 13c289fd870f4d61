#pragma once
// What a buyer does, one request after the other. Each buyer has a workload of its own.

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace souk::load {

struct Sku {
    std::string product_id;
    std::string variant_id;
};

struct WorkloadSettings {
    std::string name;
    std::string host;            // as the Host header says it
    std::string path{"/hello"};  // of the workload "get"
    std::string key;             // API key, for what a guest may not do
    std::vector<Sku> skus;
};

class Workload {
public:
    virtual ~Workload() = default;
    /// Appends the next request, headers and all.
    virtual void write_request(std::string& out) = 0;
    /// True when this answer ended a flow, such as a purchase.
    virtual bool take_answer(int status, std::string_view body) = 0;
};

/// Names of all workloads, for the help.
std::string workload_names();

/// `buyer` numbers the connections from 0. Throws std::invalid_argument for an unknown name.
std::unique_ptr<Workload> make_workload(const WorkloadSettings& settings, std::size_t buyer);

}  // namespace souk::load
