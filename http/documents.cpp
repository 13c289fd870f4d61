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

constexpr std::array<std::pair<std::string_view, std::string_view>, 4> page_types{{
    {".html", "text/html; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".svg", "image/svg+xml"},
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

/// Every page, style, script and drawing in a folder, named `prefix` and its own name.
Result<std::vector<StaticFile>> load_folder(const std::filesystem::path& folder,
                                            const std::string& prefix, std::string_view page) {
    std::error_code failed;
    std::vector<StaticFile> files;
    for (const auto& entry : std::filesystem::directory_iterator(folder, failed)) {
        const auto extension = entry.path().extension().string();
        const auto* type = std::ranges::find(page_types, extension,
                                             &std::pair<std::string_view, std::string_view>::first);
        if (type == page_types.end()) continue;
        auto file =
            load_file(entry.path(), prefix + entry.path().filename().string(), type->second);
        if (!file) return file.error();
        files.push_back(std::move(*file));
    }
    if (std::ranges::find(files, prefix + std::string(page), &StaticFile::name) == files.end())
        return refuse(ErrorCode::unavailable, "cannot read " + (folder / page).string());
    return files;
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
    auto files = load_folder(directory, "", "docs.html");
    auto admin = load_folder(directory / "admin", "admin/", "index.html");
    if (!files) return files.error();
    if (!admin) return admin.error();
    std::ranges::move(*admin, std::back_inserter(*files));
    return files;
}

Result<std::vector<StaticFile>> load_shop(const std::filesystem::path& directory) {
    return load_folder(directory / "shop", "shop/", "index.html");
}

}  // namespace souk
