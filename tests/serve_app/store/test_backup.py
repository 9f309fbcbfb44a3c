"""A backup of a service that writes, and what is put back of it."""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import tarfile
import threading
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import apsw
import pytest

from config.settings import ProvenanceSettings
from serve_app.store.backup import BackupUnusable, restore_backup, write_backup
from serve_app.store.errors import StoreError
from serve_app.store.inherited import Inherited, LeftOut, inherited
from serve_app.store.opening import open_blobs, open_records
from serve_app.store.postgres import PostgresDatabase
from serve_app.store.records import Records
from serve_app.work.marks import open_marks
from tests.serve_app.applications import add_key, application
from tests.serve_app.fakes import new_job, order, recording, run
from tests.serve_app.store.postgres_server import PostgresServer, find_binaries


async def fill(data_dir: Path) -> tuple[str, bytes]:
    """A service with a key, a voice, audio and a job that nobody ran; the audio and its id."""
    async with application(data_dir) as (service, client):
        key = add_key(service, "ada")
        form = {"voice_name": "Ada", "consent": "true"}
        files = {"voice_sample": ("a.wav", recording())}
        registered = await client.post("/voice/register", data=form, files=files, headers=key)
        assert registered.status_code == 200, registered.text
        made = await client.post("/tts", json={"text": "Hello."}, headers=key)
        url = made.json()["audio_url"]
        audio = (await client.get(url, headers=key)).content
    with open_records(None, data_dir) as records:
        records.accept_job(replace(new_job(), owner="ada"))
    return made.json()["audio_id"], audio


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    return tmp_path / "data"


def test_what_is_put_back_is_what_there_was(tmp_path: Path, data_dir: Path) -> None:
    async def scenario() -> None:
        audio_id, audio = await fill(data_dir)
        contents = write_backup(data_dir, tmp_path / "one")
        assert (contents.voices, contents.jobs, contents.files, contents.missing) == (1, 2, 2, 0)
        assert (tmp_path / "one").stat().st_mode & 0o077 == 0
        other = tmp_path / "other"
        assert restore_backup(tmp_path / "one", other) == contents
        async with application(other) as (service, client):
            key = add_key(service, "ada")
            assert (await client.get(f"/audio/{audio_id}", headers=key)).content == audio
            body = {"text": "In a voice that came back.", "voice_id": "ada"}
            assert (await client.post("/clone", json=body, headers=key)).status_code == 200
            ended = service.records.list_jobs("ada", 10, state="completed")
            assert len(ended) >= 2
            marks = [open_marks(ProvenanceSettings(), service.records)]
            with open_records(None, data_dir) as records:
                marks.append(open_marks(ProvenanceSettings(), records))
            asked = order("Hello.", seed=1)
            assert marks[0].payload(asked) == marks[1].payload(asked)

    run(scenario())


def test_without_audio_there_are_voices_keys_and_what_is_still_to_do(
    tmp_path: Path, data_dir: Path
) -> None:
    async def scenario() -> None:
        audio_id, _ = await fill(data_dir)
        contents = write_backup(data_dir, tmp_path / "one", audio=False)
        assert (contents.voices, contents.jobs, contents.files) == (1, 1, 1)
        other = tmp_path / "other"
        restore_backup(tmp_path / "one", other)
        with open_records(None, other) as records:
            assert records.get_job(audio_id) is None
            assert records.list_keys()
        with open_records(None, data_dir) as records:
            assert records.get_job(audio_id) is not None

    run(scenario())


def test_a_backup_beside_a_hundred_writes_holds_every_job_it_knows_whole(
    tmp_path: Path, data_dir: Path
) -> None:
    stop = threading.Event()

    def write() -> None:
        with open_records(None, data_dir) as records:
            while not stop.is_set():
                records.accept_job(new_job())

    with open_records(None, data_dir):
        pass
    writers = [threading.Thread(target=write) for _ in range(2)]
    for writer in writers:
        writer.start()
    try:
        found = [write_backup(data_dir, tmp_path / str(number)) for number in range(3)]
    finally:
        stop.set()
        for writer in writers:
            writer.join()
    for number, contents in enumerate(found):
        other = tmp_path / f"other-{number}"
        restore_backup(tmp_path / str(number), other)
        with open_records(None, other) as records:
            by_state = records.count_jobs().by_state
            assert by_state.get("queued", 0) == contents.jobs
    assert found[0].jobs <= found[1].jobs <= found[2].jobs


