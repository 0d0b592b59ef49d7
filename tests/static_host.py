"""Serves a folder as a good static host does: compressed text, connections that stay open, a 404.

What a page costs its reader is counted here, where every request arrives, also one of a worker.
"""

import gzip
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import lru_cache, partial
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

TYPES = {
    ".css": "text/css",
    ".csv": "text/csv",
    ".html": "text/html",
    ".ico": "image/x-icon",
    ".ipynb": "application/x-ipynb+json",
    ".jpg": "image/jpeg",
    ".js": "text/javascript",
    ".json": "application/json",
    ".map": "application/json",
    ".md": "text/markdown",
    ".mjs": "text/javascript",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".woff": "font/woff",
    ".woff2": "font/woff2",
    ".xml": "application/xml",
    ".zip": "application/zip",
}
FRESH = 600  # seconds for which GitHub Pages lets a browser keep what it has


def kind(path: Path) -> str:
    """The content type of a file, with its encoding where it is text."""
    known = TYPES.get(path.suffix.lower(), "application/octet-stream")
    return f"{known}; charset=utf-8" if is_text(known) else known


def is_text(kind: str) -> bool:
    """Whether what has this content type is sent compressed."""
    return kind.startswith("text/") or any(
        word in kind for word in ("javascript", "json", "xml", "wasm")
    )


def body(path: Path) -> bytes:
    """What is sent of a file: compressed where it is text."""
    return _body(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=4096)
def _body(path: Path, _changed: int) -> bytes:
    found = path.read_bytes()
    return gzip.compress(found, 6, mtime=0) if is_text(kind(path)) else found


@dataclass(frozen=True)
class Sent:
    """An answer of the server: the path it is about, its status and its bytes, with its head."""

    path: str
    status: int
    size: int


@dataclass(frozen=True)
class Site:
    """A folder of pages, the address on localhost where it is served, and what has been sent."""

    folder: Path
    address: str
    sent: list[Sent] = field(default_factory=list, compare=False)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 1 << 16  # head and body leave together

    def __init__(self, *args, folder: Path, sent: list[Sent]):
        self.folder, self.sent = folder.resolve(), sent
        super().__init__(*args)

    def log_message(self, *args):
        pass

    def do_GET(self):
        self._answer(self.command == "GET")

    do_HEAD = do_GET

    def _answer(self, whole: bool) -> None:
        asked = urlsplit(self.path).path
        path = (self.folder / unquote(asked).lstrip("/")).resolve()
        if asked == "/favicon.ico" and not path.exists():
            return self._send(204, {}, b"", whole)  # asked for whether the page has one or not
        if path.is_dir() and not asked.endswith("/"):
            return self._send(301, {"Location": f"{asked}/"}, b"", whole)
        path = path / "index.html" if path.is_dir() else path
        if not (path.is_relative_to(self.folder) and path.is_file()):
            return self._file(404, self.folder / "404.html", whole)
        return self._file(200, path, whole)

    def _file(self, status: int, path: Path, whole: bool) -> None:
        if not path.is_file():
            return self._send(404, {"Content-Type": "text/plain"}, b"There is no such page.", whole)
        content, packed = kind(path), is_text(kind(path))
        tag = f'"{sha256(body(path)).hexdigest()[:16]}"'
        head = {"Content-Type": content, "ETag": tag, "Cache-Control": f"max-age={FRESH}"}
        if packed:
            head |= {"Vary": "Accept-Encoding"}
        if status == 200 and self.headers.get("If-None-Match") == tag:
            return self._send(304, head, b"", whole)
        if packed and "gzip" in self.headers.get("Accept-Encoding", ""):
            return self._send(status, head | {"Content-Encoding": "gzip"}, body(path), whole)
        return self._send(status, head, path.read_bytes(), whole)

    def _send(self, status: int, head: dict[str, str], text: bytes, whole: bool) -> None:
        self.send_response(status)
        for name, value in head.items():
            self.send_header(name, value)
        if status not in (204, 304):
            self.send_header("Content-Length", str(len(text)))
        size = sum(map(len, self._headers_buffer)) + 2 + whole * len(text)
        self.sent.append(Sent(urlsplit(self.path).path, status, size))
        self.end_headers()
        if whole:
            self.wfile.write(text)


class _Server(ThreadingHTTPServer):
    """Closes what is still connected when it ends, as a host that is gone."""

    def __init__(self, *args):
        self._connected: set[socket.socket] = set()
        super().__init__(*args)

    def process_request(self, request, client_address):
        self._connected.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request):
        self._connected.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request, client_address):
        """Say nothing of a browser that hangs up while it is answered."""

    def server_close(self):
        super().server_close()
        for request in list(self._connected):
            with suppress(OSError):  # it hung up first
                request.shutdown(socket.SHUT_RDWR)


@contextmanager
def served(folder: Path) -> Iterator[Site]:
    """Serve a folder on a free port of localhost."""
    sent: list[Sent] = []
    server = _Server(("127.0.0.1", 0), partial(_Handler, folder=folder, sent=sent))
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield Site(folder, f"http://127.0.0.1:{server.server_port}/", sent)
    finally:
        server.shutdown()
        server.server_close()
