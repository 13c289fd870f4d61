#pragma once
// What surrounds every answer: {"data": …}, a message where one is shown, pagination on lists.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/fields.hpp"

namespace souk {

/// {"data": …} around a rendered fragment, with a message unless it is empty.
std::string enveloped(std::string_view data, std::string_view message = {});

/// The same as DTOs, for the OpenAPI document and for whoever renders in one go.
template <class T>
struct Data {
    T data;
};
template <class T>
struct DataWithMessage {
    T data;
    std::string_view message;
};
struct MessageOnly {
    std::string_view message;
};

struct Pagination {
    std::int64_t page{};
    std::int64_t limit{};
    std::int64_t total{};

    std::int64_t total_pages() const { return (total + limit - 1) / limit; }
};
/// Of a list that grows without bound: the next page is also found by a cursor.
struct CursorPagination : Pagination {
    std::string next_cursor;  // empty: this is the last page
};

template <class T>
struct Page {
    std::vector<T> data;
    Pagination pagination;
};
template <class T>
struct CursorPage {
    std::vector<T> data;
    CursorPagination pagination;
};

template <class T>
struct Schema<Data<T>> {
    static constexpr std::string_view name{};
    static constexpr auto use = Use::answer;
    static constexpr auto fields = std::make_tuple(field("data", &Data<T>::data, ""));
};
template <class T>
struct Schema<DataWithMessage<T>> {
    static constexpr std::string_view name{};
    static constexpr auto use = Use::answer;
    static constexpr auto fields =
        std::make_tuple(field("data", &DataWithMessage<T>::data, ""),
                        field("message", &DataWithMessage<T>::message, "For people."));
};
template <>
struct Schema<MessageOnly> {
    static constexpr std::string_view name = "Message";
    static constexpr auto use = Use::answer;
    static constexpr auto fields =
        std::make_tuple(field("message", &MessageOnly::message, "For people."));
};

template <>
struct Schema<Pagination> {
    static constexpr std::string_view name = "Pagination";
    static constexpr auto use = Use::answer;
    static constexpr auto fields =
        std::make_tuple(field("page", &Pagination::page, "This page, from 1.", {.min = 1}),
                        field("limit", &Pagination::limit, "Entries per page.", {.min = 1}),
                        field("total", &Pagination::total, "Entries in all.", {.min = 0}),
                        field("totalPages", &Pagination::total_pages, "Pages in all.", {.min = 0}),
                        field(
                            "hasNext", [](const Pagination& p) { return p.page < p.total_pages(); },
                            "Is there a page after this one?"),
                        field(
                            "hasPrev", [](const Pagination& p) { return p.page > 1; },
                            "Is there a page before this one?"));
};
template <>
struct Schema<CursorPagination> {
    static constexpr std::string_view name = "CursorPagination";
    static constexpr auto use = Use::answer;
    static constexpr auto fields =
        std::tuple_cat(Schema<Pagination>::fields,
                       std::make_tuple(field("nextCursor", &CursorPagination::next_cursor,
                                             "Give it as cursor to go on; null on the last page.",
                                             {.null_when_empty = true})));
};

template <class T>
struct Schema<Page<T>> {
    static constexpr std::string_view name{};
    static constexpr auto use = Use::answer;
    static constexpr auto fields = std::make_tuple(field("data", &Page<T>::data, ""),
                                                   field("pagination", &Page<T>::pagination, ""));
};
template <class T>
struct Schema<CursorPage<T>> {
    static constexpr std::string_view name{};
    static constexpr auto use = Use::answer;
    static constexpr auto fields =
        std::make_tuple(field("data", &CursorPage<T>::data, ""),
                        field("pagination", &CursorPage<T>::pagination, ""));
};

/// `page` and `limit` of a list; the DTO of its query.
struct PageBody {
    std::int64_t page{1};
    std::int64_t limit{20};
};
inline constexpr Rule page_rule{.min = 1, .max = 1'000'000, .optional = true};
inline constexpr Rule limit_rule{.min = 1, .max = 100, .optional = true};

template <>
struct Schema<PageBody> {
    static constexpr std::string_view name = "PageQuery";
    static constexpr auto use = Use::request;
    static constexpr auto fields =
        std::make_tuple(field("page", &PageBody::page, "Which page, from 1.", page_rule),
                        field("limit", &PageBody::limit, "Entries per page.", limit_rule));
};

}  // namespace souk
