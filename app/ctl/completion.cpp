#include "app/ctl/completion.hpp"

#include "app/ctl/commands.hpp"

namespace souk {
namespace {

std::string words_of(const auto& all) {
    std::string words;
    for (const auto& one : all) words.append(words.empty() ? "" : " ").append(one.name);
    return words;
}

// What may stand behind an option or a command.
constexpr std::string_view kinds = "stock cart order discount";
constexpr std::string_view sorts = "mailbox rate slowest restarts";
constexpr std::string_view shells = "bash zsh";

std::string bash_script() {
    return "_soukctl() {\n"
           "    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} words\n"
           "    case $before in\n"
           "        --kind|pause|resume) words='" +
           std::string{kinds} +
           "' ;;\n"
           "        --sort) words='" +
           std::string{sorts} +
           "' ;;\n"
           "        completion) words='" +
           std::string{shells} +
           "' ;;\n"
           "        --key-file) mapfile -t COMPREPLY < <(compgen -f -- \"$word\"); return ;;\n"
           "        soukctl) words='" +
           words_of(ctl_commands()) +
           "' ;;\n"
           "        *) words='--key-file " +
           words_of(ctl_options()) +
           "' ;;\n"
           "    esac\n"
           "    mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$word\")\n"
           "}\n"
           "complete -F _soukctl soukctl\n";
}

/// Of a text in single quotes and brackets.
std::string quoted(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '\'')
            out += "'\\''";
        else if (c == '[' || c == ']' || c == ':')
            out.append("\\") += c;
        else
            out += c;
    }
    return out;
}

/// How zsh completes an option's value: ":value:(a b)".
std::string zsh_value(const CtlOption& option) {
    if (option.flag != nullptr) return {};
    if (option.name == "--kind") return ":kind:(" + std::string{kinds} + ")";
    if (option.name == "--sort") return ":sort:(" + std::string{sorts} + ")";
    return ":value:";
}

std::string zsh_script() {
    std::string script =
        "#compdef soukctl\n_soukctl() {\n    local curcontext=$curcontext state\n    local -a "
        "commands\n    commands=(\n";
    for (const auto& command : ctl_commands())
        script += "        '" + std::string{command.name} + ":" + quoted(command.doc) + "'\n";
    script += "    )\n    _arguments -C \\\n        '1:command:{_describe command commands}' \\\n";
    for (const auto& option : ctl_options())
        script += "        '" + std::string{option.name} + "[" + quoted(option.doc) + "]" +
                  zsh_value(option) + "' \\\n";
    return script +
           "        '--key-file[The file with the API key]:file:_files' \\\n"
           "        '2:word:->word' && return\n"
           "    [[ $state == word ]] || return\n"
           "    case ${words[2]} in\n"
           "        pause|resume) compadd " +
           std::string{kinds} +
           " ;;\n"
           "        completion) compadd " +
           std::string{shells} +
           " ;;\n"
           "    esac\n}\ncompdef _soukctl soukctl\n";
}

}  // namespace

Result<std::string> completion_script(std::string_view shell) {
    if (shell == "bash") return bash_script();
    if (shell == "zsh") return zsh_script();
    return refuse(ErrorCode::invalid_input, "completion is for bash or zsh");
}

}  // namespace souk
