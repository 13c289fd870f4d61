#include "app/mail_letter.hpp"

namespace souk {

std::string html_escaped(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (const char character : text) {
        switch (character) {
            case '&':
                out += "&amp;";
                break;
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '"':
                out += "&quot;";
                break;
            case '\'':
                out += "&#39;";
                break;
            default:
                out += character;
        }
    }
    return out;
}

MailLetter& MailLetter::paragraph(std::string_view text) {
    open(Block::none);
    text_.append(text).append("\n\n");
    html_.append("<p>").append(html_escaped(text)).append("</p>\n");
    return *this;
}

MailLetter& MailLetter::link(std::string_view address) {
    open(Block::none);
    const auto shown = html_escaped(address);
    text_.append(address).append("\n\n");
    html_.append("<p><a href=\"" + shown + "\">" + shown + "</a></p>\n");
    return *this;
}

MailLetter& MailLetter::row(std::string_view left, std::string_view right) {
    open(Block::rows);
    text_.append(left).append(": ").append(right).append("\n");
    html_.append("<tr><td>" + html_escaped(left) +
                 "</td><td style=\"padding-left:2em;text-align:right\">" + html_escaped(right) +
                 "</td></tr>\n");
    return *this;
}

MailLetter& MailLetter::line(std::string_view text) {
    if (text.empty()) return *this;
    const bool is_first = block_ != Block::lines;
    open(Block::lines);
    text_.append(text).append("\n");
    html_.append(is_first ? "" : "<br>\n").append(html_escaped(text));
    return *this;
}

std::string MailLetter::text() {
    open(Block::none);
    while (text_.ends_with("\n\n")) text_.pop_back();
    return text_;
}

std::string MailLetter::html(std::string_view title) {
    open(Block::none);
    return "<!doctype html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><title>" +
           html_escaped(title) +
           "</title></head>\n<body style=\"font-family:sans-serif;max-width:40em\">\n" + html_ +
           "</body>\n</html>\n";
}

void MailLetter::open(Block block) {
    if (block_ == block) return;
    if (block_ == Block::rows) html_ += "</table>\n";
    if (block_ == Block::lines) html_ += "</p>\n";
    if (block_ != Block::none) text_ += "\n";
    if (block == Block::rows) html_ += "<table>\n";
    if (block == Block::lines) html_ += "<p>";
    block_ = block;
}

}  // namespace souk
