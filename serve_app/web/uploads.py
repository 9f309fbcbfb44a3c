"""Uploaded files: read in a thread, never trusted by name or declared type."""

from __future__ import annotations

from fastapi import UploadFile

from serve_app.errors import UnsupportedMediaType
from serve_app.threads import Threads

# Declared types that cannot be a recording. Others are decided by the bytes: clients send
# application/octet-stream, video/webm and worse for perfectly good recordings.
REFUSED_PREFIXES = ("text/", "image/", "font/", "multipart/", "message/", "model/")
REFUSED_TYPES = {"application/json", "application/pdf", "application/zip", "application/xml"}


async def read_upload(upload: UploadFile, threads: Threads, field: str = "voice_sample") -> bytes:
    """The bytes of an uploaded recording.

    Args:
        field: what the request calls it.
    Raises:
        UnsupportedMediaType: its declared type is that of something else.
    """
    declared = (upload.content_type or "").split(";")[0].strip().lower()
    if declared.startswith(REFUSED_PREFIXES) or declared in REFUSED_TYPES:
        raise UnsupportedMediaType(
            f"{field} must be a recording, not {declared!r}. "
            "Accepted: wav, mp3, flac, ogg, opus, m4a, aac, webm."
        )
    return await threads.io(upload.file.read)
