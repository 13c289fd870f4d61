#include "tests/simulation/watcher.hpp"

#include "tests/simulation/texts.hpp"

namespace souk::simulation {

using namespace std::chrono_literals;

Watcher::Watcher(Ground& ground, const Books& books, StockKey key)
    : ground_(ground), books_(books), key_(key), dice_(ground.dice.next()) {}

void Watcher::connect(Server* server) {
    if (server == server_) return;
    connection_ = std::make_shared<char>();
    reader_.reset();
    server_ = server;
    if (server_ != nullptr) follow();
}

// What cannot be read now is asked for again, as the page does.
void Watcher::follow() {
    reader_ = std::make_unique<LiveReader>(server_->feed(), *this, FrameStyle::websocket);
    server_->feed().look(stock_topic(key_.variant),
                         [this, alive = std::weak_ptr(connection_)](auto topic) {
                             if (alive.expired()) return;
                             if (topic) return reader_->follow(*topic, std::nullopt);
                             ground_.agenda.at(ground_.now() + 1s, [this, alive] {
                                 if (!alive.expired()) follow();
                             });
                         });
}

void Watcher::send(Frame frame) {
    ground_.agenda.at(ground_.now() + dice_.between(Duration{500}, Duration{20ms}),
                      [this, frame = std::move(frame), alive = std::weak_ptr(connection_)] {
                          if (alive.expired()) return;
                          hear(*frame);
                          reader_->sent();
                      });
}

void Watcher::hear(const std::string& message) {
    constexpr std::string_view before = "\"data\":\"";
    const auto begin = message.find(before);
    if (begin == message.npos) return;
    const auto text_begin = begin + before.size();
    last_ = message.substr(text_begin, message.find('"', text_begin) - text_begin);
    version_ = version_of(last_);
    ground_.count("live news");
    const auto* state = books_.state(std::string{subject_of(last_)}, version_);
    if (state == nullptr || *state != last_) ground_.fail("live news are what is committed", last_);
}

void Watcher::check_up_to_date(const Stock& row) const {
    const auto text = text_of(view_of(row));
    if (last_ != text) ground_.fail("live news end on the store's value", last_ + ", not " + text);
}

}  // namespace souk::simulation