def test_a_file_that_went_meanwhile_is_counted(tmp_path: Path, data_dir: Path) -> None:
    async def scenario() -> None:
        await fill(data_dir)
        blobs = open_blobs(None, data_dir)
        (audio,) = [blob.key for blob in blobs.list("audio/")]
        blobs.delete(audio)
        contents = write_backup(data_dir, tmp_path / "one")
        assert (contents.files, contents.missing) == (1, 1)
        restore_backup(tmp_path / "one", tmp_path / "other")

    run(scenario())


def test_nothing_is_written_over(tmp_path: Path, data_dir: Path) -> None:
    with pytest.raises(BackupUnusable, match="no service has run"):
        write_backup(data_dir, tmp_path / "one")
    with open_records(None, data_dir):
        pass
    write_backup(data_dir, tmp_path / "one")
    with pytest.raises(BackupUnusable, match="already"):
        write_backup(data_dir, tmp_path / "one")
    with pytest.raises(BackupUnusable, match="has records"):
        restore_backup(tmp_path / "one", data_dir)
    assert names_in(tmp_path) == ["data", "one"]


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def archive(path: Path, *members: tuple[str, bytes, bytes]) -> Path:
    """A tar of names, contents and types."""
    with tarfile.open(path, "w") as file:
        for name, data, kind in members:
            member = tarfile.TarInfo(name)
            member.size, member.type, member.linkname = len(data), kind, "/etc/passwd"
            file.addfile(member, io.BytesIO(data))
    return path


FILE, LINK = tarfile.REGTYPE, tarfile.SYMTYPE
MANIFEST = json.dumps({"kind": "phonex-backup-1", "sha256": {}}).encode()


@pytest.mark.parametrize(
    "members",
    [
        *([], [("manifest.json", MANIFEST, FILE)], [("manifest.json", b"[]", FILE)]),
        *([("manifest.json", b"{" * 10_000, FILE)], [("phonex.db", b"no database", FILE)]),
        *([("../evil", b"x", FILE)], [("/etc/evil", b"x", FILE)], [("blobs/../../x", b"x", FILE)]),
        *([("phonex.db", b"", LINK)], [("blobs/a", b"", LINK)], [("blobs", b"", tarfile.DIRTYPE)]),
        [("phonex.db", b"x", FILE), ("phonex.db", b"y", FILE)],
        [("manifest.json", MANIFEST, FILE), ("phonex.db", b"x", FILE)],
        [("service.lock", b"x", FILE)],
    ],
)
def test_what_is_no_backup_leaves_nothing_behind(
    tmp_path: Path, members: list[tuple[str, bytes, bytes]]
) -> None:
    source = archive(tmp_path / "evil", *members)
    with pytest.raises(BackupUnusable):
        restore_backup(source, tmp_path / "data")
    assert names_in(tmp_path / "data") == []
    assert names_in(tmp_path) == ["data", "evil"]


