#include "http/network.hpp"

#include "tests/support/catch.hpp"

using namespace souk;

TEST_CASE("an IPv4 address stands for itself", "[http][network]") {
    CHECK(network_of("192.0.2.1") == "192.0.2.1");
    CHECK(network_of("::ffff:192.0.2.1") == "192.0.2.1");
}

TEST_CASE("an IPv6 address stands for its /64", "[http][network]") {
    CHECK(network_of("2001:db8:1:2:3:4:5:6") == "2001:db8:1:2::/64");
    CHECK(network_of("2001:db8:1:2::9") == network_of("2001:DB8:1:2:ffff::1"));
    CHECK(network_of("2001:db8:1:3::9") != network_of("2001:db8:1:2::9"));
    CHECK(network_of("fe80::1%eth0") == network_of("fe80::2"));
    CHECK(network_of("::1") == "::/64");
}

TEST_CASE("what is no address stands for itself", "[http][network]") {
    for (const auto* text : {"", "unix", "1.2.3", "2001:db8::1::2"})
        CHECK(network_of(text) == text);
}
