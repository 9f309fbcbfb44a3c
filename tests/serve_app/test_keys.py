"""What a key looks like, and where a service without one may listen."""

from __future__ import annotations

import asyncio
import hashlib
import threading
from pathlib import Path
from typing import cast

import pytest

from config.settings import Settings
from serve_app.host.exposure import ExposedWithoutKey, is_loopback, refuse_exposed
from serve_app.host.ray_private import listening_host
from serve_app.keys import KEY, KeyRing, digest_of, id_of, make_key
from serve_app.service import Service
from serve_app.store.errors import StoreUnavailable
from serve_app.store.records import Records
from serve_app.store.values import KeySnapshot, OwnerLimits
from serve_app.threads import Threads
from telemetry.meter import Meter
from tests.serve_app.fakes import FakePipeline, run, until


def test_a_key_shows_what_it_is_and_hides_at_least_160_bits() -> None:
    new = make_key("ada")
    prefix, key_id, secret = new.text.split("_")
    assert prefix == "phx"
    assert key_id == new.record.id == id_of(new.text)
    assert len(secret) * 5 >= 160  # base32
    assert new.record.digest == digest_of(new.text) == hashlib.sha256(new.text.encode()).hexdigest()
    assert secret not in repr(new)
    assert new.record.digest not in repr(new.record)
    assert KEY.fullmatch(new.text)


def test_no_two_keys_are_alike() -> None:
    keys = [make_key("ada") for _ in range(200)]
    assert len({key.text for key in keys}) == len({key.record.id for key in keys}) == 200


@pytest.mark.parametrize(
    "name",
    ["", "Ada", "ada lovelace", "-ada", "../ada", "ada\n", "ada\x00", "adá", "а", "a" * 65, "a/b"],
)
def test_a_name_that_could_be_mistaken_for_another_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="small letters"):
        make_key(name)


@pytest.mark.parametrize("text", ["", "phx_", "phx_a_b", "x" * 10_000, "phx_" + "a" * 57, "phx\n"])
def test_what_is_no_key_has_no_id(text: str) -> None:
    assert id_of(text) is None


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("[::1]", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("10.0.0.1", False),
        ("::ffff:10.0.0.1", False),
        ("", False),
        ("localhost.example.com", False),
        ("127.0.0.1.example.com", False),
        (None, False),
    ],
)
def test_what_is_not_known_to_be_this_machine_is_not(host: str | None, loopback: bool) -> None:
    assert is_loopback(host) is loopback
    for any_key, insecure in ((True, False), (False, True)):
        refuse_exposed(host, any_key=any_key, insecure=insecure)
    if loopback:
        refuse_exposed(host, any_key=False, insecure=False)
    else:
        with pytest.raises(ExposedWithoutKey, match="phonex keys add"):
            refuse_exposed(host, any_key=False, insecure=False)


@pytest.mark.parametrize("host", ["0.0.0.0", None])
def test_the_ingress_itself_refuses_to_start_beyond_loopback_without_a_key(
    host: str | None, tmp_path: Path, records: Records
) -> None:
    """Whatever started it: `serve run`, `serve deploy`, an operator of Kubernetes."""

    async def start(insecure: bool) -> None:
        settings = Settings.model_validate({"data_dir": tmp_path, "http": {"insecure": insecure}})
        meter = Meter(export_to_ray=False)
        service = await Service.open(settings, FakePipeline(), meter, host)
        await service.close()

    with pytest.raises(ExposedWithoutKey):
        run(start(insecure=False))
    run(start(insecure=True))
    records.add_key(make_key("ada").record, OwnerLimits())
    run(start(insecure=False))
    records.revoke_keys("ada")
    run(start(insecure=False))  # it serves nobody


def test_all_who_wait_for_the_keys_share_one_look_at_them() -> None:
    """A database that hangs keeps each request waiting once, not one after the other."""
    gate = threading.Event()
    calls: list[int | None] = []

    class Hanging:
        def read_keys(self, known: int | None) -> KeySnapshot:
            calls.append(known)
            assert gate.wait(20)
            raise StoreUnavailable("away")

    async def scenario() -> None:
        threads = Threads()
        ring = KeyRing(cast(Records, Hanging()), threads)
        asking = [asyncio.create_task(ring.authenticate([], "client")) for _ in range(20)]
        await until(lambda: calls)
        asking[0].cancel()  # who goes away takes nobody along
        gate.set()
        answers = await asyncio.gather(*asking, return_exceptions=True)
        assert [type(answer) for answer in answers[1:]] == [StoreUnavailable] * 19
        assert calls == [None]
        threads.close()

    run(scenario())


def test_where_the_cluster_listens_is_asked_of_the_cluster(monkeypatch: pytest.MonkeyPatch) -> None:
    class Method:
        async def remote(self) -> object:
            return type("Options", (), {"host": "0.0.0.0"})()

    controller = type("Controller", (), {"get_http_config": Method()})()
    client = type("Client", (), {"_controller": controller})()
    clients = iter([client, None, client])
    monkeypatch.setattr("ray.serve.context._get_global_client", lambda **_: next(clients))
    assert asyncio.run(listening_host()) == "0.0.0.0"
    assert asyncio.run(listening_host()) is None
    # Replicas with ports of their own listen on every interface, whatever the proxy does.
    monkeypatch.setattr("ray.serve._private.constants.RAY_SERVE_ENABLE_DIRECT_INGRESS", True)
    assert asyncio.run(listening_host()) is None
