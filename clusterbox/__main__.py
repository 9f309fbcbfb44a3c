"""`make cluster`: starts the box, says where it answers, and stops it with Ctrl-C."""

from __future__ import annotations

import signal
import sys
import threading

from clusterbox.needs import missing
from clusterbox.processes import StartError

READY = """
The cluster serves. Every port is on this machine's loopback.

  balancer  {balancer}
{nodes}
  key       {key}

Try next, in another terminal, with the balancer or any node:
  curl {balancer}/tts -H 'Authorization: Bearer {key}' \\
      -H 'Content-Type: application/json' -d '{{"text": "Hello"}}'

Logs are in {folder}. Ctrl-C stops everything.
"""


def main() -> int:
    if fault := missing():
        print(f"make cluster: {fault}", file=sys.stderr)
        return 2
    from clusterbox.cluster import running

    told = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: told.set())
    print("Starting PostgreSQL, Swift, Redis, HAProxy and three Ray nodes; a minute…", flush=True)
    try:
        with running() as cluster:
            nodes = "\n".join(f"  {name:8}  {node.url}" for name, node in cluster.nodes.items())
            print(
                READY.format(
                    balancer=cluster.url, nodes=nodes, key=cluster.key, folder=cluster.folder
                ),
                flush=True,
            )
            told.wait()
            print("Stopping…", flush=True)
    except StartError as error:
        print(f"make cluster: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
