# shellcheck shell=bash
# What every script shares: where the project is, how to speak, how to become root.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then
    BOLD=$'\e[1m' RED=$'\e[31m' GREEN=$'\e[32m' YELLOW=$'\e[33m' PLAIN=$'\e[0m'
else
    BOLD='' RED='' GREEN='' YELLOW='' PLAIN=''
fi
export BOLD RED GREEN YELLOW PLAIN

say() { printf '%s==>%s %s\n' "$BOLD" "$PLAIN" "$*"; }
note() { printf '    %s\n' "$*"; }
die() {
    printf '%serror:%s %s\n' "$RED" "$PLAIN" "$1" >&2
    shift
    local hint
    for hint in "$@"; do if [ -n "$hint" ]; then printf '       %s\n' "$hint" >&2; fi; done
    exit 1
}

# A script's own header is its help: the comment lines below the first line.
print_help() { sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$1"; }

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo -- "$@"; fi
}

can_become_root() { [ "$(id -u)" = 0 ] || command -v sudo >/dev/null; }

# Configures and builds a directory under build/: build_in NAME [cmake options]. Ninja shows progress.
build_in() {
    local directory=$ROOT/build/$1
    shift
    mkdir -p "$directory"
    # What was compiled in one checkout need not be compiled again in another.
    export CCACHE_BASEDIR=$ROOT CCACHE_NOHASHDIR=1
    cmake -S "$ROOT" -B "$directory" -G Ninja "$@" >"$directory/configure.log" 2>&1 || {
        tail -n 40 "$directory/configure.log" >&2
        return 1
    }
    ninja -C "$directory" -j "$(nproc)"
}

# Exports where the services of a directory answer: use_services DIR.
use_services() {
    local name value
    while IFS='=' read -r name value; do export "$name=$value"; done < <("$ROOT/scripts/services" env "$1")
}
