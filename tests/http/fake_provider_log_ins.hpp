#pragma once
// No provider to log in with.

#include "protocol/provider_log_ins.hpp"

namespace souk {

class NoProviderLogIns final : public ProviderLogIns {
    void begin(TenantId, std::string, Promise<Result<BrowserStep>> step) override {
        step(refuse(ErrorCode::not_found, "no such provider"));
    }
    void come_back(ProviderReturn, Device, Promise<Result<BrowserStep>> step) override {
        step(refuse(ErrorCode::not_found, "no such provider"));
    }
    void redeem(std::string, std::string, Device, Promise<Result<LoggedIn>> tokens) override {
        tokens(refuse(ErrorCode::unauthenticated, "nobody waits"));
    }
    void log_in(IdTokenLogIn, Device, Promise<Result<LoggedIn>> tokens) override {
        tokens(refuse(ErrorCode::not_found, "no such provider"));
    }
};

}  // namespace souk
