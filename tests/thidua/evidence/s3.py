"""An S3 server on this machine, as far as a store of files needs one: put, get, ranges."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Bucket(ThreadingHTTPServer):
    """Objects by path. ``conditional``: whether ``If-None-Match`` is honoured."""

    conditional = True

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Bucket

    def do_PUT(self) -> None:
        content = self.rfile.read(int(self.headers["Content-Length"]))
        once = self.server.conditional and self.headers["If-None-Match"] == "*"
        if once and self.server.objects.setdefault(self.path, content) is not content:
            self._answer(412, b"<Error><Code>PreconditionFailed</Code></Error>")
            return
        self.server.objects[self.path] = content
        self._answer(200, b"")

    def do_GET(self) -> None:
        content = self.server.objects.get(self.path)
        if content is None:
            self._answer(404, b"<Error><Code>NoSuchKey</Code></Error>")
            return
        start, end = 0, len(content)
        if asked := self.headers["Range"]:
            first, _, last = asked.removeprefix("bytes=").partition("-")
            start, end = int(first), min(int(last) + 1 if last else end, end)
        span = {"Content-Range": f"bytes {start}-{end - 1}/{len(content)}"} if asked else {}
        self._answer(206 if asked else 200, content[start:end], span)

    def _answer(self, status: int, body: bytes, more: dict[str, str] | None = None) -> None:
        self.send_response(status)
        facts = {
            "Content-Length": str(len(body)), "ETag": '"1"',
            "Last-Modified": "Sun, 22 Nov 2026 00:00:00 GMT", **(more or {}),
        }  # fmt: skip
        for name, value in facts.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Quiet."""


@contextmanager
def running() -> Iterator[Bucket]:
    """A server for as long as this is open."""
    with Bucket() as bucket:
        thread = threading.Thread(target=bucket.serve_forever)
        thread.start()
        try:
            yield bucket
        finally:
            bucket.shutdown()
            thread.join()
