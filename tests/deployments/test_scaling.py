"""How many replicas the stages want: enough for what waits, no more, and the same tomorrow."""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deployments import scaling
from deployments.graph import (
    EMBEDDING_EXTRACTION,
    INGRESS,
    STAGES,
    TEXT_TO_SPEECH,
    TONE_CONVERSION,
)
from deployments.scaling import Demand, Load, Replicas, heard, wanted_replicas

WAIT_S = 10.0
RATES = {TEXT_TO_SPEECH: 8.0, EMBEDDING_EXTRACTION: 20.0, TONE_CONVERSION: 2.0}
SECONDS = st.floats(0, 1e7)


def some(target: int = 1, most: int = 10, ongoing: float = 0.0, *, running: int = 1) -> Replicas:
    return Replicas(target, running, most, ongoing, 1.5)


def there(target: int = 1, most: int = 10, ongoing: float = 0.0) -> dict[str, Replicas]:
    return dict.fromkeys(STAGES, some(target, most, ongoing))


def demand(rates: Mapping[str, float] = RATES, **loads: Load) -> Demand:
    return Demand({path: loads.get(path, Load()) for path in scaling.STAGES_OF}, rates, WAIT_S)


def test_the_stages_and_the_ingress_are_called_as_the_graph_calls_them() -> None:
    assert (scaling.SPEECH, scaling.EMBEDDING, scaling.CONVERSION) == STAGES
    assert scaling.INGRESS == INGRESS


def test_what_waits_is_finished_within_the_wanted_time() -> None:
    wanted = wanted_replicas(there(), demand(cloning=Load(waiting_s=100.0)))
    assert wanted == {TEXT_TO_SPEECH: 2, TONE_CONVERSION: 5, EMBEDDING_EXTRACTION: 0}


def test_conversion_gets_no_more_replicas_than_speech_can_feed() -> None:
    stages = there(most=50) | {TEXT_TO_SPEECH: some(most=1)}
    wanted = wanted_replicas(stages, demand(cloning=Load(waiting_s=1e6)))
    assert wanted[TONE_CONVERSION] == 4  # 8 seconds of audio a second for 2 each


def test_speech_gets_no_more_for_clones_than_conversion_can_take() -> None:
    stages = there(most=50) | {TONE_CONVERSION: some(most=8)}
    wanted = wanted_replicas(stages, demand(cloning=Load(waiting_s=1e6)))
    assert wanted[TEXT_TO_SPEECH] == 2
    spoken = demand(cloning=Load(waiting_s=1e6), speech=Load(waiting_s=160.0))
    assert wanted_replicas(stages, spoken)[TEXT_TO_SPEECH] == 4


@given(SECONDS, SECONDS, SECONDS, SECONDS, st.integers(1, 10))
def test_more_in_the_queue_never_wants_fewer(
    speech: float, cloning: float, more: float, arriving: float, target: int
) -> None:
    def wanted(speech_s: float, cloning_s: float) -> dict[str, int]:
        said = demand(speech=Load(speech_s, arriving), cloning=Load(cloning_s, arriving))
        return wanted_replicas(there(target), said)

    before = wanted(speech, cloning)
    for after in (wanted(speech + more, cloning), wanted(speech, cloning + more)):
        assert all(after[stage] >= before[stage] for stage in STAGES)


@given(SECONDS, SECONDS, st.integers(0, 10), st.floats(1e-6, 1e6))
def test_it_wants_no_more_than_there_may_be(
    waiting: float, arriving: float, target: int, rate: float
) -> None:
    load = demand(dict.fromkeys(STAGES, rate), cloning=Load(waiting, arriving))
    wanted = wanted_replicas(there(target), load)
    assert all(0 <= count <= 10 for count in wanted.values())


@pytest.mark.parametrize("per_second", [0.3, 7.0, 33.0])
def test_a_constant_load_is_given_a_number_of_replicas_that_stays(per_second: float) -> None:
    counts = simulate(lambda _: per_second, seconds=1800)
    assert len(set(counts[900:])) == 1
    assert counts[-1] * RATES[TEXT_TO_SPEECH] >= per_second


def test_a_step_is_followed_and_comes_back() -> None:
    counts = simulate(lambda now: 30.0 if 100 <= now < 400 else 2.0, seconds=900)
    assert counts[99] == 1
    assert max(counts[100:160]) >= 4
    assert counts[399] >= 4
    assert counts[-1] == 1


def test_a_stage_that_nobody_uses_is_let_go_and_comes_back_when_asked() -> None:
    counts = simulate(lambda now: 0.0 if 100 <= now < 600 else 5.0, seconds=700)
    assert counts[99] == 1
    assert counts[599] == 0
    assert counts[-1] >= 1


def simulate(arriving: Any, seconds: int) -> list[int]:
    """Replicas of the speech stage, each second; they take 5 seconds to start, and go after 30 in
    which fewer were wanted."""
    waiting_s, target = 0.0, 1
    began = [-100]  # when each replica was started
    came: list[float] = []
    fewer_since: int | None = None
    counts = []
    for now in range(seconds):
        came.append(arriving(now))
        running = sum(now - at >= 5 for at in began)
        waiting_s = max(0.0, waiting_s + came[-1] - running * RATES[TEXT_TO_SPEECH])
        load = Load(waiting_s, sum(came[-60:]) / 60)
        stages = {TEXT_TO_SPEECH: some(target, running=running)}
        wanted = wanted_replicas(stages, demand(speech=load))[TEXT_TO_SPEECH]
        fewer_since = (fewer_since or now) if wanted < target else None
        if wanted > target or (fewer_since is not None and now - fewer_since >= 30):
            target, fewer_since = wanted, None
        began = began[:target] + [now] * (target - len(began))
        counts.append(target)
    return counts


