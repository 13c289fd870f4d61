#include "http/documents.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>

#include "http/digest.hpp"

namespace souk {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 3> shop_types{{
    {".html", "text/html; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
}};

Result<StaticFile> load_file(const std::filesystem::path& path, std::string name,
                             std::string_view content_type) {
    std::ifstream stream(path, std::ios::binary);
    if (!stream) return refuse(ErrorCode::unavailable, "cannot read " + path.string());
    StaticFile file{std::move(name), std::string(content_type), {}};
    file.body.assign(std::istreambuf_iterator<char>(stream), {});
    file.etag = '"' + to_hex(sha256({file.body})).substr(0, 32) + '"';
    return file;
}

}  // namespace

const StaticFile* Documents::file(std::string_view name) const {
    for (const auto& candidate : files) {
        if (candidate.name == name) return &candidate;
    }
    return nullptr;
}

Outcome Documents::answer_file(std::string_view name) const {
    const auto* found = file(name);
    if (!found) return refuse(ErrorCode::not_found, "the page is not installed");
    return Answer{.body = found->body,
                  .etag = found->etag,
                  .content_type = found->content_type,
                  .cache_control = "no-cache"};
}

Result<std::vector<StaticFile>> load_console(const std::filesystem::path& directory) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 4> names{{
        {"docs.html", "text/html; charset=utf-8"},
        {"docs.js", "text/javascript; charset=utf-8"},
        {"docs.css", "text/css; charset=utf-8"},
        {"favicon.svg", "image/svg+xml"},
    }};
    std::vector<StaticFile> files;
    for (const auto& [name, content_type] : names) {
        auto file = load_file(directory / name, std::string(name), content_type);
        if (!file) return file.error();
        files.push_back(std::move(*file));
    }
    return files;
}

Result<std::vector<StaticFile>> load_shop(const std::filesystem::path& directory) {
    std::error_code failed;
    std::vector<StaticFile> files;
    for (const auto& entry : std::filesystem::directory_iterator(directory / "shop", failed)) {
        const auto extension = entry.path().extension().string();
        const auto* type = std::ranges::find(shop_types, extension,
                                             &std::pair<std::string_view, std::string_view>::first);
        if (type == shop_types.end()) continue;
        auto file =
            load_file(entry.path(), "shop/" + entry.path().filename().string(), type->second);
        if (!file) return file.error();
        files.push_back(std::move(*file));
    }
    if (std::ranges::find(files, "shop/index.html", &StaticFile::name) == files.end()) {
        return refuse(ErrorCode::unavailable,
                      "cannot read " + (directory / "shop/index.html").string());
    }
    return files;
}

}  // namespace souk
