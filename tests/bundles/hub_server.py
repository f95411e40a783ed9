"""A small model hub on loopback: repositories with commits and branches, over the endpoints that huggingface_hub uses.

It lists, serves (big files through a redirect, as hubs do), and takes uploads without xet. Faults are played on request: broken
connections, other bytes than listed, refusals. What was asked for is recorded.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple
from urllib.parse import parse_qs, quote, unquote, urlsplit

import pytest

Files = dict[str, bytes]


class Asked(NamedTuple):
    """A request as it came; `start` is where a range begins, 0 for a whole file."""

    method: str
    path: str
    start: int
    token: str | None


@dataclass
class Repo:
    """Files by commit, and which commit a branch is at."""

    private: bool = False
    gated: bool = False
    commits: dict[str, Files] = field(default_factory=dict)
    branches: dict[str, str] = field(default_factory=dict)

    def add(self, files: Mapping[str, bytes], branch: str = "main") -> str:
        """Commit files as they are; return the commit."""
        facts = json.dumps([branch, len(self.commits), *((name, oid(files[name])) for name in sorted(files))])
        commit = hashlib.sha1(facts.encode()).hexdigest()
        self.commits[commit] = dict(files)
        self.branches[branch] = commit
        return commit


class HubServer(ThreadingHTTPServer):
    """A hub; what tests may set:

    token: Who may read private repositories, and write; None for anybody.
    lfs_from: Files of that many bytes, and all GGUFs, are kept as big files.
    page_size: Entries of a listing's page.
    cuts: By path: how many bytes of an answer to send before the connection breaks, one number an answer.
    stalls: By path: how many bytes to send before waiting for `released`; `stalled` is set then.
    sends: By path: what to send instead of what is listed.
    refuses: By path of a request, from its start: the statuses to answer with, one a request.
    ignores: Paths that a commit leaves out, as a .gitignore does.
    """

    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.repos: dict[str, Repo] = {}
        self.big: dict[str, bytes] = {}
        self.asked: list[Asked] = []
        self.token: str | None = None
        self.lfs_from = 1000
        self.page_size = 1000
        self.cuts: dict[str, list[int]] = {}
        self.stalls: dict[str, int] = {}
        self.sends: dict[str, bytes] = {}
        self.refuses: dict[str, list[int]] = {}
        self.ignores: set[str] = set()
        self.stalled, self.released = threading.Event(), threading.Event()
        self.edit_listing: Callable[[list[dict[str, Any]]], Any] = lambda entries: entries

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def add_repo(self, name: str, files: Mapping[str, bytes], *, private: bool = False, gated: bool = False) -> str:
        """Make a repository with one commit on `main`; return the commit."""
        self.repos[name] = Repo(private, gated)
        return self.repos[name].add(files)

    def is_big(self, path: str, content: bytes) -> bool:
        return bool(content) and (path.endswith(".gguf") or len(content) >= self.lfs_from)

    def downloads(self, path: str | None = None) -> list[Asked]:
        """Return the requests for contents, of one file or all, without the redirects that lead to them."""
        paths = [f"/content/{path}"] if path else None
        return [ask for ask in self.asked if ask.path.startswith("/content/") and (not paths or ask.path in paths)]

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Stay quiet when a client hangs up: some are killed on purpose."""


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    server: HubServer
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body in one packet: the kernel would wait 40 ms between them

    def do_GET(self) -> None:
        self._route("GET", GET)

    def do_HEAD(self) -> None:
        self._route("HEAD", GET)

    def do_POST(self) -> None:
        self._route("POST", POST)

    def do_PUT(self) -> None:
        self._route("PUT", PUT)

    def _route(self, method: str, routes: list[tuple[str, Callable[..., None]]]) -> None:
        path = unquote(urlsplit(self.path).path)
        found = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        token = self.headers.get("Authorization", "").removeprefix("Bearer ") or None
        self.server.asked.append(Asked(method, path, int(found.group(1)) if found else 0, token))
        self.body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        for start, statuses in self.server.refuses.items():
            if path.startswith(start) and statuses:
                return self.refuse(statuses.pop(0), message="asked to refuse")
        for pattern, answer in routes:
            if match := re.fullmatch(pattern, path):
                return answer(self, *match.groups())
        self.refuse(404)

    def repo(self, name: str, *, to_write: bool = False) -> Repo | None:
        """Return a repository that this request may see, or refuse as hubs do."""
        repo, token = self.server.repos.get(name), self.server.asked[-1].token
        known = self.server.token is None or token == self.server.token
        if token is not None and not known:
            self.refuse(401, message="Invalid credentials in Authorization header")
        elif repo is None or (repo.private and not known):
            self.refuse(404 if known else 401, "RepoNotFound")
        elif repo.gated:
            self.refuse(403, "GatedRepo")
        elif to_write and not known:
            self.refuse(401, message="log in first")
        else:
            return repo
        return None

    def commit(self, repo: Repo, revision: str) -> str | None:
        """Return the commit of a revision, or refuse."""
        commit = repo.branches.get(revision, revision)
        if commit in repo.commits:
            return commit
        self.refuse(404, "RevisionNotFound")
        return None

    def answer(self, value: Any, *, status: int = 200, headers: Mapping[str, str] | None = None) -> None:
        self.send(json.dumps(value).encode(), status, {"Content-Type": "application/json", **(headers or {})})

    def refuse(self, status: int, code: str | None = None, message: str | None = None) -> None:
        headers = {"X-Error-Code": code} if code else {}
        headers |= {"X-Error-Message": message} if message else {}
        self.answer({"error": message or code or "no"}, status=status, headers=headers)

    def send(self, content: bytes, status: int = 200, headers: Mapping[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {**(headers or {}), "Content-Length": str(len(content))}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def send_file(self, path: str, content: bytes) -> None:
        """Send a file, from where the range begins; or less, if the connection is to break."""
        server, start = self.server, self.server.asked[-1].start
        content = server.sends.get(path, content)
        status, rest = (206, content[start:]) if start else (200, content)
        self.send_response(status)
        self.send_header("Content-Length", str(len(rest)))
        self.send_header("ETag", f'"{oid(content)}"')
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        self.end_headers()
        if self.command == "HEAD":
            return
        if server.cuts.get(path):
            self.wfile.write(rest[: server.cuts[path].pop(0)])
            self.close_connection = True
        elif path in server.stalls:
            self.wfile.write(rest[: server.stalls.pop(path)])
            self.wfile.flush()
            server.stalled.set()
            server.released.wait(60)
            self.close_connection = True
        else:
            self.wfile.write(rest)

    def log_message(self, format: str, *args: object) -> None:
        """Stay quiet."""


def oid(content: bytes) -> str:
    """What git knows a content by."""
    return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()


def _model_info(handler: Handler, name: str, revision: str | None) -> None:
    repo = handler.repo(name)
    if repo and (commit := handler.commit(repo, revision or "main")):
        siblings = [{"rfilename": path} for path in repo.commits[commit]]
        handler.answer({"id": name, "modelId": name, "sha": commit, "siblings": siblings, "private": repo.private})


def _tree(handler: Handler, name: str, revision: str) -> None:
    repo = handler.repo(name)
    if not repo or not (commit := handler.commit(repo, revision)):
        return
    entries: list[dict[str, Any]] = []
    for path, content in sorted(repo.commits[commit].items()):
        entry = {"type": "file", "path": path, "size": len(content), "oid": oid(content)}
        if handler.server.is_big(path, content):
            entry["lfs"] = {"oid": hashlib.sha256(content).hexdigest(), "size": len(content), "pointerSize": 134}
        entries.append(entry)
    folders = {path.rpartition("/")[0] for path in repo.commits[commit]} - {""}
    entries += [{"type": "directory", "path": folder, "oid": oid(folder.encode())} for folder in sorted(folders)]
    begin = int(parse_qs(urlsplit(handler.path).query).get("cursor", ["0"])[0])
    end = begin + handler.server.page_size
    url = f"{handler.server.url}/api/models/{name}/tree/{quote(revision, safe='')}?recursive=true&cursor={end}"
    headers = {"Link": f'<{url}>; rel="next"'} if end < len(entries) else {}
    handler.answer(handler.server.edit_listing(entries)[begin:end], headers=headers)


def _resolve(handler: Handler, name: str, revision: str, path: str) -> None:
    repo = handler.repo(name)
    if not repo or not (commit := handler.commit(repo, revision)):
        return
    content = repo.commits[commit].get(path)
    if content is None:
        return handler.refuse(404, "EntryNotFound")
    sha256 = hashlib.sha256(content).hexdigest()
    big = handler.server.is_big(path, content)
    headers = {"X-Repo-Commit": commit, "X-Linked-Size": str(len(content))}
    headers["X-Linked-ETag"] = f'"{sha256 if big else oid(content)}"'
    handler.server.big[sha256] = content
    location = f"{handler.server.url}/content/{quote(path)}?sha256={sha256}"
    handler.send(b"", 302, {**headers, "Location": location})


def _content(handler: Handler, path: str) -> None:
    [sha256] = parse_qs(urlsplit(handler.path).query)["sha256"]
    handler.send_file(path, handler.server.big[sha256])


def _create_repo(handler: Handler) -> None:
    wanted = json.loads(handler.body)
    name = f"{wanted['organization']}/{wanted['name']}"
    if handler.server.token not in (None, handler.server.asked[-1].token):
        return handler.refuse(401, message="log in first")
    if name in handler.server.repos:
        return handler.answer({"error": "exists already", "url": f"{handler.server.url}/{name}"}, status=409)
    private = wanted.get("visibility") == "private"
    handler.server.add_repo(name, {".gitattributes": b"*.gguf filter=lfs\n"}, private=private)
    handler.answer({"url": f"{handler.server.url}/{name}"})


def _create_branch(handler: Handler, name: str, branch: str) -> None:
    if repo := handler.repo(name, to_write=True):
        if branch in repo.branches:
            return handler.refuse(409)
        repo.branches[branch] = repo.branches["main"]
        handler.answer({})


def _preupload(handler: Handler, name: str, revision: str) -> None:
    if not handler.repo(name, to_write=True):
        return
    files = json.loads(handler.body)["files"]
    big = {file["path"]: handler.server.is_big(file["path"], b"x" * min(file["size"], 10_000)) for file in files}
    modes = {True: "lfs", False: "regular"}
    ignored = handler.server.ignores
    found = [{"path": path, "uploadMode": modes[big[path]], "shouldIgnore": path in ignored} for path in big]
    handler.answer({"files": found})


def _lfs_batch(handler: Handler, name: str) -> None:
    if not handler.repo(name, to_write=True):
        return
    wanted = json.loads(handler.body)["objects"]
    objects = []
    for entry in wanted:
        upload = {"href": f"{handler.server.url}/lfs/{entry['oid']}"}
        actions = {} if entry["oid"] in handler.server.big else {"actions": {"upload": upload}}
        objects.append({"oid": entry["oid"], "size": entry["size"], **actions})
    handler.answer({"transfer": "basic", "objects": objects})


def _lfs_put(handler: Handler, sha256: str) -> None:
    if hashlib.sha256(handler.body).hexdigest() != sha256:
        return handler.refuse(400, message="not the content that was announced")
    handler.server.big[sha256] = handler.body
    handler.answer({})


def _commit(handler: Handler, name: str, branch: str) -> None:
    repo = handler.repo(name, to_write=True)
    if not repo or not (before := handler.commit(repo, branch)):
        return
    files = dict(repo.commits[before])
    for line in handler.body.splitlines():
        operation = json.loads(line)
        key, value = operation["key"], operation["value"]
        if key == "header" and value.get("parentCommit", before) != before:
            return handler.refuse(412, message="somebody else has committed")
        if key == "file":
            files[value["path"]] = base64.b64decode(value["content"])
        elif key == "lfsFile":
            files[value["path"]] = handler.server.big[value["oid"]]
        elif key == "deletedFile":
            del files[value["path"]]
    commit = repo.add(files, branch)
    handler.answer({"commitUrl": f"{handler.server.url}/{name}/commit/{commit}", "commitOid": commit})


_NAME = r"([^/]+/[^/]+)"
GET: list[tuple[str, Callable[..., None]]] = [
    (rf"/api/models/{_NAME}(?:/revision/(.+))?", _model_info),
    (rf"/api/models/{_NAME}/tree/(.+)", _tree),
    (rf"/{_NAME}/resolve/([^/]+)/(.+)", _resolve),
    (r"/content/(.+)", _content),
]
POST: list[tuple[str, Callable[..., None]]] = [
    (r"/api/repos/create", _create_repo),
    (r"/api/validate-yaml", lambda handler: handler.answer({})),
    (rf"/api/models/{_NAME}/branch/(.+)", _create_branch),
    (rf"/api/models/{_NAME}/preupload/(.+)", _preupload),
    (rf"/api/models/{_NAME}/commit/(.+)", _commit),
    (rf"/{_NAME}\.git/info/lfs/objects/batch", _lfs_batch),
]
PUT: list[tuple[str, Callable[..., None]]] = [(r"/lfs/([0-9a-f]{64})", _lfs_put)]


@contextmanager
def serving() -> Iterator[HubServer]:
    """Run a hub as long as the block lasts."""
    with HubServer() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield server
        finally:
            server.released.set()
            server.shutdown()
            thread.join()


@pytest.fixture
def hub_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[HubServer]:
    """A hub that this test may use: the network is allowed, and nobody is logged in."""
    import huggingface_hub

    monkeypatch.delenv("UMI_OFFLINE", raising=False)
    monkeypatch.delenv("HF_TOKEN", raising=False)
    monkeypatch.setattr("huggingface_hub.constants.HF_TOKEN_PATH", "/nowhere/token")
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_DISABLE_XET", True)  # this hub doesn't speak it
    with serving() as server:
        monkeypatch.setenv("HF_ENDPOINT", server.url)
        yield server
        huggingface_hub.close_session()
