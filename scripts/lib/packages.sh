# shellcheck shell=bash
# Finds what is missing by feature, not by the name of the distribution, and installs it with apt.
# Needs common.sh. The lists are for the scripts that source this file.
# shellcheck disable=SC2034

# "boost" is whichever package brings a Boost that is new enough; "optional:" what is left out where
# the distribution does not have it.
BUILD_PACKAGES=(boost ccache cmake g++ libarchive-dev libcaf-dev libcli11-dev libcrypt-dev
    libcurl4-openssl-dev libgoogle-perftools-dev libhiredis-dev libpq-dev libspdlog-dev libssl-dev libtomlplusplus-dev
    ninja-build optional:mold pkg-config rapidjson-dev zlib1g-dev)
RUN_PACKAGES=(curl postgresql redis-server)
TEST_PACKAGES=(catch2 optional:chromium nodejs npm optional:clang-format-14 python3 shellcheck)
# For scripts/chaos and scripts/fuzz: another clock, and a compiler with libFuzzer.
CHAOS_PACKAGES=(optional:clang-16 optional:libclang-rt-16-dev optional:libfaketime)

is_installed() { [ "$(dpkg-query -Wf '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

# A command that came another way (nodejs from its maker, say) counts as well as the package.
is_there() {
    case $1 in
    nodejs) command -v node >/dev/null ;;
    ninja-build) command -v ninja >/dev/null ;;
    postgresql) [ -n "$(find /usr/lib/postgresql/*/bin -name pg_ctl 2>/dev/null)" ] ;;
    *-dev | catch2 | libfaketime) is_installed "$1" ;;
    *) command -v "$1" >/dev/null ;;
    esac
}

candidate() { LC_ALL=C apt-cache policy "$1" 2>/dev/null | sed -n 's/^  Candidate: //p' | grep -vx '(none)'; }

has_boost() {
    local version
    version=$(sed -n 's/^#define BOOST_VERSION //p' /usr/include/boost/version.hpp 2>/dev/null)
    [ "${version:-0}" -ge 108100 ]
}

# The default Boost when it is new enough, else the newest versioned one (bookworm: 1.81).
boost_package() {
    local newest=''
    if ! dpkg --compare-versions "$(candidate libboost-dev)" ge 1.81 2>/dev/null; then
        newest=$(apt-cache search --names-only '^libboost1\.[0-9]+-dev$' 2>/dev/null |
            cut -d' ' -f1 | sort -V | tail -n 1) || true
    fi
    echo "${newest:-libboost-dev}"
}

# Prints which of the given packages are not there.
missing_packages() {
    local package
    for package in "$@"; do
        case $package in
        boost) has_boost || boost_package ;;
        optional:*)
            package=${package#optional:}
            is_there "$package" || [ -z "$(candidate "$package")" ] || echo "$package"
            ;;
        *) is_there "$package" || echo "$package" ;;
        esac
    done
}

# Turns apt's machine-readable progress into one moving line, or into every tenth of it in a log.
show_progress() {
    local kind percent text last=-1 tenth
    while IFS=: read -r kind _ percent text; do
        case $kind in
        dlstatus) kind=downloading ;;
        pmstatus) kind=installing ;;
        *) continue ;;
        esac
        percent=${percent%%[.,]*}
        if [ -t 1 ]; then
            printf '\r    %s %3s %%  %-60.60s' "$kind" "$percent" "$text"
        else
            tenth=${kind:0:1}$((percent / 10))
            [ "$tenth" = "$last" ] || note "$kind $percent %"
            last=$tenth
        fi
    done
    if [ -t 1 ]; then printf '\r%-85s\r' ''; fi
}

# Writes to a log, and its progress to standard output: apt_get LOG COMMAND...
apt_get() {
    local log=$1
    shift
    : >"$log"
    # sudo passes on no descriptor but the first three, so that the fourth is opened behind it.
    # shellcheck disable=SC2016
    as_root sh -c 'log=$1; shift; exec "$@" 3>&1 >>"$log" 2>&1' sh "$log" \
        env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o APT::Status-Fd=3 -o DPkg::Lock::Timeout=600 \
        -o Dpkg::Use-Pty=0 -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold "$@"
}

# PostgreSQL and Redis are wanted as programs: no service is to start, now or at the next boot, and
# no cluster is to be made. What the machine already has stays as it is.
install_quietly() {
    local log=$1 guard=/usr/sbin/policy-rc.d cluster=/etc/postgresql-common/createcluster.conf status=0
    shift
    local made_guard='' service
    if [ ! -e $guard ]; then
        printf '#!/bin/sh\nexit 101\n' | as_root tee $guard >/dev/null
        as_root chmod 755 $guard
        made_guard=yes
    fi
    if [ ! -e $cluster ]; then
        as_root mkdir -p "${cluster%/*}"
        echo 'create_main_cluster = false' | as_root tee $cluster >/dev/null
    fi
    apt_get "$log" install --no-install-recommends "$@" | show_progress
    status=${PIPESTATUS[0]}
    if [ -n "$made_guard" ]; then as_root rm -f $guard; fi
    if [ "$status" = 0 ] && [ -d /run/systemd/system ]; then
        for service in postgresql redis-server; do
            case " $* " in *" $service "*) as_root systemctl --quiet disable "$service" || true ;; esac
        done
    fi
    return "$status"
}

# Installs what is missing of the given packages; says nothing when nothing is.
install_missing() {
    local missing log
    mapfile -t missing < <(missing_packages "$@")
    [ ${#missing[@]} -gt 0 ] || return 0
    command -v apt-get >/dev/null || die "this machine has no apt-get; please install: ${missing[*]}"
    can_become_root || die "packages are missing, and there is no sudo to install them with" \
        "as root: apt-get install --no-install-recommends ${missing[*]}"
    mkdir -p "$ROOT/var"
    log=$ROOT/var/packages.log
    say "looking for packages (apt-get update)"
    apt_get "$log" update >/dev/null || { tail -n 5 "$log" >&2; die "apt-get update failed; all of it is in $log"; }
    mapfile -t missing < <(missing_packages "$@") # fresh lists may name another Boost
    say "installing ${#missing[@]} packages: ${missing[*]}"
    install_quietly "$log" "${missing[@]}" || {
        tail -n 15 "$log" >&2
        die "the packages could not be installed; all of it is in $log"
    }
}
