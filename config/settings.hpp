#pragma once
// What can be set: one row per setting. The file, the environment, the flags, the help and
// default.toml are all made from these rows.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "config/config.hpp"

namespace souk {

struct NumberSetting {
    std::int64_t& (*field)(Config&);
    std::int64_t min;
    std::int64_t max;
};
struct FlagSetting {
    bool& (*field)(Config&);
};
struct TextSetting {
    std::string& (*field)(Config&);
    std::vector<std::string_view> choices{};  // empty: any text
    bool required{false};                     // may not be empty
    bool secret{false};  // never printed; may come from a file named by SOUK_…_FILE
};
struct ListSetting {
    std::vector<std::string>& (*field)(Config&);
    bool secret{false};
};
using SettingKind = std::variant<NumberSetting, FlagSetting, TextSetting, ListSetting>;

struct Setting {
    std::string_view key;  // "section.name"
    std::string_view doc;
    SettingKind kind;

    std::string_view section() const { return key.substr(0, key.find('.')); }
    std::string_view name() const { return key.substr(key.find('.') + 1); }
    /// "SOUK_SECTION_NAME".
    std::string variable() const;
    bool secret() const;
};

/// In the order of default.toml: settings of one section stand together.
std::span<const Setting> settings();
const Setting* find_setting(std::string_view key);

/// A value as the file's types allow it.
using SettingValue = std::variant<std::int64_t, bool, std::string, std::vector<std::string>>;

/// Puts a checked value in its place. What is wrong with it, or nothing.
std::optional<std::string> set(const Setting& setting, const SettingValue& value, Config& config);
/// The same from text: a variable or a flag; a list is separated by commas or lines.
std::optional<std::string> set_text(const Setting& setting, const std::string& text,
                                    Config& config);

/// The value as TOML writes it.
std::string to_toml(const Setting& setting, const Config& config);

}  // namespace souk
