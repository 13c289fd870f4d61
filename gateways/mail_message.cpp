#include "gateways/mail_message.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace souk {
namespace {

constexpr std::size_t longest_line = 76;  // RFC 2045, section 6.7

bool is_printable(char character) { return character >= 0x20 && character < 0x7f; }

void append_hex(std::string& out, char character) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    const auto byte = static_cast<unsigned char>(character);
    out += '=';
    out += digits[byte >> 4];
    out += digits[byte & 15];
}

/// One line without its end; longer ones are broken softly. A dot or a space at an end is written
/// so that no server on the way can take it for something else.
void append_quoted_line(std::string& out, std::string_view line) {
    std::size_t width = 0;
    for (std::size_t i = 0; i < line.size(); ++i) {
        const char character = line[i];
        const bool at_an_end = i == 0 || i + 1 == line.size();
        const bool plain = is_printable(character) && character != '=' &&
                           !(at_an_end && (character == '.' || character == ' '));
        const std::size_t size = plain ? 1 : 3;
        if (width + size > longest_line - 1) {
            out += "=\r\n";
            width = 0;
        }
        if (plain)
            out += character;
        else
            append_hex(out, character);
        width += size;
    }
}

std::string quoted_printable(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        auto line = text.substr(0, end);
        if (line.ends_with('\r')) line.remove_suffix(1);
        append_quoted_line(out, line);
        out += "\r\n";
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
}

std::string base64(std::string_view bytes) {
    constexpr std::string_view digits =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        const auto group = bytes.substr(i, 3);
        std::uint32_t bits = 0;
        for (std::size_t j = 0; j < 3; ++j)
            bits = bits << 8 | (j < group.size() ? static_cast<unsigned char>(group[j]) : 0u);
        for (std::size_t j = 0; j < 4; ++j)
            out += j <= group.size() ? digits[bits >> (18 - 6 * j) & 63] : '=';
    }
    return out;
}

/// As RFC 2047 wants it: short words, none of which breaks a character.
std::string encoded_words(std::string_view text) {
    constexpr std::size_t most = 39;  // bytes, which become 52 characters
    std::string out;
    while (!text.empty()) {
        auto size = std::min(most, text.size());
        while (size > 1 && size < text.size() &&
               (static_cast<unsigned char>(text[size]) & 0xc0) == 0x80)
            --size;
        if (!out.empty()) out += "\r\n ";
        out += "=?UTF-8?B?" + base64(text.substr(0, size)) + "?=";
        text.remove_prefix(size);
    }
    return out;
}

bool fits_in_a_header(std::string_view text) {
    return text.size() <= 60 && std::ranges::all_of(text, is_printable) &&
           text.find("=?") == std::string_view::npos;
}

std::string header_text(std::string_view text) {
    return fits_in_a_header(text) ? std::string(text) : encoded_words(text);
}

/// A name beside an address stands in quotes, or encoded.
std::string from_text(const MailSender& sender, const std::string& given) {
    const auto& from = given.empty() ? sender.name : given;
    if (from.empty()) return sender.address;
    const bool plain = fits_in_a_header(from) && from.find_first_of("\"\\") == std::string::npos;
    const auto name = plain ? "\"" + from + "\"" : encoded_words(from);
    return name + " <" + sender.address + ">";
}

std::string date_text(TimePoint at) {
    constexpr std::array<const char*, 7> days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    constexpr std::array<const char*, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                 "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto day = std::chrono::floor<std::chrono::days>(at);
    const std::chrono::year_month_day date{day};
    const auto two_digits = [](std::int64_t number) {
        return (number < 10 ? "0" : "") + std::to_string(number);
    };
    const std::chrono::hh_mm_ss time{std::chrono::floor<std::chrono::seconds>(at - day)};
    return std::string(days[std::chrono::weekday{day}.c_encoding()]) + ", " +
           two_digits(unsigned{date.day()}) + " " + months[unsigned{date.month()} - 1] + " " +
           std::to_string(int{date.year()}) + " " + two_digits(time.hours().count()) + ":" +
           two_digits(time.minutes().count()) + ":" + two_digits(time.seconds().count()) + " +0000";
}

bool is_plain_word(std::string_view id) {
    return !id.empty() && std::ranges::all_of(id, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_' || c == '-';
    });
}

std::string part(std::string_view type, std::string_view body) {
    std::string out = "Content-Type: ";
    out.append(type).append("; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n");
    return out.append("\r\n").append(quoted_printable(body));
}

}  // namespace

bool is_plain_address(std::string_view address) {
    const auto at = address.find('@');
    return at != std::string_view::npos && at > 0 && at + 1 < address.size() &&
           address.find('@', at + 1) == std::string_view::npos && address.size() <= 254 &&
           std::ranges::all_of(address, is_printable) &&
           address.find_first_of(" <>()[]\",;:\\") == std::string_view::npos;
}

Result<std::string> mail_message(const Mail& mail, const MailSender& sender) {
    if (!is_plain_address(mail.to) || !is_plain_address(sender.address) || !is_plain_word(mail.id))
        return refuse(ErrorCode::unprocessable, "its address cannot be written in a mail");
    const auto domain = sender.address.substr(sender.address.find('@') + 1);
    std::string message =
        "Date: " + date_text(mail.at) + "\r\nFrom: " + from_text(sender, mail.from_name) +
        "\r\nTo: " + mail.to + "\r\nSubject: " + header_text(mail.subject) + "\r\nMessage-ID: <" +
        mail.id + "@" + domain + ">\r\nAuto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n";
    if (mail.html.empty()) return message + part("text/plain", mail.text);
    // No line of quoted-printable begins with it: there '=' is followed by two digits or an end.
    const auto boundary = "=_" + mail.id;
    const auto delimiter = "--" + boundary;
    return message + "Content-Type: multipart/alternative;\r\n boundary=\"" + boundary +
           "\"\r\n\r\n" + delimiter + "\r\n" + part("text/plain", mail.text) + "\r\n" + delimiter +
           "\r\n" + part("text/html", mail.html) + "\r\n" + delimiter + "--\r\n";
}

}  // namespace souk
