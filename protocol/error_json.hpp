#pragma once
// How an error looks in JSON: 001's envelope, and the same facts as RFC 9457.

#include <string_view>

#include "domain/result.hpp"
#include "protocol/errors.hpp"
#include "protocol/fields.hpp"

namespace souk {

template <>
struct Schema<FieldError> {
    static constexpr std::string_view name = "FieldError";
    static constexpr auto use = Use::answer;
    static constexpr auto fields = std::make_tuple(
        field("field", &FieldError::field, "Path of the field, as items[0].quantity."),
        field("message", &FieldError::message, "What is wrong with it."));
};

struct ErrorFactsView {
    const Error& error;
    ErrorFacts facts;
    std::string_view request_id;
};

template <>
struct Schema<ErrorFactsView> {
    using View = ErrorFactsView;
    static constexpr std::string_view name = "Error";
    static constexpr auto use = Use::answer;
    static constexpr auto fields = std::make_tuple(
        field(
            "code", [](const View& view) { return view.facts.code; },
            "Stable code for programs, as VALIDATION_ERROR."),
        field(
            "message", [](const View& view) -> auto& { return view.error.message; }, "For people."),
        field(
            "details", [](const View& view) -> auto& { return view.error.details; },
            "One entry per field that is wrong."),
        field(
            "requestId", [](const View& view) { return view.request_id; },
            "Names this request in the server's log."));
};

struct ErrorEnvelope {
    const ErrorFactsView& error;
};

template <>
struct Schema<ErrorEnvelope> {
    static constexpr std::string_view name = "ErrorEnvelope";
    static constexpr auto use = Use::answer;
    static constexpr auto fields = std::make_tuple(field(
        "error", [](const ErrorEnvelope& envelope) -> auto& { return envelope.error; }, ""));
};

struct ProblemDetails {
    const ErrorFactsView& error;
};

template <>
struct Schema<ProblemDetails> {
    using View = ProblemDetails;
    static constexpr std::string_view name = "ProblemDetails";
    static constexpr auto use = Use::answer;
    static constexpr auto fields = std::make_tuple(
        field(
            "type", [](const View&) { return std::string_view{"about:blank"}; },
            "No page describes this kind of problem; see code."),
        field(
            "title", [](const View& view) { return view.error.facts.title; },
            "The status in words."),
        field(
            "status", [](const View& view) { return std::int64_t{view.error.facts.status}; },
            "The HTTP status."),
        field(
            "detail", [](const View& view) -> auto& { return view.error.error.message; },
            "For people."),
        field(
            "code", [](const View& view) { return view.error.facts.code; },
            "Stable code for programs, as VALIDATION_ERROR."),
        field(
            "errors", [](const View& view) -> auto& { return view.error.error.details; },
            "One entry per field that is wrong."),
        field(
            "requestId", [](const View& view) { return view.error.request_id; },
            "Names this request in the server's log."));
};

}  // namespace souk
