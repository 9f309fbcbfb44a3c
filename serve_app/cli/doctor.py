"""What is there, what is missing, and what to do about it."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from config.installing import install_hint
from config.lexicon import read_lexicon
from config.settings import Settings
from engines.errors import EngineError
from serve_app.host.supervisor import address_of, answers, port_fault, url_of

MIB = 2**20
GIB = 2**30
PROXY_VARIABLES = (
    *("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"),
)


State = Literal["ok", "warning", "missing"]


@dataclass(frozen=True, slots=True)
class Finding:
    subject: str
    state: State
    detail: str
    advice: str = ""


def examine(settings: Settings, host: str, port: int) -> Iterator[Finding]:
    """Look at everything a service with these settings needs."""
    yield _python()
    yield from _engines(settings)
    yield from _languages(settings)
    yield _lexicon(settings)
    yield _sqlite()
    yield _extra("postgres", "psycopg", "PostgreSQL records", settings.database_url is not None)
    yield _extra("s3", "boto3", "S3 blobs", settings.blob_url is not None)
    yield _data_dir(settings.data_dir)
    yield _free_disk(settings.data_dir, settings.jobs.min_free_bytes)
    yield _shared_memory()
    yield _port(host, port)
    yield _proxy()


def _python() -> Finding:
    version = ".".join(str(part) for part in sys.version_info[:3])
    if (3, 11) <= sys.version_info[:2] <= (3, 13):
        return Finding("Python", "ok", version)
    return Finding("Python", "missing", version, "install Python 3.11, 3.12 or 3.13")


def _engines(settings: Settings) -> Iterator[Finding]:
    from engines.registry import ENGINES, choose, diagnose

    try:
        choice = choose(settings)
        yield Finding("engine", "ok", choice.spec.name, choice.note)
    except EngineError:
        choice = None
        yield Finding("engine", "missing", f"{settings.engine}: none can be used", "see below")
    for engine in diagnose(settings).values():
        subject = f"engine {engine.name}"
        needed = choice is None and settings.engine in (engine.name, "auto")
        if engine.usable:
            sounds = ENGINES[engine.name].sounds
            yield Finding(subject, "ok", f"{engine.found}. {sounds}" if engine.found else sounds)
        else:
            state: State = "missing" if needed else "warning"
            yield Finding(subject, state, f"lacks {', '.join(engine.missing)}", engine.remedy)
        for absent in engine.absent:
            yield Finding(f"{subject} lacks", "warning", absent.what, absent.remedy)


def _languages(settings: Settings) -> Iterator[Finding]:
    """What the front end of each language lacks that has a checkpoint here."""
    from engines.neural.published import BERT, SPEECH
    from engines.reading import missing_packages
    from engines.registry import find_models

    remedies = {one.what: one.remedy for one in find_models(settings).missing}
    for language, repos in SPEECH.items():
        if not any((settings.models_dir / repo).is_dir() for repo in repos):
            continue  # nothing of it was ever pulled: "engine neural lacks" says so
        subject = f"text {language}"
        if packages := missing_packages(language):
            names = " ".join(name.replace("_", "-") for name in packages)
            yield Finding(subject, "warning", f"lacks {names}", install_hint("text"))
        elif (bert := BERT[language]) in remedies:
            yield Finding(subject, "warning", f"lacks the vocabulary of {bert}", remedies[bert])
        else:
            yield Finding(subject, "ok", "its packages and dictionaries are there")


def _lexicon(settings: Settings) -> Finding:
    """Whether every configured word can be said as it is written."""
    from engines.reading.lexicon import check_lexicon
    from engines.reading.rules import text_rules
    from engines.registry import choose

    try:
        lexicon = read_lexicon(settings)
        if not lexicon:
            return Finding("lexicon", "ok", "not configured")
        check_lexicon(lexicon, text_rules(choose(settings).spec.text_rules))
    except (ValueError, EngineError) as error:
        return Finding("lexicon", "missing", str(error), "mend it: see /tts/phones/{language}")
    return Finding("lexicon", "ok", f"{sum(map(len, lexicon.values()))} words")


def _sqlite() -> Finding:
    import apsw

    return Finding("SQLite", "ok", apsw.sqlite_lib_version())


def _extra(extra: str, module: str, subject: str, needed: bool) -> Finding:
    if importlib.util.find_spec(module):
        return Finding(subject, "ok", f"{module} is installed")
    advice = install_hint(extra)
    if needed:
        return Finding(subject, "missing", f"{module} is not installed", advice)
    return Finding(subject, "ok", "not configured, not installed")


def _data_dir(path: Path) -> Finding:
    existing = _existing(path)
    reason = f"cannot be made: {existing} is a file"
    if existing.is_dir():
        try:  # rights alone do not tell: a disk may be full, or only to be read
            with tempfile.TemporaryFile(dir=existing) as file:
                file.write(b"phonex")
        except OSError as error:
            reason = f"cannot be written: {(error.strerror or 'no such place').lower()}"
        else:
            return Finding("data folder", "ok", str(path))
    advice = "pass --data-dir or set its rights"
    return Finding("data folder", "missing", f"{path} {reason}", advice)


def _existing(path: Path) -> Path:
    """What there is of a path that we may see."""
    for folder in (path, *path.parents):
        with contextlib.suppress(PermissionError):
            if folder.exists():
                return folder
    return Path(path.anchor or ".")


def _free_disk(path: Path, least: int) -> Finding:
    existing = _existing(path)
    free = shutil.disk_usage(existing).free
    detail = f"{free / GIB:.1f} GiB free"
    if free < least:
        return Finding("disk", "missing", detail, f"free at least {least / MIB:.0f} MiB")
    return Finding("disk", "warning" if free < 4 * least else "ok", detail)


def _shared_memory() -> Finding:
    folder = Path("/dev/shm")  # noqa: S108  Ray's object store lives there on Linux
    if not folder.exists():
        return Finding("shared memory", "ok", "not used on this system")
    free = shutil.disk_usage(folder).free
    detail = f"{free / GIB:.1f} GiB in {folder}"
    if free < 2 * GIB:
        return Finding(
            "shared memory",
            "warning",
            detail,
            "Ray falls back to disk, slowly: in a container pass --shm-size=2g",
        )
    return Finding("shared memory", "ok", detail)


def _port(host: str, port: int) -> Finding:
    where = address_of(host, port)
    fault = port_fault(host, port)
    if fault is None:
        return Finding("port", "ok", f"{where} is free")
    if answers(f"{url_of(host, port)}/healthz"):
        return Finding("port", "ok", f"a service runs at {where}")
    advice = "pass --port or --host, or stop what runs there"
    return Finding("port", "warning", f"nothing can listen on {where}: {fault}", advice)


def _proxy() -> Finding:
    """Proxies of the environment are for what is elsewhere; some clients ask them for loopback."""
    names = [name for name in PROXY_VARIABLES if os.environ.get(name)]
    if not names:
        return Finding("proxy", "ok", "none in the environment")
    detail = f"{', '.join(names)} in the environment; Phonex asks this machine past it"
    if "127.0.0.1" in os.environ.get("no_proxy", os.environ.get("NO_PROXY", "")):
        return Finding("proxy", "ok", detail)
    advice = "for other clients: no_proxy=localhost,127.0.0.1,::1"
    return Finding("proxy", "ok", detail, advice)