def test_every_damage_is_found(tmp_path: Path, data_dir: Path) -> None:
    async def scenario() -> None:
        await fill(data_dir)
        write_backup(data_dir, tmp_path / "one")

    run(scenario())
    whole = (tmp_path / "one").read_bytes()
    for place in (600, len(whole) // 2, len(whole) - 12_000):
        damaged = tmp_path / "damaged"
        damaged.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises(BackupUnusable):
            restore_backup(damaged, tmp_path / "other")
    for end in (100, 5_000, len(whole) // 2):
        cut = tmp_path / "cut"
        cut.write_bytes(whole[:end])
        with pytest.raises(BackupUnusable):
            restore_backup(cut, tmp_path / "other")
    (tmp_path / "text").write_text("Dear service, " * 999)
    with pytest.raises(BackupUnusable):
        restore_backup(tmp_path / "text", tmp_path / "other")


def tampered(path: Path, whole: Path, statements: str = "", **said: Any) -> Path:
    """A backup whose database was changed by SQL, and whose manifest says something else; its sums
    are right."""
    with tarfile.open(whole) as file:
        members = {one.name: file.extractfile(one) for one in file}
        data = {name: found.read() for name, found in members.items() if found is not None}
    manifest = json.loads(data.pop("manifest.json"))
    records = path.with_suffix(".db")
    records.write_bytes(data["phonex.db"])
    with closing(apsw.Connection(str(records))) as connection:
        connection.execute(statements)
    data["phonex.db"] = records.read_bytes()
    records.unlink()
    sums = {name: hashlib.sha256(one).hexdigest() for name, one in data.items()}
    data["manifest.json"] = json.dumps(manifest | {"sha256": sums} | said).encode()
    return archive(path, *((name, one, FILE) for name, one in data.items()))


@pytest.fixture
def whole(tmp_path: Path, data_dir: Path) -> Path:
    """A backup of a service that has had no work."""
    with open_records(None, data_dir):
        pass
    write_backup(data_dir, tmp_path / "whole")
    return tmp_path / "whole"


ENDLESS = "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT max(n) FROM c"


@pytest.mark.parametrize(
    "statements",
    [
        "CREATE TRIGGER t AFTER INSERT ON jobs BEGIN DELETE FROM jobs; END",
        f"DROP TABLE phonex_steps; CREATE VIEW phonex_steps (version) AS {ENDLESS}",
        "CREATE VIRTUAL TABLE t USING fts5(a)",
        "ALTER TABLE jobs DROP COLUMN warnings",
        "DROP TABLE api_keys",
        "UPDATE phonex_schema SET version = 'many'",
        "UPDATE phonex_schema SET version = 99; UPDATE phonex_steps SET version = 99",
    ],
)
def test_a_database_that_is_none_of_ours_is_not_put_in_place(
    tmp_path: Path, whole: Path, statements: str
) -> None:
    evil = tampered(tmp_path / "evil", whole, statements)
    with pytest.raises(StoreError):
        restore_backup(evil, tmp_path / "other")
    assert names_in(tmp_path / "other") == []
    restore_backup(tampered(tmp_path / "fair", whole), tmp_path / "other")


@pytest.mark.parametrize(
    "said",
    [
        *({"made_at": "now"}, {"made_at": 1e308}, {"made_at": float("nan")}, {"made_at": None}),
        *({"voices": "\x1b[2J"}, {"files": None}, {"size_bytes": [1]}),
    ],
)
def test_what_is_told_of_a_backup_is_numbers(
    tmp_path: Path, whole: Path, said: dict[str, Any]
) -> None:
    evil = tampered(tmp_path / "evil", whole, **said)
    with pytest.raises(BackupUnusable, match="says too little"):
        restore_backup(evil, tmp_path / "other")
    assert names_in(tmp_path / "other") == []


# A stranger's own way in, as their tables may have it: no foreign keys, and a job that is said to
# have finished and waits.
STRANGERS = """
INSERT INTO api_owners (name) VALUES ('mallory'), (char(27) || '[2J');
INSERT INTO api_keys VALUES ('k1', 'mallory', 'client', 'd', 1.0, NULL),
    ('k2', char(27) || '[2J', 'metrics', 'd', 1.0, NULL), ('k3', 'mallory', 'client', 'd', 1, 2);
INSERT INTO deployment_secrets VALUES ('watermark', 'known');
INSERT INTO batches (id, owner, title, request_id, items, created_at)
    VALUES ('b', 'mallory', '', 'r', 1, 1.0);
INSERT INTO batch_items VALUES ('b', 0, 'waiting', 'tts', 1, '', '', NULL, NULL, '{}');
"""


def test_what_acts_after_a_restore_is_told_and_can_be_left_out(tmp_path: Path) -> None:
    with open_records(None, tmp_path / "data") as records:
        accepted = records.accept_job(replace(new_job(), callback_url="http://evil.example/")).job
    write_backup(tmp_path / "data", tmp_path / "whole")
    evil = tampered(tmp_path / "evil", tmp_path / "whole", STRANGERS)

    restore_backup(evil, tmp_path / "all")
    assert inherited(tmp_path / "all" / "phonex.db") == Inherited(
        keys=2,
        owners=("\\x1b[2J", "mallory"),
        more_owners=0,
        jobs=1,
        batches=1,
        callbacks=1,
        secrets=1,
    )
    restore_backup(evil, tmp_path / "none", LeftOut(keys=True, work=True, secrets=True))
    assert inherited(tmp_path / "none" / "phonex.db") == Inherited(0, (), 0, 0, 0, 0, 0)
    with open_records(None, tmp_path / "none") as records:
        assert records.get_job(accepted.id) is None
        assert records.lease_jobs("runner", 1, 9.0, 3) == []
        assert records.lease_callbacks(9, 9.0) == []
        snapshot = records.read_keys()
        assert snapshot is not None
        assert snapshot.keys == {}
        assert len(records.list_keys()) == 3  # so that it is not open to everybody
        assert records.keep_secret("watermark") != b"known"


def header(name: str, kind: bytes, size: int) -> bytes:
    member = tarfile.TarInfo(name)
    member.type, member.size = kind, size
    return member.tobuf(tarfile.GNU_FORMAT)


def sparse(says: int) -> bytes:
    """512 bytes that say they are more."""
    block = bytearray(header("blobs/audio/x.wav", tarfile.GNUTYPE_SPARSE, 512))
    block[386:410] = b"%011o\0%011o\0" % (0, 512)
    block[483:495] = b"%011o\0" % says
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(block)
    return bytes(block) + b"x" * 512


def extended(record: bytes) -> bytes:
    line = b"%d %s\n" % (len(record) + 4, record)
    return header("x", b"x", len(line)) + line.ljust(512, b"\0") + header("blobs/a", FILE, 0)


@pytest.mark.parametrize(
    "data",
    [
        sparse(2**33 - 1),
        (header("././@LongLink", b"L", 2) + b"a".ljust(512, b"\0")) * 3_000,
        *(header("blobs/a", kind, 2**62) for kind in (FILE, b"x", b"g", b"L")),
        *(header("blobs/a", kind, 2**87) for kind in (FILE, b"x", b"g", b"L")),
        *(extended(one) for one in (b"GNU.sparse.size=x", b"GNU.sparse.map=x", b"size=-512")),
    ],
    ids=range(13),
)
def test_headers_that_lie_cost_neither_memory_nor_disk(tmp_path: Path, data: bytes) -> None:
    evil = tmp_path / "evil"
    evil.write_bytes(data + bytes(2_048))
    with pytest.raises(BackupUnusable):
        restore_backup(evil, tmp_path / "data")
    assert names_in(tmp_path / "data") == []


@pytest.mark.parametrize("left", ["phonex.db-wal", "phonex.db-journal"])
def test_what_another_database_left_is_not_written_into_this_one(
    tmp_path: Path, whole: Path, left: str
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / left).write_bytes(b"of another")
    with pytest.raises(BackupUnusable, match=left):
        restore_backup(whole, other)
    assert names_in(other) == [left]


def test_postgresqls_own_tools_do_as_the_guide_says(
    postgres_server: PostgresServer, tmp_path: Path
) -> None:
    with postgres_server.connect() as connection:
        for name in ("backed_up", "put_back"):
            connection.execute(f"CREATE DATABASE {name}")
    url, other = postgres_server.url("backed_up"), postgres_server.url("put_back")
    with Records(PostgresDatabase(url)) as records:
        accepted = records.accept_job(new_job()).job
    tools = find_binaries()
    assert tools is not None
    dump = tmp_path / "phonex.dump"
    subprocess.run([str(tools / "pg_dump"), "--format=custom", f"--file={dump}", url], check=True)
    subprocess.run([str(tools / "pg_restore"), f"--dbname={other}", str(dump)], check=True)
    with Records(PostgresDatabase(other)) as restored:
        found = restored.get_job(accepted.id)
        assert found is not None
        assert restored.lease_jobs("runner", 1, 9.0, 3)[0].id == accepted.id
