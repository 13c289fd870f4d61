#include "app/mail_letter.hpp"

#include "tests/support/catch.hpp"

using namespace souk;

TEST_CASE("a letter reads the same as text and as HTML", "[app][mail_letter]") {
    MailLetter letter;
    letter.paragraph("Hello")
        .row("Tea", "USD 1.00")
        .row("Total", "USD 1.00")
        .link("https://shop.example/#/a")
        .line("Amal")
        .line("")
        .line("Amman");
    CHECK(letter.text() ==
          "Hello\n\nTea: USD 1.00\nTotal: USD 1.00\n\nhttps://shop.example/#/a\n\nAmal\nAmman\n");
    const auto html = letter.html("A title");
    CHECK(html.find("<title>A title</title>") != std::string::npos);
    CHECK(html.find("<p>Hello</p>\n<table>\n<tr><td>Tea</td>") != std::string::npos);
    CHECK(html.find("</table>\n<p><a href=\"https://shop.example/#/a\">") != std::string::npos);
    CHECK(html.find("<p>Amal<br>\nAmman</p>\n</body>") != std::string::npos);
}

TEST_CASE("no text of a letter is markup", "[app][mail_letter]") {
    const std::string nasty = "<script>\"'&";
    MailLetter letter;
    letter.paragraph(nasty).row(nasty, nasty).line(nasty).link(nasty);
    const auto html = letter.html(nasty);
    CHECK(html.find("<script>") == std::string::npos);
    CHECK(html.find("href=\"&lt;script&gt;&quot;&#39;&amp;\"") != std::string::npos);
    CHECK(html_escaped(nasty) == "&lt;script&gt;&quot;&#39;&amp;");
}
