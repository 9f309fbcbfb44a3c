#!/usr/bin/env bash
# Runs `ray start --block`, and ends when its raylet does, for a service manager to start it again.
#
#   ray-node.sh --address=head.example:6379
#
# By itself `ray start --block` ends when a process of its own was killed, but takes it for a stop
# where its raylet ended in good order: which it does when its agent died, or when the head gave the
# node up. Then nothing of the node works, and nobody would ever start it again. Nor would anybody
# where the raylet hangs: the head gives the node up, of which it does not hear. Its agent does, and
# says 503, which ends the node as well. Of a head with Redis it also says whether the GCS answers.
#
# A head that keeps what it knows in Redis (RAY_REDIS_ADDRESS) ends, too, when it cannot reach Redis
# for some seconds: then it is the head whose cable is cut. By itself it would take every node for
# dead and, once it is back, end all that they serve. One that starts anew finds them in Redis, alive.
# PHONEX_CUT_OFF_LIMIT_S must be shorter than the head takes to give a node up.
set -uo pipefail

start_limit_s=180  # a worker waits for its head
cut_off_limit_s=${PHONEX_CUT_OFF_LIMIT_S:-6}
agent_port=52365
for word in "$@"; do
    case $word in --dashboard-agent-listen-port=*) agent_port=${word#*=} ;; esac
done
redis=
case " $* " in *" --head "*) redis=${RAY_REDIS_ADDRESS:-} ;; esac
redis=${redis#*://}
redis=${redis%%,*}
# Its agent gives the GCS a tenth of a second, which a busy head may miss again and again.
if [ -n "$redis" ]; then
    check=healthz refusals_limit=15
else
    check=local_raylet_healthz refusals_limit=3
fi

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

reaches_redis() {  # or is told nothing against it
    [ -z "$redis" ] && return
    # shellcheck disable=SC2016  # the inner shell's own arguments
    timeout 2 bash -c 'exec 3<>"/dev/tcp/$0/$1"' "${redis%:*}" "${redis##*:}" 2>/dev/null &
    wait $!
}

is_refused() {  # a refusal by HTTP; what does not answer says nothing
    curl --silent --fail --max-time 5 --noproxy '*' --output /dev/null \
        "http://localhost:$agent_port/api/$check" &
    wait $!
    [ $? -eq 22 ]
}

until has_raylet || ! runs || ((SECONDS > start_limit_s)); do rest 0.2; done
why="the raylet ended, and the node with it"
refusals=0  # of the agent, one after another
((SECONDS > start_limit_s)) && why="no raylet came within $start_limit_s s, and the node ends"
reached=  # when; a head that has never reached it does not start
while has_raylet && runs; do
    if reaches_redis; then
        reached=$SECONDS
    elif [ -n "$reached" ] && ((SECONDS - reached >= cut_off_limit_s)); then
        why="$redis is out of reach, and the head ends before it gives all nodes up"
        break
    fi
    if is_refused; then refusals=$((refusals + 1)); else refusals=0; fi
    if ((refusals >= refusals_limit)); then
        why="its raylet is given up by the head, or its GCS hangs, and the node ends"
        break
    fi
    rest 2
done
if runs && [ -z "$stopping" ]; then
    echo "$why"
    pkill -KILL -P "$node"
    kill -KILL "$node"
fi
wait "$node"
