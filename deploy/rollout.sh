#!/usr/bin/env bash
# Brings a Serve config to a running Ray cluster with `serve deploy`, and takes it back when it does
# not get ready. Replicas are replaced a few at a time; accepted jobs go from the old ones to the new.
#
#   rollout.sh CONFIG [CODE_URI]
#
# CODE_URI is a wheel that every node can read (https://, s3://, file://); without it the nodes' own
# code runs. RAY_DASHBOARD says where the cluster's dashboard is, RAY_AUTH_TOKEN what it asks for.
# Exit status: 0 it serves; 1 it did not, and the last config serves again; 2 neither does, or there
# was none before.
set -euo pipefail

dashboard=${RAY_DASHBOARD:-http://127.0.0.1:8265}
ready_limit_s=${PHONEX_READY_LIMIT_S:-600}
application=${PHONEX_APPLICATION:-phonex}
url=${PHONEX_URL:-}  # asked for /readyz too, where it is given
if [ -n "${RAY_AUTH_TOKEN:-}" ]; then
    export RAY_AUTH_MODE=token
fi

say() { printf '%s %s\n' "$(date -u +%FT%TZ)" "$*"; }

deploy() {  # CONFIG
    serve deploy "$1" --address "$dashboard"
}

with_code() {  # CONFIG CODE_URI
    python3 -c 'import sys, yaml
document = yaml.safe_load(open(sys.argv[1]))
document["applications"][0].setdefault("runtime_env", {})["py_modules"] = [sys.argv[2]]
yaml.safe_dump(document, sys.stdout, sort_keys=False)' "$1" "$2"
}

running_config() {  # CONFIG; what runs now, with what CONFIG says of the cluster itself
    serve config --address "$dashboard" | python3 -c 'import sys, yaml
document = yaml.safe_load(open(sys.argv[1]))
document["applications"] = [one for one in yaml.safe_load_all(sys.stdin) if isinstance(one, dict)]
yaml.safe_dump(document, sys.stdout, sort_keys=False)' "$1"
}

state() {
    local header=()
    if [ -n "${RAY_AUTH_TOKEN:-}" ]; then
        header=(--header @-)  # not among the arguments, which others can see
    fi
    echo "Authorization: Bearer ${RAY_AUTH_TOKEN:-}" |
        curl --silent --fail --max-time 10 "${header[@]}" "$dashboard/api/serve/applications/" |
        python3 -c 'import json, sys
print(json.load(sys.stdin)["applications"].get(sys.argv[1], {}).get("status", "MISSING"))' \
            "$application"
}

wait_until_ready() {
    local deadline=$((SECONDS + ready_limit_s)) now
    while [ "$SECONDS" -lt "$deadline" ]; do
        now=$(state || echo UNREACHABLE)
        case $now in
            RUNNING) if answers; then return 0; fi ;;
            DEPLOY_FAILED) say "the new version cannot be deployed"; return 1 ;;
        esac
        sleep 2
    done
    say "not ready after $ready_limit_s s: $now"
    return 1
}

answers() {
    [ -z "$url" ] || curl --silent --fail --max-time 5 --output /dev/null "$url/readyz"
}

config=${1:?usage: rollout.sh CONFIG [CODE_URI]}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
previous=$folder/previous.yaml
running_config "$config" >"$previous"
if [ -n "${2:-}" ]; then
    with_code "$config" "$2" >"$folder/config.yaml"
    config=$folder/config.yaml
fi

say "deploying $1 to $dashboard"
if deploy "$config" && wait_until_ready; then
    say "it serves"
    exit 0
fi
if ! grep -q import_path "$previous"; then
    say "there is no config to go back to"
    exit 2
fi
say "going back to the last config"
if deploy "$previous" && wait_until_ready; then
    exit 1
fi
say "the last config does not serve either"
exit 2
