"""The Python client as a package: it keeps step with the service, and needs httpx alone."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
import tomllib
import venv
import zipfile
from dataclasses import fields
from pathlib import Path

import httpx
import pydantic
import pytest

import phonex_client
from phonex_client import ProblemError, answers, problems
from phonex_client.answering import problem_of
from phonex_client.calls import Manner
from phonex_client.decoding import decode
from serve_app.problems import BY_NAME
from serve_app.web import (
    batch_schemas,
    caption_schemas,
    health_schemas,
    quality_schemas,
    read_schemas,
    requests,
    schemas,
    verification_schemas,
    voice_schemas,
)
from tests.config.test_installing import alone
from tests.running import ROOT

PACKAGE = ROOT / "clients" / "python"
SAME: list[tuple[type, type[pydantic.BaseModel]]] = [
    (answers.Accepted, schemas.SpeechResponse),
    (answers.Job, schemas.JobResponse),
    (answers.JobPage, schemas.JobListResponse),
    (answers.MarkTime, schemas.MarkTime),
    (answers.WordTime, caption_schemas.WordTimeResponse),
    (answers.Provenance, schemas.ProvenanceResponse),
    (answers.Deleted, schemas.DeletedResponse),
    (answers.Similarity, quality_schemas.SimilarityResponse),
    (answers.AcceptedBatch, batch_schemas.AcceptedBatchResponse),
    (answers.BatchPage, batch_schemas.BatchPageResponse),
    (answers.BatchItem, batch_schemas.BatchItemResponse),
    (answers.ItemProblem, batch_schemas.ItemProblem),
    (answers.AudioQuality, quality_schemas.AudioQualityResponse),
    (answers.Voice, voice_schemas.VoiceResponse),
    (answers.VoiceList, voice_schemas.VoiceListResponse),
    (answers.SampleQuality, voice_schemas.QualityResponse),
    (answers.Evidence, voice_schemas.EvidenceResponse),
    (answers.DeletedVoice, voice_schemas.DeletedVoiceResponse),
    (answers.DeletedVoiceList, voice_schemas.DeletedVoicesResponse),
    (answers.Speakers, voice_schemas.SpeakersResponse),
    (answers.Phones, voice_schemas.PhonesResponse),
    (answers.Reading, read_schemas.ReadResponse),
    (answers.ReadWord, read_schemas.ReadWordResponse),
    (answers.Verification, verification_schemas.VerificationResponse),
    (answers.Watermark, verification_schemas.WatermarkResponse),
    (answers.Manifest, verification_schemas.ManifestResponse),
    (answers.Health, health_schemas.HealthResponse),
    (answers.StageHealth, health_schemas.StageHealth),
]


def test_each_type_of_problem_has_a_class_and_no_other() -> None:
    ours = {
        kind.type: (kind.status, (kind.__doc__ or "").rstrip("."))
        for kind in problems.BY_TYPE.values()
    }
    assert ours == {kind.type: (kind.status, kind.title) for kind in BY_NAME.values()}
    for name in BY_NAME:
        assert hasattr(problems, name.title().replace("-", "")), name


@pytest.mark.parametrize(("ours", "theirs"), SAME, ids=lambda kind: kind.__name__)
def test_each_answer_has_the_names_that_the_service_gives_them(
    ours: type, theirs: type[pydantic.BaseModel]
) -> None:
    names = {field.name for field in fields(ours)} - {"raw"}
    assert names
    assert names - set(theirs.model_fields) == set()
    examples = (theirs.model_config.get("json_schema_extra") or {}).get("examples", [])  # type: ignore[union-attr]
    for example in examples:  # type: ignore[union-attr]
        document = theirs.model_validate(example).model_dump(mode="json")
        decoded: object = decode(ours, document)
        for name in names - {"items", "jobs"}:
            assert name in document, name
            if not isinstance(document[name], dict | list):
                assert getattr(decoded, name) == document[name]


def test_a_request_has_every_field_that_says_how() -> None:
    elsewhere = {"text", "stream", "keep"}  # arguments of their own, or a method
    assert set(Manner.__annotations__) == set(requests.SpeechRequest.model_fields) - elsewhere


def test_what_a_newer_service_says_does_no_harm() -> None:
    page = decode(answers.JobPage, {"jobs": [], "next": None, "colour": "blue"})
    assert page.raw["colour"] == "blue"
    told = {"type": "urn:phonex:problem:from-the-future", "title": "New", "detail": "Unknown."}
    error = problem_of(httpx.Response(418, json=told), "http://phonex.test")
    assert type(error) is ProblemError
    assert (error.status, error.type, str(error)) == (418, told["type"], "New: Unknown.")
    unnamed = problem_of(httpx.Response(502, text="<html>"), "http://phonex.test")
    assert isinstance(unnamed, ProblemError)
    assert (unnamed.status, unnamed.type, unnamed.passing) == (502, "about:blank", True)


@pytest.mark.parametrize(
    "document",
    [{}, [], None, {"jobs": {}}, {"jobs": [{}]}, {"jobs": [3]}, {"jobs": [], "next": 3}],
)
def test_an_answer_that_is_none_is_told(document: object) -> None:
    with pytest.raises(ValueError, match="JobPage"):
        decode(answers.JobPage, document)


def test_it_needs_httpx_and_nothing_else() -> None:
    allowed = sys.stdlib_module_names | {"httpx", "phonex_client"}
    for path in (PACKAGE / "src").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                used = {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                used = {(node.module or "").split(".")[0]}
            else:
                continue
            assert used <= allowed, path
    project = tomllib.loads((PACKAGE / "pyproject.toml").read_text())["project"]
    assert [one.partition(">")[0] for one in project["dependencies"]] == ["httpx"]


def test_its_release_is_the_services() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert phonex_client.__version__ == project["version"]


@pytest.mark.parametrize("folder", [PACKAGE, ROOT], ids=["alone", "with the service"])
def test_it_is_in_the_wheel_with_its_types(folder: Path, tmp_path: Path) -> None:
    """Of its own distribution, and of the service's, whose command uses it."""
    source = tmp_path / "source"
    tracked = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"],
        cwd=folder, capture_output=True, text=True, check=True,
    ).stdout.split("\n")  # fmt: skip
    for name in tracked:
        if name.startswith(("tests/", "docs/")) or not (folder / name).is_file():
            continue
        copied = source / name
        copied.parent.mkdir(parents=True, exist_ok=True)
        copied.write_bytes((folder / name).read_bytes())
    subprocess.run(
        [
            *(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-index"),
            *("--no-build-isolation", "--wheel-dir", tmp_path, source),
        ],
        check=True,
        env=alone(),
    )
    (wheel,) = tmp_path.glob("*.whl")
    named = zipfile.ZipFile(wheel).namelist()
    assert {"phonex_client/py.typed", "phonex_client/client.py"} <= set(named)
    if folder == ROOT:
        assert "serve_app/cli/client.py" in named
        return
    env = tmp_path / "env"
    venv.create(env, with_pip=False)
    site = next(env.glob("lib/python*/site-packages"))
    with zipfile.ZipFile(wheel) as opened:
        opened.extractall(site)
    for name in ("httpx", "httpcore", "anyio", "idna", "certifi", "h11"):
        for entry in Path(httpx.__file__).parents[1].glob(f"{name}*"):
            (site / entry.name).symlink_to(entry)
    code = "import phonex_client, sys, json; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run(
        [env / "bin" / "python", "-c", code], capture_output=True, text=True, check=False,
        env=alone(), cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert not {"ray", "pydantic", "serve_app"} & set(json.loads(done.stdout))
