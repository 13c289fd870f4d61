#pragma once
// Catch2 as the distribution has it: version 2 on Debian 12, version 3 later. A Result shown by a
// failed check says its error.

#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
#else
#include <catch2/catch.hpp>
#endif

#include "domain/result.hpp"

template <class T>
struct Catch::StringMaker<souk::Result<T>> {
    static std::string convert(const souk::Result<T>& result) {
        return result ? "a value" : "error: " + result.error().message;
    }
};
