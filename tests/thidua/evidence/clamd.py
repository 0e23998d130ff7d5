"""A virus scanner on this machine that speaks as clamd does, and finds the word VIRUS."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from socketserver import StreamRequestHandler, ThreadingTCPServer, ThreadingUnixStreamServer

LIMIT = 1 << 20


class _Handler(StreamRequestHandler):
    def handle(self) -> None:
        if self.rfile.read(10) != b"zINSTREAM\0":
            self.wfile.write(b"UNKNOWN COMMAND\0")
            return
        content = b""
        while size := int.from_bytes(self.rfile.read(4), "big"):
            content += self.rfile.read(size)
        if len(content) > LIMIT:
            self.wfile.write(b"INSTREAM size limit exceeded. ERROR\0")
        else:
            self.wfile.write(b"stream: Thu FOUND\0" if b"VIRUS" in content else b"stream: OK\0")


class _Tcp(ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True


@contextmanager
def running(path: str = "") -> Iterator[str]:
    """A scanner for as long as this is open, on a port or at the path of a socket; its address."""
    server = ThreadingUnixStreamServer(path, _Handler) if path else _Tcp(("127.0.0.1", 0), _Handler)
    with server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield path or f"127.0.0.1:{server.socket.getsockname()[1]}"
        finally:
            server.shutdown()
            thread.join()
