"""Signed metadata (C2PA): a file says in itself that it was generated, and by whom.

What is signed covers the whole file, so it is made when a file is stored, and a stream has none.
`c2pa-python` (the extra `provenance`) reads and writes it; nothing of it is asked of the network.
"""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from importlib.metadata import version
from typing import IO, TYPE_CHECKING, Any, Literal

import numpy as np

from config.installing import DISTRIBUTION
from config.settings import ProvenanceSettings
from engines.audio.encode import encode
from engines.base import Waveform
from serve_app.work.orders import SpeechOrder

if TYPE_CHECKING:
    import c2pa

TECHNIQUE = "c2pa"
MEDIA_TYPES = {"wav": "audio/wav", "mp3": "audio/mpeg", "flac": "audio/flac"}  # that can hold one
GENERATED = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"

BOOK = "audio/mp4"

State = Literal["trusted", "valid", "invalid"]


class ManifestsUnusable(Exception):
    """Files are to be signed and cannot be: what is missing, in a sentence."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the signed metadata of a file says."""

    state: State  # trusted: signed with this service's certificate's authority, and unchanged
    signer: str | None
    generator: str | None  # the program that wrote it
    generated: bool  # it says that it was made by a machine


class Manifests:
    """Signs files, and reads what they are signed with.

    Args:
        signer: None where nothing is signed.
        context: of the library, without any request to the network; None without the library.
    """

    def __init__(
        self, context: c2pa.Context | None = None, signer: c2pa.Signer | None = None
    ) -> None:
        self._context = context
        self._signer = signer

    def covers(self, order: SpeechOrder) -> bool:
        """Whether an order's file is signed. A stream is not: its bytes are given out before there
        is anything to sign, and the file is the same bytes."""
        return self._signer is not None and not order.stream and order.format in MEDIA_TYPES

    def sign(self, audio_format: str, file: bytes) -> bytes:
        """The same audio in a file that is signed. Takes milliseconds; a request where a time stamp
        authority is set.

        Raises:
            ValueError: it cannot be signed: an expired certificate, no answer of the authority.
        """
        signed = io.BytesIO()
        self._sign(MEDIA_TYPES[audio_format], io.BytesIO(file), signed)
        return signed.getvalue()

    def sign_book(self, book: IO[bytes], signed: IO[bytes]) -> bool:
        """The same for an M4B, from one file into another; whether it was signed. Blocks.

        Raises:
            ValueError: as `sign` does.
        """
        if self._signer is not None:
            self._sign(BOOK, book, signed)
        return self._signer is not None

    def _sign(self, media_type: str, file: IO[bytes], signed: IO[bytes]) -> None:
        import c2pa

        if self._signer is None:
            raise ValueError("there is no certificate to sign with")
        try:
            builder = c2pa.Builder(_claim(), self._context)
            builder.sign(self._signer, media_type, file, signed)
        except c2pa.C2paError as error:
            raise ValueError(f"the file could not be signed: {error}") from error

    def read(self, file: bytes) -> Manifest | None:
        """What a file is signed with; None where it is not, is of another kind, or the library is
        not installed."""
        media_type = _media_type(file)
        if self._context is None or media_type is None:
            return None
        import c2pa

        try:
            with c2pa.Reader(media_type, io.BytesIO(file), context=self._context) as reader:
                found = json.loads(reader.json())
        except (c2pa.C2paError, ValueError):
            return None  # nothing there, or nothing that can be read
        return _view(found)


def open_manifests(settings: ProvenanceSettings) -> Manifests:
    """What signs files by these settings. Blocks.

    Raises:
        ManifestsUnusable: a certificate is set, and nothing can be signed with it.
    """
    certificate, key = settings.certificate_file, settings.private_key_file
    try:
        import c2pa
    except ImportError:
        if certificate is None:
            return Manifests()
        raise ManifestsUnusable(
            "provenance.certificate_file is set, and c2pa-python is not installed: install the "
            "extra `provenance`, or unset it"
        ) from None
    if certificate is None or key is None:
        return Manifests(_context(c2pa))
    try:
        chain, secret = certificate.read_bytes(), key.read_bytes()
    except OSError as error:
        raise ManifestsUnusable(
            f"files are to be signed, and {error.filename}: {error.strerror}"
        ) from error
    manifests = Manifests(_context(c2pa, chain), _signer(c2pa, settings, chain, secret))
    _try(manifests)
    return manifests


