#pragma once
// People who are logged in, for tests that need no more of them than their tokens.

#include <atomic>
#include <map>
#include <string>
#include <vector>

#include "protocol/accounts.hpp"

namespace souk {

class FakeAccounts final : public Accounts {
public:
    /// The text of a token that stands for this user.
    std::string add(Role role, std::optional<VendorId> vendor = {}) {
        const auto number = tokens_.size();
        const auto text = "header.payload" + std::to_string(number) + ".signature";
        tokens_[text] = {UserId{uuid_v7(TimePoint{}, 8, number)},
                         SessionId{uuid_v7(TimePoint{}, 9, number)}, default_tenant, role, vendor};
        return text;
    }

    bool remembers(const std::string& token) const override { return remembered == token; }
    void authenticate(std::string token, Promise<Result<SignedIn>> found) override {
        ++asked;
        if (down) return found(refuse(ErrorCode::unavailable, "the database is gone"));
        const auto at = tokens_.find(token);
        if (at == tokens_.end()) return found(refuse(ErrorCode::unauthenticated, "nobody's token"));
        found(at->second);
    }
    void sign_up(Registration, Done) override {}
    void log_in(Credentials, Device, Promise<Result<LoggedIn>>) override {}
    void resend_verification(TenantId, std::string, Done) override {}
    void forgot_password(TenantId, std::string, Done) override {}
    void reset_password(std::string, std::string, Device, Done) override {}
    void verify_email(std::string, Device, Done) override {}
    void refresh(std::string, Device, Promise<Result<LoggedIn>>) override {}
    void log_out(std::string, Device, Done) override {}
    void profile(const OfTenant<UserId>&, Promise<Result<User>>) override {}
    void change_profile(const OfTenant<UserId>&, ProfileChange, Promise<Result<User>>) override {}
    void sessions(const OfTenant<UserId>&, Promise<Result<std::vector<Session>>>) override {}
    void end_session(const OfTenant<UserId>&, SessionId, Device, Done) override {}
    std::string public_keys() const override { return R"({"keys":[]})"; }

    bool down{false};
    std::atomic<int> asked{0};  // to authenticate
    std::string remembered;     // the token that was good a moment ago

private:
    std::map<std::string, SignedIn> tokens_;
};

}  // namespace souk
