"""What Ray's processes write comes out as one JSON object a line."""

from __future__ import annotations

import json

from serve_app.host.ray_logs import json_lines


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