def _context(c2pa: Any, chain: bytes = b"") -> Any:
    """Whoever the own certificate's authority vouches for is trusted, and no address in a file is
    ever asked for anything."""
    settings: dict[str, Any] = {"verify": {"remote_manifest_fetch": False, "ocsp_fetch": False}}
    if chain:
        last = chain.decode("ascii", "replace").rpartition("-----BEGIN CERTIFICATE-----")
        settings["trust"] = {"user_anchors": last[1] + last[2]}
    return c2pa.Context.from_dict(settings)


def _signer(c2pa: Any, settings: ProvenanceSettings, chain: bytes, secret: bytes) -> Any:
    algorithm = settings.signing_algorithm.encode()
    authority = settings.time_stamp_url.encode() if settings.time_stamp_url else None
    info = c2pa.C2paSignerInfo(algorithm, chain, secret, authority)
    try:
        return c2pa.Signer.from_info(info)
    except c2pa.C2paError as error:
        raise ManifestsUnusable(
            f"{settings.certificate_file} and {settings.private_key_file} cannot sign with "
            f"{settings.signing_algorithm}: {error}"
        ) from error


def _try(manifests: Manifests) -> None:
    """Sign a tenth of a second of silence: better refused at the start than with every job."""
    silence = encode(Waveform(np.zeros(1_600, np.float32), 16_000), "wav")
    try:
        found = manifests.read(manifests.sign("wav", silence))
    except ValueError as error:
        raise ManifestsUnusable(f"the certificate is of no use: {error}") from error
    if found is None or found.state == "invalid":
        raise ManifestsUnusable("what is signed with the certificate is not valid")


def _claim() -> dict[str, Any]:
    action = {"action": "c2pa.created", "digitalSourceType": GENERATED}
    return {
        "claim_generator_info": [{"name": "Phonex", "version": version(DISTRIBUTION)}],
        "title": "Generated speech",
        "assertions": [{"label": "c2pa.actions", "data": {"actions": [action]}}],
    }


def _media_type(file: bytes) -> str | None:
    """By how a file begins; both MP3 and FLAC have their manifest in an ID3 tag before them."""
    if file[:4] == b"RIFF" and file[8:12] == b"WAVE":
        return MEDIA_TYPES["wav"]
    if file[4:8] == b"ftyp":
        return BOOK
    if file[:3] != b"ID3" or len(file) < 10:
        return None
    size = 0
    for byte in file[6:10]:
        size = size << 7 | byte & 0x7F
    return MEDIA_TYPES["flac" if file[10 + size : 14 + size] == b"fLaC" else "mp3"]


def _view(found: dict[str, Any]) -> Manifest | None:
    manifest = found.get("manifests", {}).get(found.get("active_manifest"))
    if not isinstance(manifest, dict):
        return None
    states: dict[str, State] = {"Trusted": "trusted", "Valid": "valid"}
    signature = manifest.get("signature_info") or {}
    programs = manifest.get("claim_generator_info") or [{}]
    actions = [
        action
        for assertion in manifest.get("assertions", [])
        if str(assertion.get("label", "")).startswith("c2pa.actions")
        for action in assertion.get("data", {}).get("actions", [])
    ]
    return Manifest(
        states.get(found.get("validation_state", ""), "invalid"),
        _short(signature.get("issuer")),
        _short(programs[0].get("name")),
        any(one.get("digitalSourceType") == GENERATED for one in actions),
    )


def _short(text: object) -> str | None:
    """What a stranger wrote into a file, in no more than a line, and nothing that a terminal or a
    page would obey instead of showing it."""
    visible = (one for one in str(text or "") if one.isprintable() or one.isspace())
    return " ".join("".join(visible).split())[:200] or None
