#include "http/documents.hpp"

#include <fstream>
#include <iterator>

namespace souk {

const StaticFile* Documents::file(std::string_view name) const {
    for (const auto& candidate : files) {
        if (candidate.name == name) return &candidate;
    }
    return nullptr;
}

Result<std::vector<StaticFile>> load_console(const std::filesystem::path& directory) {
    std::vector<StaticFile> files{
        {"docs.html", "text/html; charset=utf-8", {}},
        {"docs.js", "text/javascript; charset=utf-8", {}},
        {"docs.css", "text/css; charset=utf-8", {}},
        {"favicon.svg", "image/svg+xml", {}},
        {"admin/index.html", "text/html; charset=utf-8", {}},
        {"admin/style.css", "text/css; charset=utf-8", {}},
    };
    for (const auto* module : {"action", "actor", "actors", "api", "app", "audit", "dom", "format",
                               "invariants", "overview", "plot", "supervisors", "trace"})
        files.push_back(
            {std::string{"admin/"} + module + ".js", "text/javascript; charset=utf-8", {}});
    for (auto& file : files) {
        std::ifstream stream(directory / file.name, std::ios::binary);
        if (!stream) {
            return refuse(ErrorCode::unavailable,
                          "cannot read " + (directory / file.name).string());
        }
        file.body.assign(std::istreambuf_iterator<char>(stream), {});
    }
    return files;
}

}  // namespace souk
