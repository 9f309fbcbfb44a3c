#!/usr/bin/env bash
# Makes a wheel the running service of this host, and takes it back when it does not get ready.
#
#   release.sh WHEEL [REQUIREMENTS]
#
# Each release is an environment of its own under $PHONEX_ROOT/releases; $PHONEX_ROOT/current points
# to the one that runs. Exit status: 0 it serves; 1 it did not, and the last one serves again;
# 2 neither does, or there was nothing to go back to.
set -euo pipefail

root=${PHONEX_ROOT:-/opt/phonex}
url=${PHONEX_URL:-http://127.0.0.1:8000}
python=${PHONEX_PYTHON:-python3}
ready_limit_s=${PHONEX_READY_LIMIT_S:-240}
keep=${PHONEX_KEEP:-3}
# What follows a switch of `current`: the unit of that release, then the service itself.
install=${PHONEX_INSTALL:-$root/current/bin/phonex install-service}
restart=${PHONEX_RESTART:-systemctl restart phonex}

say() { printf '%s %s\n' "$(date -u +%FT%TZ)" "$*"; }

build() {  # WHEEL REQUIREMENTS FOLDER
    "$python" -m venv "$3"
    if [ -n "$2" ]; then
        "$3/bin/python" -m pip install --quiet --require-hashes -r "$2"
    fi
    "$3/bin/python" -m pip install --quiet --no-deps "$1"
    "$3/bin/phonex" --help >/dev/null  # what does not even start is not switched to
}

switch_to() {  # FOLDER; in one step, so that there is always a `current`
    ln -sfn "$1" "$root/.current.new"
    mv -T "$root/.current.new" "$root/current"
}

activate() {  # FOLDER
    switch_to "$1"
    $install && $restart && wait_until_ready
}

wait_until_ready() {
    local deadline=$((SECONDS + ready_limit_s))
    while [ "$SECONDS" -lt "$deadline" ]; do
        if curl --silent --fail --max-time 5 --output /dev/null "$url/readyz"; then
            return 0
        fi
        sleep 1
    done
    say "not ready after $ready_limit_s s"
    return 1
}

forget_old() {  # all but the newest few, and never the one that runs
    local folder
    find "$root/releases" -mindepth 1 -maxdepth 1 -type d | sort -r | tail -n "+$((keep + 1))" |
        while read -r folder; do
            [ "$folder" = "$(readlink -f "$root/current")" ] || rm -rf "$folder"
        done
}

wheel=${1:?usage: release.sh WHEEL [REQUIREMENTS]}
requirements=${2:-}
mkdir -p "$root/releases"
exec 9>"$root/.lock"
flock --nonblock 9 || { say "another release is under way"; exit 2; }

previous=$(readlink -e "$root/current" || true)
release=$root/releases/$(date -u +%Y%m%dT%H%M%S.%NZ)
say "building $release"
if ! build "$wheel" "$requirements" "$release"; then
    say "it cannot be installed; nothing was changed"
    rm -rf "$release"
    exit 1
fi
if activate "$release"; then
    say "$release serves"
    forget_old
    exit 0
fi
if [ -z "$previous" ]; then
    say "there is no release to go back to"
    exit 2
fi
say "going back to $previous"
if activate "$previous"; then
    rm -rf "$release"
    exit 1
fi
say "$previous does not serve either"
exit 2
