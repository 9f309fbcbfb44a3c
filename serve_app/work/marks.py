"""The mark of this deployment: which signs go into whose audio, and whose a recording is.

What a mark spells follows from the secret and from what makes the audio, its seed above all. So the
same request with the same seed has the same bytes, in whatever job, stream or replica; and what is
spelled says nothing to who does not know the secret.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
from dataclasses import asdict
from pathlib import Path
from typing import Any

from config.settings import ProvenanceSettings
from engines.watermark.marker import Marker
from engines.watermark.pattern import PAYLOAD_BITS, pattern_of
from serve_app.store.marks import SECRET_BYTES
from serve_app.store.records import Records
from serve_app.store.values import Json
from serve_app.work import manifests
from serve_app.work.manifests import Manifests, open_manifests
from serve_app.work.orders import SpeechOrder

logger = logging.getLogger(__name__)

TECHNIQUE = "phonex-spread-spectrum-1"
SECRET_NAME = "watermark"  # noqa: S105  of the secret


class WeakSecret(Exception):
    """The file that is to hold the secret of the mark holds too little."""


class Marks:
    """Makes and finds the marks of one secret.

    Args:
        put_in: whether speech is marked. Marks are found either way.
        signs: what signs files, where they are signed.
    """

    def __init__(
        self, secret: bytes, *, put_in: bool = True, signs: Manifests | None = None
    ) -> None:
        self.secret = secret
        self.put_in = put_in
        self.manifests = signs or Manifests()

    def marker(self, order: SpeechOrder, sample_rate: int) -> Marker | None:
        """What marks the audio of an order; None where speech is not marked."""
        payload = self.payload(order)
        if payload is None:
            return None
        return Marker(pattern_of(self.secret).signs(payload), sample_rate)

    def payload(self, order: SpeechOrder) -> int | None:
        """What the mark in an order's audio spells: neither its format nor its owner plays a part,
        for the samples do not depend on them."""
        if not self.put_in:
            return None
        spoken: list[Any] = [
            *(order.parts, order.language, order.speaker, order.speed, order.pitch),
            *(order.seed, sorted(order.pronunciations.items()), order.embedding),
        ]
        if order.staging is not None:
            spoken.append(asdict(order.staging))
        digest = hmac.digest(self.secret, json.dumps(spoken).encode(), hashlib.sha256)
        return int.from_bytes(digest[: PAYLOAD_BITS // 8], "big")

    def report(self, *, signed: bool) -> Json:
        """What a job's record says of its audio."""
        return {
            "watermark": TECHNIQUE if self.put_in else None,
            "manifest": manifests.TECHNIQUE if signed else None,
        }


def open_marks(settings: ProvenanceSettings, records: Records) -> Marks:
    """The marks of the deployment whose records these are. Blocks.

    Raises:
        WeakSecret, OSError: of the file that the settings name.
        ManifestsUnusable: files are to be signed, and cannot be.
    """
    if settings.secret_file:
        secret = _read_secret(settings.secret_file)
    else:
        secret = records.keep_secret(SECRET_NAME)
    if not settings.watermark:
        logger.warning(
            "speech is not marked as generated: provenance.watermark is off, and what the law asks "
            "of generated speech is up to you"
        )
    return Marks(secret, put_in=settings.watermark, signs=open_manifests(settings))


def check_files(settings: ProvenanceSettings) -> None:
    """Find the files that the settings name usable, before anything starts. Blocks.

    Raises: as `open_marks`.
    """
    if settings.secret_file:
        _read_secret(settings.secret_file)
    open_manifests(settings)


def _read_secret(path: Path) -> bytes:
    secret = path.read_bytes().strip()
    if len(secret) < SECRET_BYTES:
        raise WeakSecret(
            f"{path} has {len(secret)} bytes: a secret has at least {SECRET_BYTES}, such as those "
            "of `openssl rand -hex 32`"
        )
    return secret
