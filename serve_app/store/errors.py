"""What can go wrong in the store, named by cause.

Every error carries one message that may be shown and logged: no passwords, and where a person
can do something about it, what to do. One positional argument keeps them picklable.
"""

from __future__ import annotations

from typing import Literal


class StoreError(Exception):
    """The family of all errors of records, blobs and stored embeddings."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class StoreUnavailable(StoreError):
    """The database or the blob store cannot be used, now or as it is configured."""


class StorageFull(StoreError):
    """No room to write; what was being written is not kept."""


class BlobNotFound(StoreError):
    """No blob has this key."""


class InvalidBlobKey(StoreError, ValueError):
    """Not a key: a traversal, a character outside the pattern, or a link out of the store."""


class InvalidText(StoreError, ValueError):
    """A text no database can keep: a NUL character or a lone surrogate."""


class UnreadableEmbedding(StoreError):
    """The bytes are not an embedding: truncated, of another format, or hostile."""


class IdempotencyConflict(StoreError):
    """The idempotency key was used before, for another request."""


class ItemTaken(StoreError):
    """The item of a batch that was to become a job is one already, or was cancelled."""


class TooManyBatches(StoreError):
    """The owner has as many unfinished batches as it may."""


class VoiceNameTaken(StoreError):
    """The owner has a voice of this name."""


class QuotaExceeded(StoreError):
    """The owner has as much under way as it may.

    Args:
        counted: unfinished jobs, or characters a minute.
        retry_after_s: until there is room, where it can be known.
    """

    def __init__(
        self,
        message: str,
        *,
        counted: Literal["jobs", "chars"] = "jobs",
        limit: int = 0,
        used: int = 0,
        retry_after_s: float | None = None,
    ) -> None:
        super().__init__(message)
        self.counted = counted
        self.limit = limit
        self.used = used
        self.retry_after_s = retry_after_s
