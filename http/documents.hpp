#pragma once
// The fixed documents the server hands out: the OpenAPI description, the pages, their icon.

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "domain/result.hpp"

namespace souk {

struct StaticFile {
    std::string name;  // "docs.js"
    std::string content_type;
    std::string body;
};

struct Documents {
    std::string openapi_json;
    std::vector<StaticFile> files;

    /// Null when there is no such file.
    const StaticFile* file(std::string_view name) const;
};

/// Reads the files of the pages, those of the console as "admin/…"; `unavailable` names the missing
/// one.
Result<std::vector<StaticFile>> load_console(const std::filesystem::path& directory);

}  // namespace souk
