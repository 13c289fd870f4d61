#include "gateways/sandbox_books.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "gateways/sandbox_entry.hpp"

namespace souk {
namespace {

/// False when it fails, with the reason in errno.
bool read_all(int file, std::string& text) {
    char bytes[64 * 1024];
    while (true) {
        const auto count = ::read(file, bytes, sizeof bytes);
        if (count == 0) return true;
        if (count < 0 && errno != EINTR) return false;
        if (count > 0) text.append(bytes, static_cast<std::size_t>(count));
    }
}

}  // namespace

Result<std::unique_ptr<SandboxBooks>> SandboxBooks::open(const std::string& file) {
    std::unique_ptr<SandboxBooks> books(new SandboxBooks);
    if (file.empty()) return books;
    books->name_ = file;
    books->file_ = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (books->file_ < 0) return books->failed_to("open");
    if (::flock(books->file_, LOCK_EX | LOCK_NB) != 0) return books->failed_to("lock");
    if (const auto read = books->read(); !read) return read.error();
    return books;
}

SandboxBooks::~SandboxBooks() {
    if (file_ >= 0) ::close(file_);
}

Error SandboxBooks::failed_to(std::string_view what) const {
    const auto* const why = std::strerror(errno);
    return refuse(ErrorCode::unavailable,
                  "cannot " + std::string(what) + " the sandbox's books " + name_ + ": " + why);
}

Result<void> SandboxBooks::read() {
    std::string text;
    if (!read_all(file_, text)) return failed_to("read");
    std::size_t number = 0;
    for (auto end = text.find('\n'); end != text.npos; end = text.find('\n', size_)) {
        const auto entry = read_sandbox_entry(std::string_view(text).substr(size_, end - size_));
        ++number;
        if (!entry)
            return refuse(ErrorCode::invalid_input,
                          name_ + ":" + std::to_string(number) + ": not an entry of the sandbox");
        remember(*entry);
        size_ = end + 1;
    }
    if (::ftruncate(file_, static_cast<off_t>(size_)) != 0) return failed_to("mend");
    return has_forgotten_ ? rewrite() : Result<void>{};
}

// Another file takes the place of this one, whole or not at all.
Result<void> SandboxBooks::rewrite() {
    std::string text;
    for (const auto& [id, intent] : intents_)
        text += write_sandbox_entry({.intent = intent}) + "\n";
    for (const auto& [key, reply] : replies_) text += write_sandbox_entry({.reply = reply}) + "\n";
    for (const auto& [id, event] : events_) text += write_sandbox_entry({.events = {event}}) + "\n";
    const auto next = name_ + ".next";
    const int old = file_;
    file_ = ::open(next.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (file_ < 0 || ::flock(file_, LOCK_EX | LOCK_NB) != 0) {
        const auto error = failed_to("shorten");
        ::close(old);
        return error;
    }
    size_ = 0;
    auto written = write(std::move(text));
    if (written && (::fsync(file_) != 0 || ::rename(next.c_str(), name_.c_str()) != 0))
        written = failed_to("shorten");
    ::close(old);
    return written;
}

Result<void> SandboxBooks::enter(const SandboxEntry& entry) {
    if (file_ >= 0) {
        if (const auto written = write(write_sandbox_entry(entry) + "\n"); !written)
            return written.error();
    }
    remember(entry);
    return {};
}

// What a failed write left behind is beyond `size_` and overwritten by the next.
Result<void> SandboxBooks::write(std::string line) {
    for (std::size_t done = 0; done < line.size();) {
        const auto count = ::pwrite(file_, line.data() + done, line.size() - done,
                                    static_cast<off_t>(size_ + done));
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) {
            const auto error = failed_to("write");
            [[maybe_unused]] const int cut = ::ftruncate(file_, static_cast<off_t>(size_));
            return error;
        }
        done += static_cast<std::size_t>(count);
    }
    size_ += line.size();
    return {};
}

void SandboxBooks::remember(const SandboxEntry& entry) {
    if (entry.intent) {
        intents_[entry.intent->id] = *entry.intent;
        if (entry.intent->status == GatewayStatus::processing) {
            undecided_.insert(entry.intent->id);
        } else {
            undecided_.erase(entry.intent->id);
        }
    }
    if (entry.reply) replies_[entry.reply->key] = *entry.reply;
    for (const auto& event : entry.events) events_[event.id] = event;
    events_.erase(entry.told);
    if (entry.forgotten.empty()) return;
    has_forgotten_ = true;
    for (const auto& id : entry.forgotten) intents_.erase(id);
    std::erase_if(replies_, [&](const auto& reply) {
        return !intents_.contains(reply.second.answer.intent);
    });
}

const SandboxIntent* SandboxBooks::intent(std::string_view id) const {
    const auto found = intents_.find(id);
    return found == intents_.end() ? nullptr : &found->second;
}

const SandboxReply* SandboxBooks::reply(std::string_view key) const {
    const auto found = replies_.find(key);
    return found == replies_.end() ? nullptr : &found->second;
}

}  // namespace souk
