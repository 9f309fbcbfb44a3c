"""What an ingress tells the proxies of its lines, and hears from them."""

from __future__ import annotations

import json

import httpx
import pytest
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from config.settings import JobSettings
from serve_app.errors import QueueFull
from serve_app.store.blobs import Blobs
from serve_app.store.records import Records
from serve_app.threads import Threads
from serve_app.web import shedding
from serve_app.web.shedding import REFUSED_HEADER, STANDING_HEADER, Informed
from serve_app.work.admission import Admission
from serve_app.work.lines import MARGIN_S, Line
from telemetry.meter import Meter
from tests.serve_app.fakes import run


def test_the_door_is_shut_for_as_long_as_the_line_is_too_long() -> None:
    line = Line(JobSettings(max_queue_wait_s=10.0))
    line.rate = 2.0
    assert line.standing() is None
    line.admit(20.0)
    line.admit(6.0)  # 13 s
    assert line.standing() is None  # nobody was refused yet
    with pytest.raises(QueueFull):
        line.check()
    standing = line.standing()
    assert standing
    assert standing.shut_s == pytest.approx(3.0 + MARGIN_S, abs=0.1)
    assert standing.retry_s == pytest.approx(4.0, abs=0.1)
    line.settle(12.0)  # there is much room
    assert line.standing() is None


def test_refusals_at_the_door_count_as_refusals(records: Records, blobs: Blobs) -> None:
    async def scenario() -> None:
        admitting = Admission(records, blobs, JobSettings(max_queue_wait_s=1.0), Threads())
        meter = Meter(export_to_ray=False)
        line = admitting.lines["clone"]
        line.admit(60.0)

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            scope["state"]["owner"] = ""
            await JSONResponse({})(scope, receive, send)

        client = httpx.AsyncClient(
            transport=httpx.ASGITransport(Informed(app, admitting, meter)),
            base_url="http://localhost",
        )
        quiet = await client.get("/status/1")
        assert STANDING_HEADER not in quiet.headers
        answer = await client.get(
            "/status/1", headers={REFUSED_HEADER: '[["/clone", "queue-full", 7]]'}
        )
        assert json.loads(answer.headers[STANDING_HEADER])["cloning"]["shut_s"] > 0
        shown = meter.render().decode()
        route = 'method="POST",route="/clone",status="429"'
        assert f"phonex_http_requests_total{{{route}}} 7.0" in shown
        assert 'phonex_http_problems_total{route="/clone",type="queue-full"} 7.0' in shown

    run(scenario())


def test_the_headers_count_only_where_the_proxy_is_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(shedding.PROXY_VARIABLE, raising=False)
    assert not shedding.is_there()
    monkeypatch.setenv(shedding.PROXY_VARIABLE, shedding.PROXY)
    assert shedding.is_there()
