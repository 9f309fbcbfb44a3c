"""What `phonex book` asks of a service."""

from __future__ import annotations

from typing import IO, Any

import httpx

from serve_app.cli.client import Away, Client


class BatchClient(Client):
    """A client that sends batches, and loads what is large."""

    def create_batch(self, body: bytes, key: str) -> dict[str, Any]:
        """Raises Gone where the batch that this key stands for was deleted.

        Args:
            body: a `/batch` request, in JSON.
            key: the same key and body are the same batch, however often they are sent.
        """
        headers = {"Idempotency-Key": key, "Content-Type": "application/json"}
        return self._json("POST", "/batch", "batch_id", content=body, headers=headers)

    def get_batch(self, batch_id: str, **asked: float) -> dict[str, Any]:
        """`asked` are the parameters of GET /batch/{id}."""
        return self._json("GET", f"/batch/{batch_id}", "state", params=asked)

    def delete_batch(self, batch_id: str) -> None:
        self._send("DELETE", f"/batch/{batch_id}")

    def download(self, path: str, file: IO[bytes], **asked: str) -> None:
        """Write what a path answers to a file, a chunk after the other."""
        try:
            with self._http.stream("GET", path, params=asked) as response:
                if response.is_error:
                    response.read()
                    self._check(response)
                for chunk in response.iter_bytes():
                    file.write(chunk)
        except httpx.HTTPError as error:
            raise Away(f"{self.url} did not answer: {error}") from error
