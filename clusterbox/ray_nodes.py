"""The command that each machine of a cluster runs: deploy/ray-node.sh, with Ray's default ports."""

from __future__ import annotations

from pathlib import Path

RAY_NODE = Path(__file__).parent.parent / "deploy" / "ray-node.sh"
GCS_PORT = 6379
DASHBOARD_PORT = 8265
WORKER_CPUS = 16  # as Ray counts them: one worker alone must have room for all that is deployed
OBJECT_STORE_BYTES = 256 * 2**20


def head_command(address: str, temporary: Path, redis_password: str) -> list[str]:
    """A head that runs no replica; RAY_REDIS_ADDRESS says where it keeps what it knows."""
    return [
        *_common(address),
        *("--head", f"--port={GCS_PORT}", "--num-cpus=0"),
        f"--redis-password={redis_password}",
        *(f"--dashboard-host={address}", f"--temp-dir={temporary}"),
    ]


def worker_command(address: str, head_address: str) -> list[str]:
    return [*_common(address), f"--address={head_address}:{GCS_PORT}", f"--num-cpus={WORKER_CPUS}"]


def _common(address: str) -> list[str]:
    return [
        *("bash", str(RAY_NODE)),
        *(f"--node-ip-address={address}", "--disable-usage-stats"),
        f"--object-store-memory={OBJECT_STORE_BYTES}",
    ]
