"""The command: the happy path against a real server, and one sentence where it fails."""

from __future__ import annotations

import importlib.util
import json
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from config.installing import DISTRIBUTION, install_hint
from config.settings import JobSettings, ProvenanceSettings, Settings
from serve_app.cli import doctor, options
from serve_app.cli import main as cli
from serve_app.cli.client import ClientError
from serve_app.host import claim as claim_module
from serve_app.host import node, supervisor
from serve_app.host.claim import claim, share
from serve_app.work.marks import check_files
from tests.neural_models import models_dir
from tests.running import free_port
from tests.serve_app.fakes import recording
from tests.serve_app.http_server import HttpServer, StaticServer

__all__ = ["models_dir"]


@dataclass
class Ended:
    code: int
    out: str
    err: str

    @property
    def words(self) -> str:
        """What was said, without the line breaks of a narrow terminal."""
        return " ".join((self.out + self.err).split())


Phonex = Callable[..., Ended]


@pytest.fixture
def phonex(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Phonex:
    """Runs the command as its entry point does."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PHONEX_SERVER", raising=False)

    def run(*arguments: str) -> Ended:
        monkeypatch.setattr(sys, "argv", ["phonex", *arguments])
        monkeypatch.setattr(options.console, "file", sys.stderr)
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        assert "Traceback" not in said.out + said.err
        return Ended(int(ended.value.code or 0), said.out, said.err)

    return run


@pytest.fixture(scope="module")
def http(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HttpServer]:
    server = HttpServer(tmp_path_factory.mktemp("service"))
    yield server
    server.stop()


def busy_port() -> socket.socket:
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    listening.listen()
    return listening


def test_say_writes_the_file_in_its_suffixs_format(phonex: Phonex, http: HttpServer) -> None:
    for name, magic in (("a.wav", b"RIFF"), ("b.FLAC", b"fLaC"), ("c", b"RIFF")):
        done = phonex("say", "Hello there.", "-o", name, "--server", http.url)
        assert done.code == 0, done.words
        assert Path(name).read_bytes().startswith(magic)
        assert "s of audio" in done.words


def test_captions_are_written_beside_the_audio(phonex: Phonex, http: HttpServer) -> None:
    at = ("-o", "a.wav", "--server", http.url)
    for name, start in (("a.vtt", "WEBVTT\n"), ("a.SRT", "1\n00:00:0"), ("a.json", '{"audio_id"')):
        done = phonex("say", "It cost $3.50.", "--captions", name, *at)
        assert done.code == 0, done.words
        written = Path(name).read_text(encoding="utf-8")
        assert written.startswith(start)
        assert "It cost $3.50." in written
    refused = phonex("say", "Hello.", "--captions", "a.ass", *at)
    assert (refused.code, ".vtt, .srt, .json" in refused.words) == (2, True), refused.words


def test_a_text_comes_from_a_file_or_standard_input(
    phonex: Phonex, http: HttpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = ("--server", http.url, "--format", "flac")
    Path("text.txt").write_text("\ufeffA text with a mark in front: ¿qué?", encoding="utf-8")
    for arguments in (("--file", "text.txt"), ("-",), ()):
        with Path("text.txt").open() as standard:
            monkeypatch.setattr(sys, "stdin", standard)
            done = phonex("say", *arguments, "-o", "a.wav", *at)
        assert done.code == 0, done.words
        assert Path("a.wav").read_bytes().startswith(b"fLaC")
    twice = phonex("say", "Hi.", "--file", "text.txt", *at)
    assert (twice.code, "not both" in twice.words) == (2, True)
    Path("text.txt").write_bytes(b"caf\xe9")
    latin = phonex("say", "--file", "text.txt", *at)
    assert (latin.code, "not UTF-8" in latin.words) == (2, True)


def test_read_shows_how_a_text_will_be_said(phonex: Phonex, http: HttpServer) -> None:
    done = phonex("read", "It cost $3.50 ☘.", "--server", http.url)
    assert done.code == 0, done.words
    assert "three dollars fifty cents" in done.out
    assert "$3.50" in done.out
    assert "not spoken: ☘" in done.err
    answer = json.loads(phonex("read", "10€", "--json", "--server", http.url).out)
    assert [word["said"] for word in answer["words"]] == ["ten", "euros"]


def test_audio_goes_to_standard_output_alone(http: HttpServer) -> None:
    command = (sys.executable, "-m", "serve_app.cli.main", "say", "Hello.", "-o", "-")
    done = subprocess.run([*command, "--server", http.url], capture_output=True, check=True)
    assert done.stdout.startswith(b"RIFF")
    assert b"s of audio" in done.stderr


PLAYER = """
import sys
with open(sys.argv[1], "wb") as heard:
    heard.write(sys.stdin.buffer.read())
"""


def test_audio_is_played_while_it_is_made(
    phonex: Phonex, http: HttpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("player.py").write_text(PLAYER)
    monkeypatch.setenv("PHONEX_PLAYER", f"{sys.executable} player.py heard.wav")
    done = phonex("say", "Hello there.", "--play", "--server", http.url)
    assert done.code == 0, done.words
    heard = Path("heard.wav").read_bytes()
    assert heard[4:8] == b"\xff" * 4
    assert len(heard) > 1000
    assert "played" in done.words
    assert not Path("out.wav").exists()
    monkeypatch.setenv("PHONEX_PLAYER", "false")
    assert phonex("say", "Hello there.", "--play", "--server", http.url).code != 0
    monkeypatch.setenv("PHONEX_PLAYER", "no-such-player")
    missing = phonex("say", "Hello there.", "--play", "--server", http.url)
    assert "cannot be started" in missing.words
    monkeypatch.delenv("PHONEX_PLAYER")
    monkeypatch.setenv("PATH", "")
    nothing = phonex("say", "Hello there.", "--play", "--server", http.url)
    assert "PHONEX_PLAYER" in nothing.words


def test_a_pipe_gets_it_as_it_comes_and_a_file_with_its_length(
    http: HttpServer, tmp_path: Path
) -> None:
    say = (
        sys.executable,
        "-m",
        "serve_app.cli.main",
        "say",
        "Hello there.",
        "--seed",
        "3",
        "-o",
        "-",
    )
    command = [*say, "--server", http.url, "--seed", "1"]
    piped = subprocess.run(command, capture_output=True, check=True).stdout
    target = tmp_path / "redirected.wav"
    with target.open("wb") as file:
        subprocess.run(command, stdout=file, stderr=subprocess.DEVNULL, check=True)
    redirected = target.read_bytes()
    assert piped[44:] == redirected[44:]
    assert piped[4:8] == b"\xff" * 4
    assert int.from_bytes(redirected[4:8], "little") == len(redirected) - 8


def test_the_certificate_that_it_makes_is_what_the_settings_take(
    phonex: Phonex, tmp_path: Path
) -> None:
    pytest.importorskip("c2pa", reason="install the extra `provenance`")
    folder = tmp_path / "made"
    made = phonex("provenance", "init", "--folder", str(folder), "--organization", "Example")
    assert made.code == 0, made.err
    assert str(folder / "authority.pem") in made.err
    check_files(
        ProvenanceSettings(
            certificate_file=folder / "certificate.pem",
            private_key_file=folder / "private-key.pem",
        )
    )
    assert phonex("provenance", "init", "--folder", str(folder)).code == 1


def test_a_proxy_of_the_environment_is_not_asked_for_this_machine(
    phonex: Phonex, http: HttpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert phonex("voices", "list", "--server", http.url).code == 0
    found = {one.subject: one for one in doctor.examine(Settings(), "127.0.0.1", free_port())}
    assert found["proxy"].state == "ok"
    assert "http_proxy" in found["proxy"].detail


def test_the_release_is_told(phonex: Phonex) -> None:
    assert phonex("--version").out == f"phonex {version(DISTRIBUTION)}\n"


def test_the_server_can_be_named_in_the_environment(
    phonex: Phonex, http: HttpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PHONEX_SERVER", http.url + "/")
    assert phonex("say", "Hello there.").code == 0
    assert Path("out.wav").exists()


def test_a_voice_from_its_recording_to_its_removal(phonex: Phonex, http: HttpServer) -> None:
    Path("me.wav").write_bytes(recording())
    at = ("--server", http.url)
    added = phonex("voices", "add", "John Doe", "me.wav", "me.wav", "--consent", *at)
    assert added.code == 0, added.words
    assert added.out == "john_doe\n"  # for scripts; the rest goes to standard error
    assert "s of speech heard" in added.err
    assert "john_doe" in phonex("voices", "list", *at).out
    with httpx.Client(base_url=http.url) as client:
        assert client.get("/voice/john_doe").json()["consent"] is True
    assert phonex("clone", "Hello.", "--voice", "John Doe", "-o", "c.wav", *at).code == 0
    assert Path("c.wav").read_bytes().startswith(b"RIFF")
    assert phonex("voices", "remove", "john_doe", *at).code == 0
    gone = phonex("voices", "remove", "john_doe", *at)
    assert gone.code == 1
    assert "There is no such voice" in gone.words


def test_names_that_look_like_markup_are_shown_as_they_are(
    phonex: Phonex, http: HttpServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    Path("me.wav").write_bytes(recording())
    refused = phonex("voices", "add", "[/b]", "me.wav", "--server", http.url)
    assert (refused.code, "letters, digits" in refused.words) == (1, True), refused.words

    def ready(_: object, on_state: Callable[[str], None]) -> int:
        on_state("ready")
        return 0

    monkeypatch.setattr(supervisor, "supervise", ready)
    data = tmp_path / "[" / "b]"
    served = phonex("serve", "--port", str(free_port()), "--data-dir", str(data))
    assert served.code == 0
    assert f"audio in {data}" in served.words


def test_a_voice_moves_in_a_file(phonex: Phonex, http: HttpServer) -> None:
    Path("me.wav").write_bytes(recording())
    at = ("--server", http.url)
    assert phonex("voices", "add", "Uncle Bob", "me.wav", "--consent", *at).code == 0
    done = phonex("voices", "export", "Uncle Bob", *at)
    assert done.code == 0, done.words
    file = Path("uncle_bob.voice")
    assert file.stat().st_mode & 0o077 == 0
    assert phonex("voices", "export", "uncle_bob", "-o", "b.voice", *at).code == 0
    assert Path("b.voice").stat().st_size == file.stat().st_size
    Path("[").mkdir()
    tagged = Path("[/b].voice")  # a tag that nothing opened, to who takes it for markup
    tagged.touch(0o644)
    shown = phonex("voices", "export", "uncle_bob", "-o", str(tagged), *at)
    assert (shown.code, str(tagged) in shown.words) == (0, True), shown.words
    assert tagged.stat().st_mode & 0o077 == 0  # though it was there, for everybody
    taken = phonex("voices", "import", str(file), *at)
    assert (taken.code, "choose another name" in taken.words) == (1, True)
    brought = phonex("voices", "import", str(file), "--name", "Robert", *at)
    assert (brought.code, brought.out) == (0, "robert\n"), brought.words
    assert phonex("clone", "Hello.", "--voice", "robert", *at).code == 0
    assert phonex("voices", "remove", "uncle_bob", *at).code == 0
    assert phonex("voices", "import", str(file), *at).out == "uncle_bob\n"
    for voice in ("uncle_bob", "robert"):
        assert phonex("voices", "remove", voice, *at).code == 0
    gone = phonex("voices", "export", "robert", *at)
    assert (gone.code, "There is no such voice" in gone.words) == (1, True)
    local = phonex("voices", "import", str(file), "--owner", "ada", *at)
    assert (local.code, "--owner" in local.words) == (1, True)
    file.write_bytes(file.read_bytes()[:-1] + b"!")
    damaged = phonex("voices", "import", str(file), *at)
    assert (damaged.code, "damaged" in damaged.words) == (1, True)


def test_jobs_are_listed_shown_and_cancelled(phonex: Phonex, http: HttpServer) -> None:
    at = ("--server", http.url)
    with httpx.Client(base_url=http.url) as client:
        ids = [client.post("/tts", json={"text": "Hello."}).json()["job_id"] for _ in range(3)]
    first = phonex("jobs", "list", "--kind", "tts", "--limit", "2", *at)
    assert [ids[2] in first.out, ids[1] in first.out, ids[0] in first.out] == [True, True, False]
    assert f"--before {ids[1]}" in first.words
    assert ids[0] in phonex("jobs", "list", "--before", ids[1], *at).out
    assert json.loads(phonex("jobs", "show", ids[0], *at).out)["kind"] == "tts"
    assert "deleted" in phonex("jobs", "cancel", ids[0], *at).words
    gone = phonex("jobs", "show", ids[0], *at)
    assert (gone.code, "No job has the id" in gone.words) == (1, True)
    assert phonex("jobs", "list", "--state", "nonsense", *at).code == 1


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("say", "Hi.", "--language", "xx"), "not served. Served: EN"),
        (("say", "Hi.", "--speed", "9"), "less than or equal to 2"),
        (("say", "..."), "no letter, digit"),
        (("say", "Hi.", "-o", "a.exe"), "format"),
        (("clone", "Hi.", "--voice", "nobody"), "No voice has the id 'nobody'"),
        (("voices", "add", "-x", "me.wav"), ""),
        (("voices", "add", "me", "text.wav"), "format is not accepted"),
    ],
)
def test_a_refusal_is_shown_in_words(
    phonex: Phonex, http: HttpServer, arguments: tuple[str, ...], sentence: str
) -> None:
    Path("text.wav").write_text("no recording at all")
    failed = phonex(*arguments, "--server", http.url)
    assert failed.code != 0
    assert sentence in failed.words


@pytest.mark.parametrize("command", [("say", "Hi."), ("voices", "list"), ("voices", "remove", "a")])
def test_without_a_server_it_says_how_to_start_one(
    phonex: Phonex, command: tuple[str, ...]
) -> None:
    with busy_port() as closed:
        port = closed.getsockname()[1]
    failed = phonex(*command, "--server", f"http://127.0.0.1:{port}")
    assert failed.code == 1
    assert "no Phonex answers at" in failed.words
    assert "phonex serve" in failed.words


@pytest.mark.parametrize("url", ["nonsense", "ftp://x", "http://[bad", "http://a b"])
def test_an_url_that_is_none_is_told(phonex: Phonex, url: str) -> None:
    failed = phonex("voices", "list", "--server", url)
    assert failed.code == 1
    assert url in failed.words


@pytest.mark.parametrize("content", [b"<html>a router's page</html>", b"[]", b"{}"])
def test_another_server_is_not_taken_for_ours(
    phonex: Phonex, content: bytes, tmp_path: Path
) -> None:
    with StaticServer(content) as other:
        for command in (("voices", "list"), ("say", "Hi.")):
            failed = phonex(*command, "--server", other.url)
            assert failed.code == 1
            assert "phonex:" in failed.err
            assert other.url in failed.words


def test_what_a_server_says_is_shown_and_not_obeyed(
    phonex: Phonex, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise ClientError("one\x1b[2J \x9b31m\u202etwo")

    monkeypatch.setattr("serve_app.cli.voices.Client", refuse)
    failed = phonex("voices", "list")
    assert failed.code == 1
    assert not any(one in failed.err for one in "\x1b\x9b\u202e")
    assert "two" in failed.err


def test_a_file_that_cannot_be_written_is_told(phonex: Phonex, http: HttpServer) -> None:
    failed = phonex("say", "Hello.", "-o", "no/such/folder/a.wav", "--server", http.url)
    assert failed.code == 1
    assert "no/such/folder" in failed.words


def test_a_recording_that_is_not_there_is_told(phonex: Phonex, http: HttpServer) -> None:
    failed = phonex("voices", "add", "me", "nothing.wav", "--server", http.url)
    assert failed.code == 2
    assert "nothing.wav" in failed.words


def test_serve_says_what_stands_in_its_way(
    phonex: Phonex, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(supervisor, "supervise", lambda *_: pytest.fail("it was started"))
    data = ("--data-dir", str(tmp_path / "data"))
    with busy_port() as taken:
        busy = phonex("serve", "--port", str(taken.getsockname()[1]), *data)
        assert busy.code == 1
        assert "is in use" in busy.words
    assert phonex("serve", "--port", "99999", *data).code != 0
    document = {"applications": [{"import_path": "x", "args": {"jobs": {"lease": 1}}}]}
    Path("serve_config.yaml").write_text(yaml.safe_dump(document))
    unknown = phonex("serve", *data)  # the file in the working folder is taken
    assert unknown.code == 1
    assert "args.jobs.lease: unknown setting" in unknown.words
    missing = phonex("serve", "--config", "nothing.yaml", *data)
    assert (missing.code, "cannot read nothing.yaml" in missing.words) == (1, True)
    profile = phonex("serve", "--profile", "gpuu", *data)
    assert (profile.code, "gpuu" in profile.words) == (1, True)


def test_serve_leaves_the_data_folder_of_another_service_alone(
    phonex: Phonex, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(supervisor, "supervise", lambda *_: pytest.fail("it was started"))
    port = ("--port", str(free_port()))
    with claim(tmp_path, "http://127.0.0.1:1"):
        second = phonex("serve", *port, "--data-dir", str(tmp_path))
    assert second.code == 1
    assert "another service uses the data folder" in second.words
    (tmp_path / "file").touch()
    unusable = phonex("serve", *port, "--data-dir", str(tmp_path / "file"))
    assert (unusable.code, "it is no folder" in unusable.words) == (1, True)
    assert "file is a file" in phonex_doctor(phonex, monkeypatch, tmp_path / "file")
    (tmp_path / "phonex.db").write_text("a diary")
    foreign = phonex("serve", *port, "--data-dir", str(tmp_path))
    assert (foreign.code, "is not an SQLite database" in foreign.words) == (1, True)


def test_a_restore_says_what_will_act_and_leaves_it_out_when_told(
    phonex: Phonex, tmp_path: Path
) -> None:
    data, backup = str(tmp_path / "data"), str(tmp_path / "one")
    assert phonex("keys", "add", "mallory", "--data-dir", data).code == 0
    assert phonex("backup", backup, "--data-dir", data).code == 0
    told = phonex("restore", backup, "--data-dir", str(tmp_path / "all")).words
    for words in ("API keys that open it: 1, of mallory", "--without-keys"):
        assert words in told
    without = phonex("restore", backup, "--data-dir", str(tmp_path / "none"), "--without-keys")
    assert "mallory" not in without.words
    assert "refuses everybody until you add one" in without.words


def test_a_restore_beside_a_service_that_no_supervisor_started_is_refused(
    phonex: Phonex, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(claim_module, "PATIENCE_S", 0.0)
    backup, data = str(tmp_path / "one"), tmp_path / "data"
    assert phonex("keys", "add", "ada", "--data-dir", str(tmp_path / "other")).code == 0
    assert phonex("backup", backup, "--data-dir", str(tmp_path / "other")).code == 0
    with share(data, "application 'phonex'"):
        for command in (("restore", backup), ("serve", "--port", str(free_port()))):
            refused = phonex(*command, "--data-dir", str(data))
            assert refused.code == 1
            assert f"another service uses the data folder {data}" in refused.words
    assert not (data / "phonex.db").exists()


def phonex_doctor(phonex: Phonex, monkeypatch: pytest.MonkeyPatch, data_dir: Path) -> str:
    monkeypatch.setenv("COLUMNS", "250")
    monkeypatch.setenv("PHONEX_DATA_DIR", str(data_dir))
    return phonex("doctor").words


def test_serve_names_the_engine_to_install(
    phonex: Phonex, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(supervisor, "supervise", lambda *_: pytest.fail("it was started"))
    hide(monkeypatch, "espeakng_loader", "pyworld")
    failed = phonex("serve", "--data-dir", str(tmp_path / "data"))
    assert failed.code == 1
    assert "no engine can be used here" in failed.words
    assert install_hint("embedded") in failed.words


def test_serve_runs_what_was_asked_and_ends_as_it_did(
    phonex: Phonex, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with busy_port() as closed:
        port = closed.getsockname()[1]
    served: list[dict[str, Any]] = []

    def supervise(document: dict[str, Any], on_state: Callable[[str], None]) -> int:
        served.append(document)
        for state in ("starting", "ready", "restarting: it died", "starting"):
            on_state(state)
        return node.EXIT_FAILED_TO_DEPLOY if len(served) > 1 else 0

    monkeypatch.setattr(supervisor, "supervise", supervise)
    options = ("--port", str(port), "--data-dir", str(tmp_path / "data"))
    done = phonex("serve", *options)
    assert done.code == 0
    assert served[0]["http_options"]["port"] == port
    assert served[0]["applications"][0]["args"]["data_dir"] == str(tmp_path / "data")
    assert f"--server http://127.0.0.1:{port}" in done.words
    assert "restarting: it died" in done.words
    failed = phonex("serve", *options)
    assert failed.code == node.EXIT_FAILED_TO_DEPLOY
    assert "did not start" in failed.words


def hide(monkeypatch: pytest.MonkeyPatch, *modules: str) -> None:
    """As if these were not installed."""
    find_spec = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name in modules else find_spec(name)
    )


def test_doctor_says_what_to_install(
    phonex: Phonex, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("COLUMNS", "250")
    monkeypatch.setenv("PHONEX_DATA_DIR", str(tmp_path))
    hide(monkeypatch, "pyworld", "psycopg", "boto3")
    found = phonex("doctor")
    assert found.code == 1
    assert "lacks pyworld" in found.words
    assert install_hint("embedded") in found.words
    assert "not configured, not installed" in found.words  # extras that nobody asked for
    needy = phonex("doctor", "--profile", "cluster")
    for extra in ("postgres", "s3"):
        assert install_hint(extra) in needy.words


def test_doctor_is_content_where_all_is_there(
    phonex: Phonex, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("COLUMNS", "250")
    monkeypatch.setenv("PHONEX_DATA_DIR", str(tmp_path / "not" / "yet" / "there"))
    found = phonex("doctor")
    assert found.code == 0, found.out
    assert "engine embedded" in found.words
    assert not (tmp_path / "not").exists()  # it looks, and makes nothing


def test_doctor_reads_the_lexicon(tmp_path: Path) -> None:
    def lexicon(words: object) -> doctor.Finding:
        settings = Settings.model_validate(
            {"data_dir": tmp_path, "engine": "embedded", "lexicon": words}
        )
        found = doctor.examine(settings, "127.0.0.1", free_port())
        return next(one for one in found if one.subject == "lexicon")

    assert lexicon({}).state == "ok"
    assert lexicon({"EN": {"GIF": "JH IH1 F"}}).detail == "1 words"
    bad = lexicon({"EN": {"GIF": "JH IH1 QQ"}})
    assert bad.state == "missing"
    assert "'GIF'" in bad.detail
    assert "'QQ'" in bad.detail
    file = tmp_path / "lexicon.yaml"
    assert "cannot be read" in lexicon(str(file)).detail
    file.write_text("EN: {GIF: 3}")
    assert "EN.GIF" in lexicon(str(file)).detail
    file.write_text("EN: {GIF: JH IH1 F, nginx: EH1 N}")
    assert lexicon(str(file)).detail == "2 words"


def test_doctor_knows_the_neural_engine(
    tmp_path: Path, models_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def examine(**neural: object) -> dict[str, doctor.Finding]:
        section = {"models_dir": models_dir, **neural}
        settings = Settings.model_validate({"data_dir": tmp_path, "neural": section})
        return {one.subject: one for one in doctor.examine(settings, "127.0.0.1", free_port())}

    random = examine(allow_random_weights=True)
    assert random["engine"].detail == "neural"
    assert "random weights" in random["engine neural"].detail
    assert random["engine neural lacks"].advice == "phonex models pull KR"
    assert random["text EN"].state == "ok"
    with monkeypatch.context() as patched:
        patched.setattr("engines.reading.missing_packages", lambda language: ["no_such"])
        lacking = examine(allow_random_weights=True)["text EN"]
        assert (lacking.detail, lacking.advice) == ("lacks no-such", install_hint("text"))
    refused = examine()
    assert refused["engine"].detail == "embedded"
    assert refused["engine neural"].state == "warning"
    assert "phonex models pull" in refused["engine neural"].advice
    nothing = examine(models_dir=tmp_path)["engine neural"]
    assert "OpenVoiceV2" in nothing.detail


def test_doctor_tells_a_full_disk_and_a_busy_port(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    settings = Settings(data_dir=tmp_path, jobs=JobSettings(min_free_bytes=2**60))
    with busy_port() as taken:
        port = taken.getsockname()[1]
        findings = {
            finding.subject: finding for finding in doctor.examine(settings, "127.0.0.1", port)
        }
    assert findings["disk"].state == "missing"
    assert findings["port"].state == "warning"


def test_a_data_folder_that_models_are_the_first_in_is_its_owners(
    phonex: Phonex, tmp_path: Path
) -> None:
    pytest.importorskip("torch", reason="random weights are written by torch")
    options = ("--size", "tiny", "--no-bert", "--data-dir", str(tmp_path / "a" / "data"))
    done = phonex("models", "random", "EN", *options)
    assert done.code == 0, done.words
    assert (tmp_path / "a" / "data" / "models").is_dir()
    assert (tmp_path / "a" / "data").stat().st_mode & 0o077 == 0
