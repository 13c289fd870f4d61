#include "gateways/mail_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include "protocol/json.hpp"

namespace souk {
namespace {

std::string line_of(const Mail& mail) {
    std::string text;
    JsonWriter out{text};
    out.begin_object();
    out.key("to");
    out.string(mail.to);
    out.key("subject");
    out.string(mail.subject);
    out.key("text");
    out.string(mail.text);
    if (!mail.html.empty()) {
        out.key("html");
        out.string(mail.html);
    }
    out.end_object();
    return text + "\n";
}

/// True when all of it was written and is on disk.
bool append(const std::string& path, const std::string& line) {
    const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (file < 0) return false;
    const bool done = write(file, line.data(), line.size()) == static_cast<ssize_t>(line.size()) &&
                      fsync(file) == 0;
    return close(file) == 0 && done;
}

}  // namespace

Result<void> MailFile::send(const Mail& mail) {
    const auto line = line_of(mail);
    const std::lock_guard lock(mutex_);
    if (append(path_, line)) return {};
    return refuse(ErrorCode::unavailable, "the file of mails cannot be written");
}

}  // namespace souk
