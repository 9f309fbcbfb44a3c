"""What Ray's processes write: one JSON object a line for machines, what matters for people."""

from __future__ import annotations

import json

from serve_app.host.ray_logs import TextLines, json_lines


def test_our_lines_pass_and_others_are_wrapped() -> None:
    ours = '{"message": "an event", "request_id": "r"}'
    others = ["espeak: no such voice", '{"half', "  ", '"quoted"']
    data = {"lines": [ours, *others], "pid": 7, "actor_name": "Ingress", "is_err": True}
    first, *wrapped = json_lines(data)
    assert first == ours
    lines = [json.loads(line) for line in wrapped]
    assert [line["message"] for line in lines] == ["espeak: no such voice", '{"half', '"quoted"']
    assert {(line["pid"], line["process"], line["logger"]) for line in lines} == {
        (7, "Ingress", "stderr")
    }
    assert list(json_lines({"lines": ["a table for people"], "pid": "autoscaler"})) == []


def test_levels_are_those_of_ray_serve() -> None:
    data = {"lines": ["ERROR 2026-11-26 20:09:06,288 proxy 1 -- it broke", "a detail"], "pid": 7}
    assert [json.loads(line)["level"] for line in json_lines(data)] == ["ERROR", "INFO"]


def test_people_see_our_lines_and_what_went_wrong_in_rays() -> None:
    lines = TextLines()

    def shown(*written: str, name: str = "ServeController") -> list[str]:
        return list(lines.of({"lines": written, "pid": 7, "actor_name": name}))

    said = "INFO 2026-11-26 20:08:40,123 controller 7 -- Throughput optimized:"
    assert shown(said, "  • Router running in main thread") == []
    assert shown("  • and more of it in the next batch") == []
    broke = "ERROR 2026-11-26 20:08:41,123 controller 7 -- it broke", "Traceback (most recent call"
    assert shown(*broke) == [f"ServeController: {line}" for line in broke]
    ours = "2026-11-26 20:08:55,169 INFO deployments.watch: a stage is there"
    assert shown(ours, name="Ingress") == [ours]
    assert shown("espeak: no such voice", name="Worker") == ["Worker: espeak: no such voice"]
    assert list(lines.of({"lines": ["a table"], "pid": "autoscaler"})) == []
