"""The capacity that is found is the capacity that is there; the plan for more of it loads."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from config.service_config import load_config, read_settings
from loadtests.capacity import Objective, Step, judge, search
from loadtests.outcomes import Outcome, Record
from loadtests.plan import make_plan, render_plan
from loadtests.stages import Loads, Snapshot, StageLoad
from tests.loadtests.fake_service import serving
from tests.running import ROOT

LOADS = Loads(
    (
        StageLoad("TextToSpeech", 1, 0.2, 20.0, 100.0),
        StageLoad("EmbeddingExtraction", 1, 0.0, 0.0, 0.0),
        StageLoad("ToneConversion", 2, 0.95, 20.0, 10.0),
    ),
    {"cloning": 0.4},
    50.0,
)


def step(rate: float, met: bool) -> Step:
    missed = () if met else ("p99",)
    return Step(rate, rate, rate, 1.0, 1.0, 0.0, 0.0, missed)


@pytest.mark.parametrize("capacity", [0.05, 0.7, 1.0, 3.3, 250.0])
@pytest.mark.parametrize("tolerance", [0.1, 0.5])
def test_the_search_finds_a_capacity(capacity: float, tolerance: float) -> None:
    best, steps = search(lambda rate: step(rate, rate <= capacity), tolerance=tolerance)
    assert best is not None
    assert capacity / (1 + tolerance) <= best.rate <= capacity
    assert len(steps) < 20


def test_a_service_that_meets_nothing_has_no_capacity() -> None:
    assert search(lambda rate: step(rate, False))[0] is None


def record(latencies: list[float], refused: int = 0, unended: int = 0) -> Record:
    made = Record(0.0)
    made.arrivals = [0.0] * (len(latencies) + refused + unended)
    made.outcomes = [Outcome("tts", 0.0, seconds, "done", 4.0) for seconds in latencies]
    made.outcomes += [Outcome("tts", 0.0, 0.1, "refused")] * refused
    return made


@pytest.mark.parametrize(
    ("made", "missed"),
    [
        (record([1.0] * 200), []),
        (record([1.0] * 190 + [11.0] * 10), ["p99"]),
        (record([9.0] * 200), ["real-time"]),
        (record([1.0] * 200, refused=1), ["errors"]),
        (record([1.0] * 150, unended=50), ["p99", "real-time", "errors"]),
        (record([]), ["p99", "real-time"]),
    ],
)
def test_a_step_is_judged_by_all_that_was_promised(made: Record, missed: list[str]) -> None:
    judged = judge(1.0, made, 200.0, Objective(10.0, 2.0, 0.0))
    assert len(judged.missed) == len(missed)
    for word, why in zip(missed, judged.missed, strict=True):
        assert word in why


def test_a_queue_that_grows_is_no_capacity() -> None:
    made = Record(0.0)
    made.arrivals = [float(at) for at in range(60)]
    made.outcomes = [Outcome("tts", at, at + 0.5 + at / 20, "done", 4.0) for at in made.arrivals]
    judged = judge(1.0, made, 60.0, Objective(10.0, 2.0, 0.0))
    assert not judged.met
    assert "queue grew: 0.97 s at first, 2.98 s in the end" in judged.missed[0]


def test_the_stage_that_saturates_is_told_from_the_metrics() -> None:
    def scrape(conversion_s: float, speech_s: float) -> Snapshot:
        return Snapshot(
            f'phonex_compute_seconds_sum{{stage="tone_conversion"}} {conversion_s}\n'
            f'phonex_compute_seconds_sum{{stage="text_to_speech"}} {speech_s}\n'
            'phonex_replicas{deployment="ToneConversion"} 2\n'
            'phonex_replicas{deployment="TextToSpeech"} 1\n'
        )

    before, after = scrape(100.0, 50.0), scrape(119.0, 51.0)
    after.at = before.at + 10.0
    loads = before.loads_until(after)
    assert loads.bottleneck is not None
    assert loads.bottleneck.deployment == "ToneConversion"
    assert loads.bottleneck.busy == pytest.approx(0.95)


@pytest.mark.parametrize("profile", ["cpu", "cluster"])
def test_a_plan_loads(tmp_path: Path, profile: str) -> None:
    from ray.serve.schema import ServeDeploySchema

    path = tmp_path / "plan.yaml"
    path.write_text(render_plan(2.0, LOADS, 4.0, profile))
    document = load_config(path)
    read_settings(document)
    ServeDeploySchema.model_validate(document)


def test_a_plan_multiplies_what_saturates() -> None:
    def replicas(times: float) -> dict[str, Any]:
        plan = make_plan(LOADS, times, load_config(None, "cpu"))
        return {
            one["name"]: one.get("autoscaling_config", {}).get("max_replicas")
            or one["num_replicas"]
            for one in plan["applications"][0]["deployments"]
        }

    assert replicas(1.0)["ToneConversion"] == 2
    assert replicas(4.0) == {
        "Ingress": 1,
        "TextToSpeech": 2,  # 0.8 batches at work all the time
        "EmbeddingExtraction": 1,
        "ToneConversion": 8,
    }
    assert replicas(20.0)["Ingress"] == 4


def loadtests(*arguments: str | Path | float) -> subprocess.CompletedProcess[str]:
    """Run in a process of its own: locust patches the standard library."""
    return subprocess.run(
        [sys.executable, "-m", "loadtests", *map(str, arguments)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_the_capacity_of_a_real_server_is_found(tmp_path: Path) -> None:
    """Four workers that take 0.2 s finish twenty a second, and no more."""
    figures = tmp_path / "capacity.json"
    with serving(workers=4, service_s=0.2) as server:
        ran = loadtests(
            *("capacity", "--server", server.url, "--mix", "tts", "--first-rate", 12),
            *("--window", 4, "--warm-up", 1, "--tolerance", 1.0, "--p99", 2.5),
            *("--real-time-factor", 20, "--times", 3, "--json", figures),
        )
    assert ran.returncode == 0, ran.stderr
    found = json.loads(figures.read_text())
    assert 4.0 <= found["capacity"]["rate"] <= 25.0  # less on a machine with other work
    assert found["capacity"]["bottleneck"] == "ToneConversion"
    (plan,) = yaml.safe_load(ran.stdout)["applications"]
    (conversion,) = (one for one in plan["deployments"] if one["name"] == "ToneConversion")
    assert conversion["autoscaling_config"]["max_replicas"] == 6


def test_a_lost_job_fails_the_run(tmp_path: Path) -> None:
    with serving(workers=8, lose_every=7) as server:
        ran = loadtests(
            "run", "--server", server.url, "--mix", "tts", "--rate", 10, "--seconds", 2, "-o",
            tmp_path,
        )  # fmt: skip
        accepted = server.accepted
    assert ran.returncode == 1
    result = json.loads((tmp_path / "result.json").read_text())
    # The first was for the voice's recording.
    assert result["ledger"]["lost"] == len(result["lost"]) == accepted // 7
    assert result["done"] == accepted - 1 - accepted // 7


def test_refused_clients_come_back_with_the_same_key(tmp_path: Path) -> None:
    import threading

    with serving(workers=8) as server:

        def fill() -> None:
            while not server.accepted:
                pass
            server.full = True
            threading.Timer(1.5, lambda: setattr(server, "full", False)).start()

        threading.Thread(target=fill, daemon=True).start()
        ran = loadtests(
            "run", "--server", server.url, "--mix", "tts", "--rate", 5, "--seconds", 2, "-o",
            tmp_path, "--patience", 20,
        )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    result = json.loads((tmp_path / "result.json").read_text())
    assert result["rejections"] > 0
    assert result["done"] == result["arrivals"]
    keys = [key for key in server.keys if key]
    assert len(set(keys)) == result["arrivals"]
    assert len(keys) == result["arrivals"] + result["rejections"]


def test_the_command_runs_the_search_in_a_process_of_its_own() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "serve_app.cli.main", "capacity", "--mix", "nobody"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ran.returncode == 2
    assert "'nobody' is none of mixed, tts, clone" in ran.stderr
