#!/usr/bin/env python3
"""The rules of the house, checked: who may include whom, and what may not be written where.

The table is that of docs/architecture.md. Prints the longest files and functions on every run;
fails when a rule is broken.
"""

import os
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# folder -> folders it may include; every folder may include itself.
ROOMS = {
    "domain": [],
    "protocol": ["domain"],
    "config": ["domain", "protocol"],
    "persistence": ["domain"],
    "gateways": ["domain", "protocol"],
    "security": ["domain", "protocol"],
    "actors": ["domain", "protocol", "persistence", "config"],
    "http": ["domain", "protocol", "config"],
    "app": ["domain", "protocol", "config", "persistence", "gateways", "security", "actors", "http"],
    "loadtest": ["domain", "protocol"],
}
# A test may include what its room may; what it shares is in tests/support.
TEST_ROOMS = {**ROOMS, "support": ROOMS["app"] + ["app"], "simulation": ROOMS["app"] + ["app"]}

# third-party header (a prefix) -> files that may include it (prefixes).
THIRD_PARTY = {
    "rapidjson/": ["protocol/json.cpp"],
    "caf/": ["actors/", "app/"],
    "libpq": ["persistence/"],
    "hiredis/": ["persistence/"],
    "boost/asio": ["http/", "app/", "loadtest/"],
    "boost/beast": ["http/", "app/", "loadtest/"],
    "boost/system/result.hpp": ["domain/"],
    "boost/": ["http/", "app/", "loadtest/"],
    "spdlog/": ["actors/", "http/", "app/"],
    "toml++/": ["config/"],
    "CLI/": ["config/", "app/", "loadtest/"],
    "curl/": ["gateways/curl_start.cpp", "gateways/http_client.cpp", "gateways/smtp_mailer.cpp"],
    "openssl/": ["http/", "gateways/digest.cpp", "security/cipher.cpp", "security/ed25519.cpp",
                 "security/public_key.cpp", "security/xaes_gcm.cpp"],
    "crypt.h": ["security/bcrypt.cpp"],
    "zlib.h": ["http/"],
    "archive": ["app/views/zip_archive.cpp"],
    "catch2/": ["tests/support/"],
}

# what -> (pattern, files it holds for, files that may all the same)
CPP = r"\.[ch]pp$"
BANS = {
    # A stopwatch may run anywhere but in the rules.
    "the time of day, but through domain/time.hpp's Clock": (r"(?<!steady_clock)::now\(", CPP, r"^(app|loadtest)/"),
    "any clock in the rules": (r"_clock::now\(", r"^domain/", None),
    "randomness, but through domain/ids.hpp's IdSource": (r"random_device", CPP, r"^(app|loadtest)/"),
    "floating point near money": (
        r"\b(double|float)\b",
        r"^(domain|protocol|persistence)/.*(money|price|tax|shipping|cart|order|checkout|amount)\w*" + CPP,
        None,
    ),
    "a detached thread": (r"\.detach\(\)", CPP, None),
    "something left to do": (r"\b(TODO|FIXME|(?<!\")XXX)\b", r"\.(cpp|hpp|sql|py|js|mjs|cmake|md|txt)$", r"^scripts/tidy.py$"),
    "`using namespace` in a header": (r"^\s*using namespace", r"\.hpp$", None),
}

INCLUDE = re.compile(r'^\s*#\s*include\s+(["<])([^">]+)[">]')
LONGEST = 10


def sources():
    names = []
    for directory, folders, files in os.walk(ROOT):
        folders[:] = [folder for folder in folders if not re.match(r"\.git$|build|var$|node_modules$", folder)]
        names += [str((Path(directory) / name).relative_to(ROOT)) for name in files]
    return sorted(names)


def room_of(name):
    """The room a file is in, and the rooms it may include."""
    parts = name.split("/")
    if parts[0] == "tests" and len(parts) > 2:
        allowed = TEST_ROOMS.get(parts[1])
        return None if allowed is None else (name, [parts[1], "tests", *allowed])
    return None if parts[0] not in ROOMS else (name, [parts[0], *ROOMS[parts[0]]])


def third_party_rule(header):
    """The longest matching entry speaks for a header."""
    matches = [prefix for prefix in THIRD_PARTY if header.startswith(prefix)]
    return max(matches, key=len) if matches else None


def check_includes(name, lines):
    room = room_of(name)
    for number, line in enumerate(lines, 1):
        match = INCLUDE.match(line)
        if not match:
            continue
        quoted, header = match.group(1) == '"', match.group(2)
        top = header.split("/")[0]
        rule = third_party_rule(header)
        if quoted and room and (top in ROOMS or top == "tests") and top not in room[1]:
            yield f"{name}:{number}: {name.split('/')[0]} may not include {header}"
        elif not quoted and rule and not allowed_third_party(name, THIRD_PARTY[rule]):
            yield f"{name}:{number}: <{header}> belongs to {', '.join(THIRD_PARTY[rule])}"


def allowed_third_party(name, places):
    """A test may use the libraries of the room it tests."""
    inner = name.removeprefix("tests/")
    if name != inner and inner.startswith("support/"):
        return True
    if name != inner:
        room = inner.split("/")[0]
        return any(place.split("/")[0] == ("app" if room == "simulation" else room) for place in places)
    return any(name.startswith(place) for place in places)


def check_bans(name, lines):
    for what, (pattern, where, exempt) in BANS.items():
        if not re.search(where, name) or (exempt and re.search(exempt, name)):
            continue
        for number, line in enumerate(lines, 1):
            if re.search(pattern, line):
                yield f"{name}:{number}: {what}: {line.strip()[:80]}"
    if name.endswith(".hpp") and not any(line.strip() == "#pragma once" for line in lines):
        yield f"{name}: no #pragma once"


def check_migrations(names):
    seen = {}
    for name in names:
        match = re.match(r"persistence/migrations/(\d+)_\w+\.sql$", name)
        if match and seen.setdefault(match.group(1), name) != name:
            yield f"{name}: the number is taken by {seen[match.group(1)]}"


def functions(name, lines):
    """Top-level functions by the shape clang-format gives them: the body ends with a lone brace."""
    start = None
    for number, line in enumerate(lines, 1):
        if start is None and re.match(r"^[\w\[].*\) ?(const|noexcept|override|->.*)? ?\{$", line):
            start = number
        elif line == "}" and start is not None:
            yield number - start + 1, f"{name}:{start}"
            start = None


def print_longest(title, items):
    print(f"The longest {title}:")
    for length, where in sorted(items, reverse=True)[:LONGEST]:
        print(f"  {length:5d}  {where}")


def main():
    names = sources()
    violations, sizes, bodies = list(check_migrations(names)), [], []
    for name in names:
        if not re.search(r"\.(cpp|hpp|sql|py|js|mjs|cmake|md|txt)$", name):
            continue
        lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
        violations += check_includes(name, lines) if re.search(CPP, name) else []
        violations += check_bans(name, lines)
        if re.search(CPP, name):
            sizes.append((len(lines), name))
            bodies += functions(name, lines)
    print_longest("files", sizes)
    print_longest("functions", bodies)
    for violation in violations:
        print(violation)
    print(f"{len(names)} files, {len(violations)} violations")
    return 1 if violations else 0


if __name__ == "__main__":
    sys.exit(main())
