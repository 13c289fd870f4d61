#include "gateways/smtp_mailer.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <cstring>
#include <string_view>

#include "gateways/curl_start.hpp"

namespace souk {
namespace {

using RecipientList = std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)>;

struct Transfer {
    std::string_view left;
    bool body_begun{false};
    std::string refusal;
};

std::size_t give_body(char* to, std::size_t size, std::size_t count, void* from) {
    auto& transfer = *static_cast<Transfer*>(from);
    transfer.body_begun = true;
    const auto bytes = std::min(size * count, transfer.left.size());
    std::memcpy(to, transfer.left.data(), bytes);
    transfer.left.remove_prefix(bytes);
    return bytes;
}

/// Each line that the server says; the last refusal tells what became of the mail.
std::size_t take_reply(char* bytes, std::size_t, std::size_t count, void* to) {
    constexpr std::size_t longest = 200;
    if (count == 0 || (bytes[0] != '4' && bytes[0] != '5')) return count;
    auto& reply = static_cast<Transfer*>(to)->refusal;
    reply.clear();
    for (const char character : std::string_view(bytes, std::min(count, longest)))
        if (character >= 0x20 && character < 0x7f) reply += character;
    return count;
}

/// What the server says goes nowhere else.
std::size_t drop(char*, std::size_t, std::size_t count, void*) { return count; }

int go_on(void* mailer, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
    return static_cast<const SmtpMailer*>(mailer)->stopping() ? 1 : 0;
}

void set_server(CURL* handle, const SmtpOptions& options) {
    const bool is_tls = options.url.starts_with("smtps://");
    curl_easy_setopt(handle, CURLOPT_URL, options.url.c_str());
    curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, is_tls ? "smtps" : "smtp");
    curl_easy_setopt(handle, CURLOPT_PROXY, "");
    curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS,
                     static_cast<long>(options.connect_timeout.count()));
    curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(options.total_timeout.count()));
    if (!is_tls && options.starttls)
        curl_easy_setopt(handle, CURLOPT_USE_SSL, static_cast<long>(CURLUSESSL_ALL));
    curl_easy_setopt(handle, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(handle, CURLOPT_SSL_VERIFYHOST, 2L);
    curl_easy_setopt(handle, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    if (!options.ca_file.empty()) curl_easy_setopt(handle, CURLOPT_CAINFO, options.ca_file.c_str());
    if (options.user.empty()) return;
    curl_easy_setopt(handle, CURLOPT_USERNAME, options.user.c_str());
    curl_easy_setopt(handle, CURLOPT_PASSWORD, options.password.c_str());
}

void set_transfer(CURL* handle, Transfer& transfer) {
    curl_easy_setopt(handle, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(handle, CURLOPT_INFILESIZE_LARGE,
                     static_cast<curl_off_t>(transfer.left.size()));
    curl_easy_setopt(handle, CURLOPT_READFUNCTION, &give_body);
    curl_easy_setopt(handle, CURLOPT_READDATA, &transfer);
    curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, &take_reply);
    curl_easy_setopt(handle, CURLOPT_HEADERDATA, &transfer);
    curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, &drop);
}

std::string without(std::string text, const std::string& secret) {
    for (auto at = text.find(secret); at != std::string::npos; at = text.find(secret))
        text.replace(at, secret.size(), "…");
    return text;
}

/// A refusal of this mail comes to a command about it, or to its body; all others are about the
/// server or our log-in.
Error failure(CURL* handle, CURLcode result, const Transfer& transfer, const Mail& mail) {
    long code = 0;
    curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &code);
    const bool about_this_mail = result == CURLE_SEND_ERROR || transfer.body_begun;
    const bool replied = code >= 400 && code < 600 && !transfer.refusal.empty();
    if (replied && about_this_mail)
        return refuse(code >= 500 ? ErrorCode::unprocessable : ErrorCode::unavailable,
                      "the mail server refused it: " + without(transfer.refusal, mail.to));
    std::string words = "the mail server: ";
    words += curl_easy_strerror(result);
    if (replied) words += ": " + without(transfer.refusal, mail.to);
    return refuse(ErrorCode::unavailable, words);
}

}  // namespace

SmtpMailer::SmtpMailer(SmtpOptions options)
    : options_(std::move(options)), handle_(nullptr, &curl_easy_cleanup) {
    start_curl();
    handle_.reset(curl_easy_init());
}

SmtpMailer::~SmtpMailer() = default;

Result<void> SmtpMailer::send(const Mail& mail) {
    const auto message = mail_message(mail, options_.from);
    if (!message) return message.error();
    const std::lock_guard lock(mutex_);
    if (stopping_) return refuse(ErrorCode::unavailable, "the server is stopping");
    auto* handle = handle_.get();
    const RecipientList recipients(curl_slist_append(nullptr, mail.to.c_str()),
                                   &curl_slist_free_all);
    if (handle == nullptr || !recipients) return refuse(ErrorCode::unavailable, "out of memory");
    curl_easy_reset(handle);  // its options, not its connection
    Transfer transfer{*message, false, {}};
    set_server(handle, options_);
    set_transfer(handle, transfer);
    curl_easy_setopt(handle, CURLOPT_MAIL_FROM, options_.from.address.c_str());
    curl_easy_setopt(handle, CURLOPT_MAIL_RCPT, recipients.get());
    curl_easy_setopt(handle, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, &go_on);
    curl_easy_setopt(handle, CURLOPT_XFERINFODATA, this);
    const auto result = curl_easy_perform(handle);
    if (result == CURLE_OK) return {};
    return failure(handle, result, transfer, mail);
}

}  // namespace souk
