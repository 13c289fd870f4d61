#pragma once
// What every request passes on its way to its handler and back, in one place and one order.

#include <memory>
#include <optional>
#include <string_view>

#include "http/call.hpp"
#include "http/pending_answers.hpp"
#include "http/response.hpp"
#include "http/router.hpp"

namespace souk {

class Stages {
public:
    Stages(const Router& router, const Services& services);

    /// Never throws; an exception in a handler is logged and answered.
    Task<Response> serve(Call& call);

    /// An answer to what never became a call: bytes that are no HTTP, a request too large or too
    /// slow. `status` 0 takes the error's own. The connection ends after it.
    Response turn_away(const Error& error, int status = 0);

    /// The answer when a handler has taken too long; its own comes too late and is dropped.
    Response too_slow(Call& call);

private:
    using Refusal = std::optional<Error>;

    Task<Outcome> answer(Call& call);

    void identify(Call& call);
    Refusal find_route(Call& call);
    Refusal find_tenant(Call& call);
    Task<Refusal> authenticate(Call& call);
    Task<Refusal> authenticate_user(Call& call, std::string token);
    Task<Refusal> refuse_credentials(Call& call);
    Task<Error> refuse_guess(Call& call, Error refusal);
    Task<Refusal> take_rate_token(Call& call);
    Refusal check_route(const Call& call);
    Refusal refuse_caller(const Call& call);
    Refusal check_content(const Call& call);
    Refusal read_idempotency_key(Call& call);
    Task<Outcome> answer_once(Call& call);
    Task<Outcome> recall_or_do(Call& call);

    Response finish(Call& call, Outcome outcome);
    void record(const Call& call, const Response& response);
    std::string new_request_id();

    const Router& router_;
    const Services& services_;
    PendingAnswers pending_;
};

}  // namespace souk
