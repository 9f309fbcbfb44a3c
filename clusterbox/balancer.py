"""HAProxy on the switch, by deploy/proxy/phonex.haproxy.cfg with the box's own nodes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from clusterbox.network import SWITCH, Network
from clusterbox.stores import Part

EXAMPLE = Path(__file__).parent.parent / "deploy" / "proxy" / "phonex.haproxy.cfg"


def config_for(nodes: Mapping[str, str], listen: str, example: str) -> str:
    """The example, listening there, for these nodes: their addresses by name."""
    lines = [line for line in example.splitlines() if not line.strip().startswith("server ")]
    lines = [f"    bind {listen}" if line.strip().startswith("bind ") else line for line in lines]
    lines += [f"    server {name} {address}" for name, address in nodes.items()]
    return "\n".join([*lines, ""])


class Balancer(Part):
    """Listens on the switch's port 8000."""

    def __init__(self, network: Network, folder: Path, nodes: Mapping[str, str]) -> None:
        super().__init__(network, folder, "balancer")
        addresses = {name: f"{address}:8000" for name, address in nodes.items()}
        self._config = self.folder / "haproxy.cfg"
        self._config.write_text(config_for(addresses, f"{SWITCH}:8000", EXAMPLE.read_text()))

    def command(self) -> list[str]:
        return ["haproxy", "-db", "-f", str(self._config)]
