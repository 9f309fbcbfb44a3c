"""What is said of the graph's paths as a whole."""

from __future__ import annotations

from deployments.graph import EMBEDDING_EXTRACTION, TONE_CONVERSION
from deployments.scaling import STAGES_OF
from tests.serve_app.fakes import FakePipeline


def test_a_path_halts_while_any_of_its_stages_rests() -> None:
    resting = FakePipeline(resting=frozenset({TONE_CONVERSION, EMBEDDING_EXTRACTION}))
    assert {path for path in STAGES_OF if resting.halts(path)} == {"cloning", "embedding"}
    assert not any(FakePipeline().halts(path) for path in STAGES_OF)
