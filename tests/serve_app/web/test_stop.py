"""Who waits while the service stops is answered: an open request would keep it from ending."""

from __future__ import annotations

import asyncio
from pathlib import Path

import httpx

from engines.base import Utterance, Waveform
from serve_app.service import Service
from tests.serve_app.applications import application
from tests.serve_app.fakes import FAST, FakePipeline, run, spoken, until

BODY = {"text": "The first. [pause 300ms] The second. [pause 300ms] The last."}
JOBS = FAST | {"drain_s": 0.1, "linger_s": 0.0}


class Stuck:
    """Speaks nothing that has this word in it."""

    def __init__(self, word: str) -> None:
        self._word = word
        self.asked = 0

    async def __call__(self, utterance: Utterance) -> Waveform:
        self.asked += 1
        if self._word in utterance.text:
            await asyncio.Event().wait()
        return await spoken(utterance)


async def stopped(service: Service, speak: Stuck) -> None:
    """Once it is at work."""
    await until(lambda: speak.asked)
    await asyncio.sleep(0.2)  # every request of the test is waiting
    await service.drain()


def test_everybody_who_waits_is_told_how_the_job_stands_and_it_goes_on_elsewhere(
    tmp_path: Path,
) -> None:
    async def scenario() -> None:
        speak = Stuck("The")
        async with application(tmp_path, FakePipeline(speak=speak), jobs=JOBS) as (service, client):
            asynchronously = {"Prefer": "respond-async"}
            accepted = await client.post("/tts", json=BODY, headers=asynchronously)
            audio_id = accepted.json()["audio_id"]
            async with asyncio.timeout(30):
                answers = asyncio.gather(
                    client.get(f"/status/{audio_id}", params={"wait": 60}),
                    client.get(f"/audio/{audio_id}", params={"wait": 60}),
                    client.post("/tts", json=BODY, headers={"Prefer": "wait=60"}),
                    client.get(f"/jobs/{audio_id}/events"),
                    client.post("/tts", json=BODY | {"stream": True}),
                )
                await stopped(service, speak)
                status, audio, waiting, events, stream = await answers
            assert (status.status_code, status.json()["status"]) == (200, "queued")
            assert audio.status_code == 409  # not there yet
            assert waiting.status_code == 202
            assert events.text.startswith("event: progress")
            assert stream.status_code == 503
            assert stream.json()["type"] == "urn:phonex:problem:service-starting"
            assert int(stream.headers["retry-after"]) > 0
            again: httpx.Response = await client.get(f"/status/{audio_id}", params={"wait": 60})
            assert again.json()["status"] == "queued"  # at once: it stays stopped
            by_state = service.records.count_jobs().by_state
            assert by_state["queued"] == 3

    run(scenario())


def test_a_stream_that_has_begun_is_cut_off_and_its_job_kept(tmp_path: Path) -> None:
    """Not cancelled, as where a client hangs up: it will come back for the rest."""

    async def scenario() -> None:
        speak = Stuck("last")
        async with application(tmp_path, FakePipeline(speak=speak), jobs=JOBS) as (service, client):
            streaming = asyncio.create_task(client.post("/tts", json=BODY | {"stream": True}))
            await until(lambda: service.jobs.runner.running())
            (job_id,) = service.jobs.runner.running()
            await until(lambda: service.jobs.runner.feeds.is_heard(job_id))
            await stopped(service, speak)
            async with asyncio.timeout(30):
                await asyncio.wait([streaming])
            await asyncio.sleep(0.2)  # longer than a stream that nobody hears is kept
            assert service.records.count_jobs().by_state["queued"] == 1

    run(scenario())
