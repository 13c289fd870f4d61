#pragma once
// A ZIP archive in memory, for what somebody takes home. The only one that knows libarchive.

#include <memory>
#include <string>

#include "domain/result.hpp"
#include "domain/time.hpp"

struct archive;

namespace souk {

class ZipArchive {
public:
    /// Grows to no more than `most_bytes`.
    explicit ZipArchive(std::size_t most_bytes);
    ZipArchive(const ZipArchive&) = delete;
    ZipArchive& operator=(const ZipArchive&) = delete;

    /// `unprocessable` when it would grow too large.
    Result<void> add(const std::string& name, const std::string& content, TimePoint at);
    /// The whole archive; nothing is added any more.
    Result<std::string> finish();

private:
    struct Deleter {
        void operator()(archive* written) const;
    };
    /// What libarchive has to say of its last step.
    Error failure() const;

    const std::size_t most_bytes_;
    std::string bytes_;
    std::unique_ptr<archive, Deleter> archive_;  // writes into the bytes, so it ends before them
};

}  // namespace souk
