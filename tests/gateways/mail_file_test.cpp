#include "gateways/mail_file.hpp"

#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "protocol/json.hpp"
#include "tests/support/catch.hpp"

using namespace souk;

namespace {

/// A directory of one test, with all that is in it.
struct Directory {
    std::string path{(std::filesystem::temp_directory_path() / "souk-mail-XXXXXX").string()};

    Directory() { REQUIRE(mkdtemp(path.data()) != nullptr); }
    ~Directory() { std::filesystem::remove_all(path); }
};

}  // namespace

TEST_CASE("mails stand in the file one per line, for its owner alone", "[gateways][mail_file]") {
    const Directory directory;
    const auto path = directory.path + "/mails.jsonl";
    MailFile file(path);
    REQUIRE(file.send({"amal@example.com", "A \"subject\"", "two\nlines"}));
    REQUIRE(file.send({"noor@example.com", "Another", "text"}));
    std::ifstream lines(path);
    std::string line;
    int count = 0;
    while (std::getline(lines, line)) {
        ++count;
        CHECK(JsonDocument::parse(line));
    }
    CHECK(count == 2);
    struct stat facts {};
    REQUIRE(stat(path.c_str(), &facts) == 0);
    CHECK((facts.st_mode & 0777) == 0600);
}

TEST_CASE("a mail that cannot be written is to be tried again", "[gateways][mail_file]") {
    MailFile file("/nonexistent/mails.jsonl");
    CHECK(file.send({"amal@example.com", "Subject", "text"}).error().code ==
          ErrorCode::unavailable);
}
