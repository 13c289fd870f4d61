#pragma once
// Somebody who follows the live news of one SKU: a browser on a WebSocket, which comes back after
// its server has died.

#include <memory>
#include <optional>
#include <string>

#include "http/live/reader.hpp"
#include "tests/simulation/server.hpp"

namespace souk::simulation {

class Watcher final : public LiveSink {
public:
    Watcher(Ground& ground, const Books& books, StockKey key);

    /// Follows through this server from now on; null: the connection is lost.
    void connect(Server* server);
    const Server* server() const { return server_; }

    const StockKey& key() const { return key_; }
    /// The last news are what the rows say.
    void check_up_to_date(const Stock& row) const;

    void send(Frame frame) override;

private:
    void follow();
    void hear(const std::string& message);

    Ground& ground_;
    const Books& books_;
    StockKey key_;
    Dice dice_;
    Server* server_{nullptr};
    std::unique_ptr<LiveReader> reader_;
    std::shared_ptr<char> connection_;
    std::string last_;
    Version version_{0};
};

}  // namespace souk::simulation
