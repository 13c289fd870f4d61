#include "app/views/zip_archive.hpp"

#include <archive.h>
#include <archive_entry.h>

#include <chrono>

namespace souk {
namespace {

la_ssize_t append(archive*, void* bytes, const void* data, std::size_t size) {
    static_cast<std::string*>(bytes)->append(static_cast<const char*>(data), size);
    return static_cast<la_ssize_t>(size);
}

struct EntryDeleter {
    void operator()(archive_entry* entry) const { archive_entry_free(entry); }
};

}  // namespace

void ZipArchive::Deleter::operator()(archive* written) const { archive_write_free(written); }

ZipArchive::ZipArchive(std::size_t most_bytes)
    : most_bytes_(most_bytes), archive_(archive_write_new()) {
    archive_write_set_format_zip(archive_.get());
    archive_write_set_bytes_in_last_block(archive_.get(), 1);  // no padding
    archive_write_open(archive_.get(), &bytes_, nullptr, append, nullptr);
}

Error ZipArchive::failure() const {
    const char* why = archive_error_string(archive_.get());
    return refuse(ErrorCode::internal, why == nullptr ? "the archive cannot be written" : why);
}

Result<void> ZipArchive::add(const std::string& name, const std::string& content, TimePoint at) {
    constexpr mode_t readable_by_its_owner = 0600;
    if (bytes_.size() > most_bytes_)
        return refuse(ErrorCode::unprocessable, "there is more than one archive holds");
    const std::unique_ptr<archive_entry, EntryDeleter> entry(archive_entry_new());
    archive_entry_set_pathname(entry.get(), name.c_str());
    archive_entry_set_filetype(entry.get(), AE_IFREG);
    archive_entry_set_perm(entry.get(), readable_by_its_owner);
    archive_entry_set_size(entry.get(), static_cast<la_int64_t>(content.size()));
    archive_entry_set_mtime(entry.get(), std::chrono::system_clock::to_time_t(at), 0);
    if (archive_write_header(archive_.get(), entry.get()) != ARCHIVE_OK) return failure();
    if (archive_write_data(archive_.get(), content.data(), content.size()) !=
        static_cast<la_ssize_t>(content.size()))
        return failure();
    return {};
}

Result<std::string> ZipArchive::finish() {
    if (archive_write_close(archive_.get()) != ARCHIVE_OK) return failure();
    return std::move(bytes_);
}

}  // namespace souk
