#!/usr/bin/env bash
# Runs `ray start --block`, and ends when its raylet does, for a service manager to start it again.
#
#   ray-node.sh --address=head.example:6379
#
# By itself `ray start --block` ends when a process of its own was killed, but takes it for a stop
# where its raylet ended in good order: which it does when its agent died, or when the head gave the
# node up. Then nothing of the node works, and nobody would ever start it again.
set -uo pipefail

start_limit_s=60

ray start --block "$@" &
node=$!
stopping=
trap 'stopping=1; kill -TERM "$node" 2>/dev/null' TERM INT

has_raylet() { pgrep -P "$node" -f raylet/raylet >/dev/null; }
runs() { kill -0 "$node" 2>/dev/null; }
rest() {  # a signal ends it at once
    sleep "$1" &
    wait $!
}

until has_raylet || ! runs || ((SECONDS > start_limit_s)); do rest 0.2; done
while has_raylet && runs; do rest 1; done
if runs && [ -z "$stopping" ]; then
    echo "the raylet ended, and the node with it"
    pkill -KILL -P "$node"
    kill -KILL "$node"
fi
wait "$node"
