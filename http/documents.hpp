#pragma once
// The fixed documents the server hands out: the OpenAPI description, the docs page, the actor
// console, the demo shop.

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "domain/result.hpp"
#include "protocol/answer.hpp"

namespace souk {

struct StaticFile {
    std::string name;  // "docs.js", "shop/main.js"
    std::string content_type;
    std::string body;
    std::string etag{};  // quoted; a browser that has it is told so
};

struct Documents {
    std::string openapi_json;
    std::vector<StaticFile> files;

    /// Null when there is no such file.
    const StaticFile* file(std::string_view name) const;
    /// `not_found` when there is no such file.
    Outcome answer_file(std::string_view name) const;
};

/// Reads the docs page, the icon, and the actor console as "admin/…"; `unavailable` when a page is
/// missing.
Result<std::vector<StaticFile>> load_console(const std::filesystem::path& directory);

/// Reads the demo shop: every page, style and script in the directory's folder `shop`.
/// `unavailable` when there is no page.
Result<std::vector<StaticFile>> load_shop(const std::filesystem::path& directory);

}  // namespace souk
