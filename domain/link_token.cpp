#include "domain/link_token.hpp"

namespace souk {

Duration lifetime_of(LinkPurpose purpose) {
    return purpose == LinkPurpose::verify_email ? Duration{std::chrono::hours{24}}
                                                : Duration{std::chrono::hours{1}};
}

Result<void> may_redeem(const std::optional<LinkToken>& token, LinkPurpose purpose, TimePoint now) {
    const bool good =
        token && token->purpose == purpose && !token->used_at && now < token->expires_at;
    if (good) return {};
    return refuse(ErrorCode::gone, "the link is not valid any more: ask for a new one");
}

}  // namespace souk
