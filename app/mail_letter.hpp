#pragma once
// A letter, written once and read twice: as text and as HTML. Everything put into it is text; the
// only markup is what stands here.

#include <string>
#include <string_view>

namespace souk {

std::string html_escaped(std::string_view text);

class MailLetter {
public:
    MailLetter& paragraph(std::string_view text);
    /// On a line of its own; `address` is shown as it is.
    MailLetter& link(std::string_view address);
    /// Rows of two columns stand together until something else comes.
    MailLetter& row(std::string_view left, std::string_view right);
    /// Lines of one paragraph; empty ones are left out.
    MailLetter& line(std::string_view text);

    std::string text();
    std::string html(std::string_view title);

private:
    enum class Block { none, rows, lines };
    void open(Block block);

    Block block_{Block::none};
    std::string text_;
    std::string html_;
};

}  // namespace souk
