"""deploy/release.sh on a folder of its own: a release that serves stays, one that does not goes."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pip as pip_package
import pytest

from tests.running import ROOT, free_port

pytestmark = pytest.mark.skipif(
    not all(shutil.which(name) for name in ("bash", "curl", "flock")),
    reason="apt-get install curl util-linux",
)

# A package with a `phonex` command that answers /readyz, or does not.
PROGRAM = """\
import http.server, sys
def main():
    if "--help" in sys.argv or "install-service" in sys.argv: return
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response({status})
            self.end_headers()
            self.wfile.write(b"{version}")
        def log_message(self, *a): pass
    http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""

RESTART = """\
#!/bin/bash
# As `systemctl restart` does it.
if [ -f {folder}/pid ]; then kill "$(cat {folder}/pid)"; fi
exec 9>&-
{root}/current/bin/phonex {port} </dev/null >/dev/null 2>&1 &
echo $! >{folder}/pid
"""

# `python -m venv`, which takes seconds to unpack pip: here it is borrowed.
VENV = """\
#!/bin/bash
set -e
{python} -m venv --without-pip "$3"
mkdir -p {folder}/borrowed
ln -sfn {pip} {folder}/borrowed/pip
echo {folder}/borrowed >"$(echo "$3"/lib/python*/site-packages)/borrowed.pth"
"""


@dataclass
class Host:
    """A host with a folder of releases, and something that runs the current one."""

    folder: Path
    port: int = field(default_factory=free_port)

    @property
    def root(self) -> Path:
        return self.folder / "opt"

    def release(
        self, wheel: Path, command: tuple[str | Path, ...] = (), after: tuple[Path, ...] = ()
    ) -> subprocess.CompletedProcess[str]:
        restart = self._script(
            "restart", RESTART.format(folder=self.folder, root=self.root, port=self.port)
        )
        pip = Path(pip_package.__file__).parent
        venv = self._script(
            "python", VENV.format(folder=self.folder, python=sys.executable, pip=pip)
        )
        settings = {
            "PHONEX_ROOT": self.root,
            "PHONEX_URL": f"http://127.0.0.1:{self.port}",
            "PHONEX_PYTHON": venv,
            "PHONEX_READY_LIMIT_S": 4,
            "PHONEX_KEEP": 1,
            "PHONEX_RESTART": restart,
            "PIP_NO_INDEX": 1,
        }
        return subprocess.run(
            ["bash", *(command or (ROOT / "deploy" / "release.sh",)), wheel, *after],
            env=os.environ
            | {name: str(value) for name, value in settings.items()}
            | {"PATH": f"{self.folder}:{os.environ['PATH']}"},
            capture_output=True,
            text=True,
            check=False,
        )

    def _script(self, name: str, content: str) -> Path:
        path = self.folder / name
        path.write_text(content)
        path.chmod(0o700)
        return path

    def releases(self) -> list[str]:
        return sorted(path.name for path in (self.root / "releases").iterdir())

    def version(self) -> str:
        return httpx.get(f"http://127.0.0.1:{self.port}/readyz").text

    def stop(self) -> None:
        if (self.folder / "pid").exists():
            os.kill(int((self.folder / "pid").read_text()), signal.SIGTERM)


@pytest.fixture
def host(tmp_path: Path) -> Iterator[Host]:
    host = Host(tmp_path)
    yield host
    host.stop()


def make_wheel(folder: Path, version: str, status: int = 200, program: str = PROGRAM) -> Path:
    path = folder / f"phonex_voice-{version}-py3-none-any.whl"
    info = f"phonex_voice-{version}.dist-info"
    with zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr("phonex_stub.py", program.format(status=status, version=version))
        wheel.writestr(
            f"{info}/METADATA", f"Metadata-Version: 2.1\nName: phonex-voice\nVersion: {version}\n"
        )
        wheel.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        wheel.writestr(f"{info}/entry_points.txt", "[console_scripts]\nphonex=phonex_stub:main\n")
        wheel.writestr(f"{info}/RECORD", "")
    return path


def test_releases_replace_each_other_and_a_bad_one_is_taken_back(
    host: Host, tmp_path: Path
) -> None:
    first = host.release(make_wheel(tmp_path, "1.0"))
    assert first.returncode == 0, first.stdout + first.stderr
    assert host.version() == "1.0"

    broken = host.release(make_wheel(tmp_path, "1.1", status=503))
    assert broken.returncode == 1, broken.stdout + broken.stderr
    assert "going back" in broken.stdout
    assert host.version() == "1.0"
    assert len(host.releases()) == 1

    second = host.release(make_wheel(tmp_path, "2.0"))
    assert second.returncode == 0, second.stdout + second.stderr
    assert host.version() == "2.0"
    assert len(host.releases()) == 1  # PHONEX_KEEP


def test_what_does_not_even_start_is_not_switched_to(host: Host, tmp_path: Path) -> None:
    done = host.release(make_wheel(tmp_path, "1.0", program="raise SystemExit('no')"))
    assert done.returncode == 1
    assert "nothing was changed" in done.stdout
    assert not (host.root / "current").exists()
    assert not host.releases()


def test_a_first_release_that_is_not_ready_says_that_nothing_serves(
    host: Host, tmp_path: Path
) -> None:
    done = host.release(make_wheel(tmp_path, "1.0", status=503))
    assert done.returncode == 2
    assert "no release to go back to" in done.stdout


def test_it_goes_over_ssh_with_its_settings(host: Host, tmp_path: Path) -> None:
    """The remote host is this one: `ssh` runs its command here, in a clean environment."""
    clean = f"env -i PIP_NO_INDEX=1 PATH={os.environ['PATH']}"
    host._script("ssh", f'#!/bin/bash\nshift\nexec {clean}:{host.folder} bash -c "$*"\n')
    host._script("sudo", '#!/bin/bash\nexec env "$@"\n')
    # scp -q FILE... HOST:FOLDER/
    host._script("scp", '#!/bin/bash\nlast="${!#}"\nexec cp "${@:2:$#-2}" "${last#*:}"\n')
    requirements = tmp_path / "serve.txt"
    requirements.write_text("# none\n")
    over_ssh = (ROOT / "deploy" / "over-ssh.sh", "somebody@elsewhere")
    done = host.release(make_wheel(tmp_path, "1.0"), over_ssh, (requirements,))
    assert done.returncode == 0, done.stdout + done.stderr
    assert host.version() == "1.0"


def test_two_releases_do_not_cross(host: Host, tmp_path: Path) -> None:
    host.root.mkdir()
    with subprocess.Popen(
        ["flock", host.root / ".lock", "sleep", "600"], start_new_session=True
    ) as other:
        try:
            deadline = time.monotonic() + 10
            while host.release(make_wheel(tmp_path, "1.0", program="no python")).returncode != 2:
                assert time.monotonic() < deadline
        finally:
            os.killpg(other.pid, signal.SIGTERM)
    assert not list((host.root / "releases").iterdir())
