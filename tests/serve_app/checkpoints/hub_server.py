"""A server that speaks enough of the Hugging Face hub's protocol for its own client library."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote, urlsplit

from tests.serving import served

LARGE = 1000  # bytes from which a file is kept by its SHA-256, as LFS does


@dataclass
class Repository:
    """Commits by name, oldest first; the last one is `main`."""

    commits: dict[str, dict[str, bytes]]

    def resolve(self, revision: str) -> str | None:
        if revision == "main":
            return list(self.commits)[-1]
        return revision if revision in self.commits else None


@dataclass
class Hub:
    """What the server serves, what was asked of it, and how it misbehaves."""

    repositories: dict[str, Repository] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)  # "GET /path", and the range asked for
    breaks_after: dict[str, int] = field(default_factory=dict)  # file -> bytes, the first time
    stalls_after: dict[str, int] = field(default_factory=dict)  # the same, until `going_on`
    going_on: threading.Event = field(default_factory=threading.Event)
    tampered: set[str] = field(default_factory=set)  # files of which other bytes are sent
    url: str = ""

    def add(self, repo: str, files: dict[str, bytes]) -> str:
        """A new commit of a repository; its id."""
        repository = self.repositories.setdefault(repo, Repository({}))
        seed = f"{repo} {len(repository.commits)}"
        commit = hashlib.sha1(seed.encode(), usedforsecurity=False).hexdigest()
        repository.commits[commit] = files
        return commit

    def sent(self, name: str) -> list[str]:
        """Downloads of one file."""
        return [line for line in self.requests if line.startswith("GET") and name in line]


def blob_id(content: bytes) -> str:
    header = f"blob {len(content)}\0".encode()
    return hashlib.sha1(header + content, usedforsecurity=False).hexdigest()


def describe(name: str, content: bytes) -> dict[str, Any]:
    entry: dict[str, Any] = {"rfilename": name, "size": len(content), "blobId": blob_id(content)}
    if len(content) >= LARGE:
        sha256 = hashlib.sha256(content).hexdigest()
        entry["lfs"] = {"sha256": sha256, "size": len(content), "pointerSize": 130}
    return entry


def leaf(name: str, content: bytes) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "type": "file",
        "path": name,
        "size": len(content),
        "oid": blob_id(content),
    }
    if len(content) >= LARGE:
        sha256 = hashlib.sha256(content).hexdigest()
        entry["lfs"] = {"oid": sha256, "size": len(content), "pointerSize": 130}
    return entry


class Handler(BaseHTTPRequestHandler):
    hub: Hub
    protocol_version = "HTTP/1.1"

    def log_message(self, *args: object) -> None:
        pass

    def do_HEAD(self) -> None:
        self.answer()

    def do_GET(self) -> None:
        self.answer()

    def answer(self) -> None:
        path = unquote(urlsplit(self.path).path)
        self.hub.requests.append(f"{self.command} {path} {self.headers.get('Range', '')}".strip())
        parts = path.strip("/").split("/")
        if parts[:2] == ["api", "models"] and len(parts) == 6:
            self.answer_api("/".join(parts[2:4]), parts[4], parts[5])
        elif len(parts) > 4 and parts[2] == "resolve":
            self.answer_file("/".join(parts[:2]), parts[3], "/".join(parts[4:]))
        else:
            self.send_nothing("RepoNotFound")

    def answer_api(self, repo: str, what: str, revision: str) -> None:
        commit, files = self.find(repo, revision)
        if files is None:
            return
        if what == "tree":
            self.send_json([leaf(name, content) for name, content in files.items()])
        else:
            siblings = [describe(name, content) for name, content in files.items()]
            self.send_json({"id": repo, "modelId": repo, "sha": commit, "siblings": siblings})

    def find(self, repo: str, revision: str) -> tuple[str, dict[str, bytes] | None]:
        repository = self.hub.repositories.get(repo)
        commit = repository.resolve(revision) if repository else None
        if repository and commit:
            return commit, repository.commits[commit]
        self.send_nothing("RevisionNotFound" if repository else "RepoNotFound")
        return "", None

    def answer_file(self, repo: str, revision: str, name: str) -> None:
        commit, files = self.find(repo, revision)
        if files is None:
            return
        content = files.get(name)
        if content is None:
            self.send_nothing("EntryNotFound")
            return
        entry = describe(name, content)
        start = int((self.headers.get("Range") or "bytes=0-").removeprefix("bytes=").split("-")[0])
        body = content[::-1] if name in self.hub.tampered else content
        self.send_response(206 if "Range" in self.headers else 200)
        if "Range" in self.headers:
            self.send_header("Content-Range", f"bytes {start}-{len(body) - 1}/{len(body)}")
        self.send_header("Accept-Ranges", "bytes")
        self.send_header("X-Repo-Commit", commit)
        sha256 = entry["lfs"]["sha256"] if "lfs" in entry else entry["blobId"]
        self.send_header("ETag", f'"{sha256}"')
        self.send_header("Content-Length", str(len(body) - start))
        self.end_headers()
        if self.command == "GET":
            self.send_body(name, body[start:])

    def send_body(self, name: str, body: bytes) -> None:
        most = self.hub.breaks_after.pop(name, None)
        stall = self.hub.stalls_after.pop(name, None)
        with suppress(ConnectionError):  # the client may be gone
            self.wfile.write(body[: most or stall])
        if stall is not None:
            self.hub.going_on.wait()
        if most is not None or stall is not None:
            self.close_connection = True

    def send_json(self, content: object) -> None:
        body = json.dumps(content).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def send_nothing(self, code: str) -> None:
        self.send_response(404)
        self.send_header("X-Error-Code", code)
        self.send_header("Content-Length", "0")
        self.end_headers()


@contextmanager
def running_hub() -> Iterator[Hub]:
    hub = Hub()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("HubHandler", (Handler,), {"hub": hub}))
    hub.url = f"http://127.0.0.1:{server.server_port}"
    with served(server):
        yield hub
