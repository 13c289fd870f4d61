#include "persistence/copy_writer.hpp"

#include "persistence/array_literal.hpp"

namespace souk {
namespace {

constexpr std::size_t buffer_size = 256 * 1024;

}  // namespace

CopyWriter::CopyWriter(Connection& db, const std::string& target) : db_(db) {
    const auto begun = db_.run_script("COPY " + target + " FROM STDIN");
    open_ = begun.has_value();
    if (!begun) failure_ = begun.error();
    buffer_.reserve(buffer_size + 4'096);
}

CopyWriter::~CopyWriter() {
    if (!open_) return;
    PQputCopyEnd(db_.native(), "given up");
    while (ResultHandle result{PQgetResult(db_.native())}) {
    }
}

void CopyWriter::append(std::string_view value) {
    for (const char character : value) {
        switch (character) {
            case '\\':
                buffer_.append("\\\\");
                break;
            case '\t':
                buffer_.append("\\t");
                break;
            case '\n':
                buffer_.append("\\n");
                break;
            case '\r':
                buffer_.append("\\r");
                break;
            default:
                buffer_.push_back(character);
        }
    }
}

void CopyWriter::append(const std::vector<std::string>& values) {
    append(std::string_view{array_literal(values)});
}

void CopyWriter::end_row() {
    buffer_.push_back('\n');
    ++rows_;
    if (buffer_.size() >= buffer_size) send();
}

void CopyWriter::send() {
    const auto size = static_cast<int>(buffer_.size());
    if (!failure_ && PQputCopyData(db_.native(), buffer_.data(), size) != 1)
        failure_ = db_.error_of(nullptr);
    buffer_.clear();
}

Result<std::int64_t> CopyWriter::finish() {
    if (!open_) return *failure_;
    send();
    open_ = false;
    if (PQputCopyEnd(db_.native(), nullptr) != 1 && !failure_) failure_ = db_.error_of(nullptr);
    while (const ResultHandle result{PQgetResult(db_.native())})
        if (PQresultStatus(result.get()) != PGRES_COMMAND_OK && !failure_)
            failure_ = db_.error_of(result.get());
    if (failure_) return *failure_;
    return rows_;
}

}  // namespace souk
