#pragma once
// Writes mails to a file, one JSON object per line, for machines without a mail server. What is in
// it lets whoever reads it into accounts: it is its owner's alone.

#include <mutex>
#include <string>

#include "gateways/mailer.hpp"

namespace souk {

class MailFile final : public Mailer {
public:
    /// Made at the first mail.
    explicit MailFile(std::string path) : path_(std::move(path)) {}
    Result<void> send(const Mail& mail) override;

private:
    const std::string path_;
    std::mutex mutex_;
};

}  // namespace souk
