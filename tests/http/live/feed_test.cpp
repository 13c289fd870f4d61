#include "http/live/feed.hpp"

#include <algorithm>
#include <random>

#include "tests/http/live/live_world.hpp"
#include "tests/support/catch.hpp"

namespace souk {
namespace {

using std::chrono::milliseconds;

const Topic serum = LiveWorld::topic(1);
const Topic cream = LiveWorld::topic(2);

bool is_snapshot(const std::string& text, Version version) {
    return text.starts_with(R"({"type":"snapshot","topic":"stock:var_)") &&
           text.ends_with(snapshot(version));
}
bool is_change(const std::string& text, Version from, Version version) {
    return text.starts_with(R"({"type":"change","topic":"stock:var_)") &&
           text.ends_with(change(from, version));
}

/// The number after a member's name; -1 when there is none.
Version number_in(const std::string& text, const std::string& member) {
    const auto at = text.find("\"" + member + "\":");
    return at == text.npos ? -1 : std::stoll(text.substr(at + member.size() + 3));
}

}  // namespace

TEST_CASE("a reader gets a snapshot and then every change", "[http][live]") {
    LiveWorld world;
    world.show(serum, 7);
    FakeReader reader(world.feed);
    world.follow(reader, serum);
    reader.take();
    world.commit(serum, 8);
    world.run();
    reader.take();
    world.pass(milliseconds{100});
    world.commit(serum, 9);
    world.run();
    reader.take();
    REQUIRE(reader.got.size() == 3);
    CHECK(is_snapshot(*reader.got[0], 7));
    CHECK(is_change(*reader.got[1], 7, 8));
    CHECK(is_change(*reader.got[2], 8, 9));
}

TEST_CASE("a reader that has the current version gets no snapshot", "[http][live]") {
    LiveWorld world;
    world.show(serum, 7);
    FakeReader current(world.feed);
    world.follow(current, serum, 7);
    FakeReader behind(world.feed);
    world.follow(behind, serum, 6);
    world.commit(serum, 8);
    world.run();
    current.take();
    behind.take();
    behind.take();
    REQUIRE(current.got.size() == 1);
    CHECK(is_change(*current.got[0], 7, 8));
    REQUIRE(behind.got.size() == 2);
    CHECK(is_snapshot(*behind.got[0], 7));
    CHECK(is_change(*behind.got[1], 7, 8));
}

TEST_CASE("a reader that saw a later version elsewhere is never taken back", "[http][live]") {
    LiveWorld world;
    world.show(serum, 7);
    FakeReader first(world.feed);
    world.follow(first, serum);
    world.show(serum, 9);  // published, and not yet told here
    FakeReader ahead(world.feed);
    world.follow(ahead, serum, 9);
    world.run();
    CHECK(ahead.under_way == nullptr);
    world.pass(milliseconds{100});
    world.commit(serum, 10);
    world.run();
    ahead.take();
    REQUIRE(ahead.got.size() == 1);
    CHECK(is_change(*ahead.got[0], 9, 10));
}

TEST_CASE("a version that never was is put right by a snapshot", "[http][live]") {
    LiveWorld world;
    world.show(serum, 7);
    FakeReader reader(world.feed);
    world.follow(reader, serum, 1'000);
    world.run();
    reader.take();
    REQUIRE(reader.got.size() == 1);
    CHECK(is_snapshot(*reader.got[0], 7));
}

TEST_CASE("what is committed while a topic rests goes out as one change", "[http][live]") {
    LiveWorld world;
    world.show(serum, 1);
    FakeReader reader(world.feed);
    reader.prompt = true;
    world.follow(reader, serum);
    reader.take();
    for (Version version = 2; version <= 50; ++version) {
        world.commit(serum, version);
        world.run();
        reader.take();
    }
    CHECK(reader.got.size() == 2);
    CHECK_FALSE(world.feed.settled());
    world.pass(world.hub.settings().interval);
    REQUIRE(reader.got.size() == 3);
    CHECK(is_change(*reader.got[2], 2, 50));
    CHECK(world.hub.counters().conflated == 47);
    CHECK(world.feed.settled());
}

TEST_CASE("readers share one text, made once", "[http][live]") {
    LiveWorld world;
    world.show(serum, 1);
    std::vector<std::unique_ptr<FakeReader>> readers;
    for (int i = 0; i < 200; ++i) {
        readers.push_back(std::make_unique<FakeReader>(world.feed));
        world.follow(*readers.back(), serum);
        readers.back()->take();
    }
    CHECK(world.source.reads == 1);
    world.commit(serum, 2);
    world.run();
    CHECK(world.source.reads == 2);
    for (const auto& reader : readers) {
        reader->take();
        CHECK(reader->got[0] == readers[0]->got[0]);
        CHECK(reader->got[1] == readers[0]->got[1]);
    }
}

TEST_CASE("a round gives other work its turn", "[http][live]") {
    LiveWorld world;
    world.show(serum, 1);
    std::vector<std::unique_ptr<FakeReader>> readers;
    for (int i = 0; i < 200; ++i) {
        readers.push_back(std::make_unique<FakeReader>(world.feed));
        world.follow(*readers.back(), serum);
        readers.back()->take();
    }
    world.commit(serum, 2);
    world.host.step();
    const auto told = std::ranges::count_if(
        readers, [](const auto& reader) { return reader->under_way != nullptr; });
    CHECK(told > 0);
    CHECK(told < 100);
    CHECK_FALSE(world.feed.settled());
}

TEST_CASE("a slow reader keeps one message waiting and gets the newest snapshot", "[http][live]") {
    LiveWorld world;
    world.show(serum, 1);
    FakeReader slow(world.feed);
    FakeReader quick(world.feed);
    quick.prompt = true;
    world.follow(slow, serum);
    world.follow(quick, serum);
    quick.take();
    for (Version version = 2; version <= 20; ++version) {
        world.commit(serum, version);
        world.pass(milliseconds{100});
        quick.take();
    }
    CHECK(quick.got.size() == 20);
    CHECK(slow.got.empty());
    slow.take();  // the first snapshot, at last
    slow.take();
    REQUIRE(slow.got.size() == 2);
    CHECK(is_snapshot(*slow.got[0], 1));
    CHECK(is_snapshot(*slow.got[1], 20));
    CHECK(slow.reader.idle());
    CHECK(world.hub.counters().fell_behind == 1);
    world.commit(serum, 21);
    world.pass(milliseconds{100});
    slow.take();
    CHECK(is_change(*slow.got[2], 20, 21));
}

TEST_CASE("a reader that misses nothing gets a change even when it waited for it", "[http][live]") {
    LiveWorld world;
    world.show(serum, 1);
    FakeReader reader(world.feed);
    world.follow(reader, serum);
    world.commit(serum, 2);
    world.run();  // while the snapshot is still under way
    reader.take();
    reader.take();
    REQUIRE(reader.got.size() == 2);
    CHECK(is_change(*reader.got[1], 1, 2));
}

TEST_CASE("what is committed between the read and the following is not missed", "[http][live]") {
    LiveWorld world;
    world.show(serum, 1);
    world.source.slow = true;
    FakeReader reader(world.feed);
    reader.prompt = true;
    world.follow(reader, serum);
    const auto old = world.source.things[serum];
    world.commit(serum, 2);
    world.source.things[serum] = old;  // what the read under way has seen
    world.run();
    world.source.answer_all();
    reader.take();
    world.show(serum, 2);
    world.source.answer_all();
    world.run();
    reader.take();
    REQUIRE(reader.got.size() == 2);
    CHECK(is_snapshot(*reader.got[0], 1));
    CHECK(is_change(*reader.got[1], 1, 2));
}

TEST_CASE("a part that is known only from the first read is watched before the state counts",
          "[http][live]") {
    LiveWorld world;
    world.show(serum, 5);
    world.source.things[serum].parts = {cream};
    FakeReader reader(world.feed);
    reader.prompt = true;
    world.follow(reader, serum);
    CHECK(world.source.reads == 2);
    reader.take();
    world.show(serum, 6);
    world.hub.touch(cream);
    world.run();
    REQUIRE(reader.got.size() == 2);
    CHECK(is_change(*reader.got[1], 5, 6));
}

TEST_CASE("a part that a thing gains later is watched from then on", "[http][live]") {
    LiveWorld world;
    world.show(serum, 5);
    FakeReader reader(world.feed);
    reader.prompt = true;
    world.follow(reader, serum);
    reader.take();
    world.source.things[serum].parts = {cream};
    world.commit(serum, 6);
    world.pass(milliseconds{100});
    reader.take();
    world.pass(milliseconds{100});
    world.show(serum, 7);
    world.hub.touch(cream);
    world.pass(milliseconds{100});
    REQUIRE(reader.got.size() == 3);
    CHECK(is_change(*reader.got[2], 6, 7));
}

TEST_CASE("an older state than was told is never told", "[http][live]") {
    LiveWorld world;
    world.show(serum, 5);
    FakeReader reader(world.feed);
    reader.prompt = true;
    world.follow(reader, serum);
    reader.take();
    world.commit(serum, 4);
    world.pass(milliseconds{100});
    CHECK(reader.got.size() == 1);
}

TEST_CASE("a state that cannot be read is read again", "[http][live]") {
    LiveWorld world;
    world.show(serum, 5);
    FakeReader reader(world.feed);
    reader.prompt = true;
    world.follow(reader, serum);
    reader.take();
    world.source.failure = refuse(ErrorCode::unavailable, "the database is away");
    world.commit(serum, 6);
    world.run();
    CHECK(reader.got.size() == 1);
    CHECK_FALSE(world.feed.settled());
    world.source.failure.reset();
    world.feed.tick();
    REQUIRE(reader.got.size() == 2);
    CHECK(is_change(*reader.got[1], 5, 6));
}

TEST_CASE("what ends is told, and what is not there is not found", "[http][live]") {
    LiveWorld world;
    ErrorCode refused{};
    world.feed.look(serum, [&](auto found) { refused = found.error().code; });
    CHECK(refused == ErrorCode::not_found);
    CHECK(world.hub.idle());
    world.show(serum, 5);
    FakeReader reader(world.feed);
    reader.prompt = true;
    world.follow(reader, serum);
    reader.take();
    world.source.things.clear();
    world.hub.touch(serum);
    world.run();
    CHECK(reader.got.back()->starts_with(R"({"type":"gone","topic":"stock:var_)"));
    CHECK(reader.reader.topics() == 0);
    CHECK(world.hub.idle());
}

TEST_CASE("a topic that nobody follows any more costs nothing", "[http][live]") {
    LiveWorld world;
    world.show(serum, 1);
    {
        FakeReader one(world.feed);
        FakeReader two(world.feed);
        world.follow(one, serum);
        world.follow(two, serum);
        CHECK_FALSE(world.hub.idle());
        one.reader.unfollow(serum);
        CHECK_FALSE(world.hub.idle());
    }
    CHECK(world.hub.idle());
    world.hub.touch(serum);
    CHECK(world.host.posted.empty());
}

TEST_CASE("no more topics are followed than the server may", "[http][live]") {
    LiveWorld world({.max_topics = 1});
    world.show(serum, 1);
    world.show(cream, 1);
    FakeReader reader(world.feed);
    world.follow(reader, serum);
    ErrorCode refused{};
    world.feed.look(cream, [&](auto found) { refused = found.error().code; });
    CHECK(refused == ErrorCode::unavailable);
}

TEST_CASE("a part that cannot be followed is counted, and its topic goes on", "[http][live]") {
    LiveWorld world({.max_topics = 1});
    world.show(serum, 1);
    FakeReader reader(world.feed);
    world.follow(reader, serum);
    reader.take();
    world.source.things[serum].parts = {cream};
    world.commit(serum, 2);
    world.run();
    reader.take();
    CHECK(reader.got.size() == 2);
    CHECK(world.hub.counters().unwatched == 1);
}

TEST_CASE("an event stream's frames carry the version as their id", "[http][live]") {
    LiveWorld world;
    world.show(serum, 7);
    FakeReader reader(world.feed, FrameStyle::event_stream);
    world.follow(reader, serum);
    reader.take();
    world.commit(serum, 8);
    world.run();
    reader.take();
    CHECK(reader.got[0]->starts_with("id: 7\nevent: snapshot\ndata: {\"type\":\"snapshot\""));
    CHECK(reader.got[1]->starts_with("id: 8\nevent: change\ndata: {\"type\":\"change\""));
    CHECK(reader.got[1]->ends_with("}}\n\n"));
}

// Readers of every speed come, go and rest, in an order that a seed decides.
TEST_CASE("whatever happens, versions go up without a gap and end on the last", "[http][live]") {
    for (unsigned seed = 1; seed <= 200; ++seed) {
        CAPTURE(seed);
        std::mt19937 random(seed);
        const auto chance = [&](unsigned percent) { return random() % 100 < percent; };
        LiveWorld world({.interval = milliseconds{seed % 3 * 10}});
        Version version = 1;
        world.show(serum, version);
        std::vector<std::unique_ptr<FakeReader>> readers;
        for (int step = 0; step < 400; ++step) {
            if (readers.size() < 90 && chance(30)) {
                readers.push_back(std::make_unique<FakeReader>(world.feed));
                world.follow(*readers.back(), serum);
            }
            const auto leaves = chance(5) && !readers.empty() ? random() % readers.size() : 0;
            if (leaves > 0 && readers[leaves]->reader.topics() > 0)  // not while it is looked up
                readers.erase(readers.begin() + static_cast<std::ptrdiff_t>(leaves));
            world.source.slow = chance(30);
            if (chance(50)) world.commit(serum, version += 1 + random() % 3);
            if (chance(50)) world.host.step();
            if (chance(30)) world.source.answer_all();
            if (chance(30)) world.pass(milliseconds{random() % 20});
            for (const auto& reader : readers)
                if (chance(40)) reader->take();
        }
        world.source.slow = false;
        for (int i = 0; i < 10; ++i) {
            world.source.answer_all();
            world.pass(milliseconds{100});
            for (const auto& reader : readers) reader->take();
        }
        CHECK(world.feed.settled());
        for (const auto& reader : readers) {
            Version last = 0;
            for (const auto& text : reader->texts()) {
                const auto from = number_in(text, "from");
                const auto next = number_in(text, "version");
                if (from >= 0) CHECK(from == last);
                CHECK(next > last);
                last = next;
            }
            CHECK(last == version);
        }
    }
}

}  // namespace souk
