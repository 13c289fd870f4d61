#include "app/ctl/completion.hpp"

#include "app/ctl/commands.hpp"

namespace souk {
namespace {

std::string words_of(const auto& all) {
    std::string words;
    for (const auto& one : all) words.append(words.empty() ? "" : " ").append(one.name);
    return words;
}

std::string bash_script() {
    return "_soukctl() {\n"
           "    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} words\n"
           "    case $before in\n"
           "        --kind|pause|resume) words='stock cart order discount' ;;\n"
           "        --sort) words='mailbox rate slowest restarts' ;;\n"
           "        completion) words='bash zsh' ;;\n"
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

std::string zsh_script() {
    std::string script = "#compdef soukctl\n_soukctl() {\n    local -a commands\n    commands=(\n";
    for (const auto& command : ctl_commands())
        script += "        '" + std::string{command.name} + ":" + quoted(command.doc) + "'\n";
    script += "    )\n    _arguments \\\n        '1:command:{_describe command commands}' \\\n";
    for (const auto& option : ctl_options())
        script += "        '" + std::string{option.name} + "[" + quoted(option.doc) + "]" +
                  (option.flag != nullptr ? "" : ":value:") + "' \\\n";
    return script +
           "        '--key-file[The file with the API key]:file:_files' \\\n"
           "        '*:word:'\n}\ncompdef _soukctl soukctl\n";
}

}  // namespace

Result<std::string> completion_script(std::string_view shell) {
    if (shell == "bash") return bash_script();
    if (shell == "zsh") return zsh_script();
    return refuse(ErrorCode::invalid_input, "completion is for bash or zsh");
}

}  // namespace souk