def test_a_stage_that_finds_no_room_is_given_some_by_the_others() -> None:
    """Its node died, say, and what is left is full of the others' replicas."""
    waiting = Load(waiting_s=1e6)
    stages = there() | {
        TEXT_TO_SPEECH: some(target=2, running=0),
        TONE_CONVERSION: some(target=9, running=3),  # six find no room themselves
    }
    assert wanted_replicas(stages, demand(cloning=waiting)) == {
        TEXT_TO_SPEECH: 3,  # what it wants is no less for it
        TONE_CONVERSION: 2,
        EMBEDDING_EXTRACTION: 0,
    }
    stages[TONE_CONVERSION] = some(target=1, running=1)
    assert wanted_replicas(stages, demand(cloning=waiting))[TONE_CONVERSION] == 1


def test_the_ingress_is_given_room_too() -> None:
    full = dict.fromkeys(STAGES, some(target=4, running=4))
    stages = full | {INGRESS: some(target=2, running=0)}
    for said in (demand(cloning=Load(waiting_s=1e6)), None):
        wanted = wanted_replicas(stages, said)
        assert INGRESS not in wanted
        assert max(wanted.values()) <= 3


def test_what_is_let_go_holds_nobody_up() -> None:
    stages = there(target=4) | {EMBEDDING_EXTRACTION: some(target=0, running=0)}
    assert wanted_replicas(stages, demand(cloning=Load(waiting_s=1e6)))[TONE_CONVERSION] == 10


def test_without_a_word_of_the_ingress_it_goes_by_rays_count() -> None:
    assert wanted_replicas(there(ongoing=6.0), None) == dict.fromkeys(STAGES, 4)


def test_a_stage_that_was_never_measured_goes_by_rays_count() -> None:
    said = demand({}, speech=Load(waiting_s=1000.0))
    assert wanted_replicas(there(ongoing=4.0), said)[TEXT_TO_SPEECH] == 3
    assert wanted_replicas(there(), said)[TEXT_TO_SPEECH] == 1  # somebody waits


NOW = 1_000_000.0


def metrics(**said: list[float]) -> dict[str, dict[str, list[Any]]]:
    """What replicas of the ingress said a second ago."""
    return {
        key: {
            str(number): [SimpleNamespace(timestamp=NOW - 1, value=value)]
            for number, value in enumerate(values)
        }
        for key, values in said.items()
    }


def test_pieces_and_refusals_of_the_replicas_add_up_and_jobs_are_of_all() -> None:
    said = metrics(
        **{
            scaling.TARGET_WAIT: [WAIT_S, WAIT_S],
            scaling.pieces_key("speech"): [10.0, 20.0],
            scaling.jobs_key("speech"): [25.0, 25.0],
            scaling.refused_key("speech"): [1.0, 2.0],
            scaling.arriving_key("speech"): [3.0, 4.0],
            scaling.jobs_key("cloning"): [50.0, 49.0],
            scaling.rate_key(TEXT_TO_SPEECH): [4.0, 6.0],
        }
    )
    found = heard(said, NOW)
    assert found is not None
    assert found.loads["speech"] == Load(33.0, 7.0)
    assert found.loads["cloning"] == Load(50.0, 0.0)
    assert found.rates == {TEXT_TO_SPEECH: 5.0}


@given(st.sampled_from([math.nan, math.inf, -math.inf, -1.0]))
def test_figures_that_are_none_are_left_out(nonsense: float) -> None:
    said = metrics(
        **{
            scaling.TARGET_WAIT: [WAIT_S, nonsense],
            scaling.pieces_key("speech"): [nonsense, 20.0],
            scaling.rate_key(TEXT_TO_SPEECH): [nonsense, 2.0],
            scaling.arriving_key("speech"): [nonsense],
        }
    )
    found = heard(said, NOW)
    assert found is not None
    assert found.loads["speech"] == Load(20.0, 0.0)
    assert wanted_replicas(there(ongoing=0.0), found)[TEXT_TO_SPEECH] == 1


def test_what_was_said_long_ago_is_not_heard() -> None:
    said = metrics(**{scaling.TARGET_WAIT: [WAIT_S], scaling.pieces_key("speech"): [1e6]})
    assert heard(said, NOW) is not None
    assert heard(said, NOW + scaling.STALE_S) is None
    assert heard({}, NOW) is None


def test_ray_is_told_of_the_stages_and_not_of_the_ingress() -> None:
    said = metrics(**{scaling.TARGET_WAIT: [WAIT_S], scaling.pieces_key("speech"): [200.0]})
    said |= metrics(**{scaling.rate_key(TEXT_TO_SPEECH): [5.0]})

    def context(name: str) -> Any:
        return SimpleNamespace(
            deployment_name=name,
            target_num_replicas=1,
            current_num_replicas=1,
            capacity_adjusted_max_replicas=8,
            total_num_requests=math.nan,
            config=SimpleNamespace(get_target_ongoing_requests=lambda: 1.5),
            raw_metrics=said if name == INGRESS else {},
            current_time=NOW,
        )

    wanted, _ = scaling.by_queued_work({f"#{name}": context(name) for name in (*STAGES, INGRESS)})
    assert wanted == {"#TextToSpeech": 4, "#EmbeddingExtraction": 0, "#ToneConversion": 0}
