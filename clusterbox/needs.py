"""What the box takes of the machine, and the command that brings what is missing."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys

from clusterbox.stores import postgresql_binaries

PROGRAMS = {
    "ip": "iproute2",
    "nsenter": "util-linux",
    "setpriv": "util-linux",
    "unshare": "util-linux",
    "redis-server": "redis-server",
    "haproxy": "haproxy",
    "swift-ring-builder": "swift-proxy",
    "swift-proxy-server": "swift-proxy",
    "swift-account-server": "swift-account",
    "swift-container-server": "swift-container",
    "swift-object-server": "swift-object",
}
LIBRARIES = {"psycopg": "postgres", "boto3": "s3"}  # and the extra that brings each


def missing() -> str | None:
    """A sentence that says what is missing and how to get it; None where nothing is."""
    if sys.platform != "linux":
        return "The box is made of Linux's namespaces, and this is no Linux."
    packages = [package for program, package in PROGRAMS.items() if not shutil.which(program)]
    if postgresql_binaries() is None:
        packages.append("postgresql")
    if packages:
        return "Install what is missing: apt-get install " + " ".join(dict.fromkeys(packages))
    extras = [extra for name, extra in LIBRARIES.items() if not importlib.util.find_spec(name)]
    if extras:
        return f"Install what is missing: pip install 'phonex-voice[{','.join(extras)}]'"
    tried = subprocess.run(
        ["unshare", "--user", "--map-root-user", "--net", "true"],
        capture_output=True,
        text=True,
        check=False,
    )
    if tried.returncode:
        return f"No namespace can be made here, by this user: {tried.stderr.strip()}"
    return None
