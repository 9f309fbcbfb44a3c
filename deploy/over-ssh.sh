#!/usr/bin/env bash
# Copies a wheel to a systemd host and runs release.sh there.
#
#   over-ssh.sh USER@HOST WHEEL REQUIREMENTS
#
# The user may run `sudo bash` without a password. Variables named PHONEX_* go along.
set -euo pipefail

host=${1:?usage: over-ssh.sh USER@HOST WHEEL REQUIREMENTS}
wheel=${2:?}
requirements=${3:?}
here=$(dirname "$0")

folder=$(ssh "$host" mktemp -d)
trap 'ssh "$host" rm -rf "$folder"' EXIT
scp -q "$wheel" "$requirements" "$here/release.sh" "$host:$folder/"

settings=()
while IFS='=' read -r name value; do
    settings+=("$(printf '%s=%q' "$name" "$value")")
done < <(env | grep '^PHONEX_' || true)

printf -v command '%s ' sudo "${settings[@]}" bash "$folder/release.sh" \
    "$folder/$(basename "$wheel")" "$folder/$(basename "$requirements")"
# shellcheck disable=SC2029  # it is meant to be put together here
ssh "$host" "$command"
