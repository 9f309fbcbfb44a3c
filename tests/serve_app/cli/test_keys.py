"""`phonex keys`, and what the other commands do with a key."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

import apsw
import pytest

from serve_app.cli.client import Client, ClientError
from serve_app.host import supervisor
from serve_app.keys import id_of
from tests.running import free_port
from tests.serve_app.cli.conftest import Phonex
from tests.serve_app.http_server import HttpServer


@pytest.fixture(autouse=True)
def own_records(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PHONEX_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("PHONEX_API_KEY", raising=False)


def test_a_key_is_shown_once_and_alone_on_standard_output(phonex: Phonex, tmp_path: Path) -> None:
    added = phonex("keys", "add", "ada", "--max-jobs", "3", "--chars-per-minute", "0")
    assert added.code == 0, added.words
    key = added.out.strip()
    key_id = id_of(key)
    assert key_id is not None
    assert "cannot be shown again" in added.words
    assert "It is the first" in added.words
    listed = phonex("keys", "list")
    for word in ("ada", key_id, "valid", "3", "no limit"):
        assert word in listed.words
    assert key not in listed.words
    files = [path.read_bytes() for path in (tmp_path / "data").rglob("*") if path.is_file()]
    assert any(key_id.encode() in data for data in files)
    assert not any(key.split("_")[2].encode() in data for data in files)


def test_keys_are_replaced_one_by_one(phonex: Phonex) -> None:
    old, new = (phonex("keys", "add", "ada").out.strip() for _ in range(2))
    revoked = phonex("keys", "revoke", old)  # the whole key is understood, too
    assert revoked.code == 0
    assert str(id_of(old)) in revoked.words
    assert str(id_of(new)) not in revoked.words
    again = phonex("keys", "revoke", str(id_of(old)))
    assert (again.code, "no such valid key" in again.words) == (1, True)
    last = phonex("keys", "revoke", "ada")
    assert "refuses everybody" in last.words
    assert "revoked" in phonex("keys", "list").words


@pytest.mark.parametrize("name", ["[/b]", "\x1b[2J"])
def test_keys_that_a_stranger_wrote_are_listed_all_the_same(
    phonex: Phonex, tmp_path: Path, name: str
) -> None:
    """A restored backup may hold any rows: what breaks the list would hide a key that opens."""
    phonex("keys", "add", "ada")
    with closing(apsw.Connection(str(tmp_path / "data" / "phonex.db"))) as connection:
        connection.execute(
            "INSERT INTO api_keys VALUES ('k666', ?, 'client', 'd', 1e300, NULL)", (name,)
        )
    listed = phonex("keys", "list")
    assert (listed.code, "k666" in listed.words, "ada" in listed.words) == (0, True, True)
    assert "\x1b" not in listed.words
    revoked = phonex("keys", "revoke", "k666")
    assert (revoked.code, "k666" in revoked.words) == (0, True), revoked.words
    assert "\x1b" not in revoked.words


def test_what_cannot_be_done_is_said_in_one_sentence(phonex: Phonex) -> None:
    for arguments, words in (
        (("add", "Ada Lovelace"), "small letters"),
        (("limit", "ada", "--max-jobs", "1"), "no key was ever added"),
        (("adopt", "ada"), "no key was ever added"),
        (("revoke", "phx_nonsense"), "no such valid key"),
    ):
        ended = phonex("keys", *arguments)
        assert ended.code == 1
        assert words in ended.words


def test_limits_can_be_changed(phonex: Phonex) -> None:
    phonex("keys", "add", "ada")
    assert "unfinished jobs 32, characters a minute 60,000" in phonex("keys", "limit", "ada").words
    changed = phonex("keys", "limit", "ada", "--max-jobs", "5", "--chars-per-minute", "0")
    assert "unfinished jobs 5, characters a minute no limit" in changed.words


def test_serve_refuses_to_open_the_service_without_a_key(
    phonex: Phonex, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[dict[str, Any]] = []

    def supervise(document: dict[str, Any], on_state: object) -> int:
        started.append(document)
        return 0

    monkeypatch.setattr(supervisor, "supervise", supervise)
    for host in ("::", "0.0.0.0"):
        serve = ("serve", "--host", host, "--port", str(free_port()))
        refused = phonex(*serve)
        assert refused.code == 1
        assert f"{host} can be reached" in refused.words
        assert "phonex keys add" in refused.words
    assert started == []
    opened = phonex(*serve, "--insecure")
    assert opened.code == 0, opened.words
    assert started[0]["applications"][0]["args"]["http"]["insecure"] is True
    phonex("keys", "add", "ada")
    assert phonex(*serve).code == 0
    assert len(started) == 2


def test_the_cluster_profile_refuses_as_well(phonex: Phonex, tmp_path: Path) -> None:
    config = tmp_path / "open.yaml"
    config.write_text(
        f"http_options: {{host: 0.0.0.0, port: {free_port()}}}\n"
        "applications: [{name: phonex, import_path: 'serve_app.app:build'}]\n"
    )
    refused = phonex("serve", "--config", str(config))
    assert (refused.code, "0.0.0.0 can be reached" in refused.words) == (1, True)


def test_a_client_sends_its_key_and_says_what_to_do_without(
    phonex: Phonex, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    http = HttpServer(tmp_path / "data")
    try:
        key = phonex("keys", "add", "ada").out.strip()
        monkeypatch.setattr("serve_app.keys.REFRESH_S", 0.0)
        say = ("say", "Hello there.", "-o", "a.wav", "--server", http.url)
        refused = phonex(*say)
        assert refused.code == 1
        for word in ("PHONEX_API_KEY", "--api-key", "phonex keys add"):
            assert word in refused.words
        assert phonex(*say, "--api-key", key).code == 0
        monkeypatch.setenv("PHONEX_API_KEY", key)
        assert phonex(*say).code == 0
        assert phonex("voices", "list", "--server", http.url).code == 0
        assert key not in phonex("say", "--help").words
    finally:
        http.stop()


def test_a_key_that_was_copied_badly_is_no_stack_trace() -> None:
    for key in ("clé", "phx_a\nb", "phx_\x00"):
        with pytest.raises(ClientError, match="copy it again"):
            Client("http://127.0.0.1:1", key)
