"""The web server: gunicorn with threads, so that a slow upload blocks nobody."""

from __future__ import annotations

import socket
from errno import EADDRINUSE

from flask import Flask
from gunicorn.app.base import BaseApplication

from thidua.errors import Conflict
from thidua.runtime import Database, open_runtime
from thidua.settings import Settings
from thidua_admin.app import create_app

WORKERS = 2
THREADS = 4


class WebServer(BaseApplication):  # type: ignore[misc]
    """Gunicorn around an application that was made before its processes part."""

    def __init__(self, app: Flask, address: str) -> None:
        self._app, self._address = app, address
        super().__init__()

    def load_config(self) -> None:
        """Two processes of four threads; quiet but for errors."""
        options = {
            "bind": self._address,
            "workers": WORKERS,
            "threads": THREADS,
            "worker_class": "gthread",
            "loglevel": "warning",
            "control_socket_disable": True,
            "graceful_timeout": 10,
        }
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """The application."""
        return self._app


def serve(
    settings: Settings, database: Database, *, host: str, port: int, tour: bool = False
) -> None:
    """Serve until told to stop; ``Conflict`` with a sentence when the port is taken."""
    refuse_taken(host, port)
    with open_runtime(settings, database) as runtime:
        app = create_app(runtime, tour=tour)
        runtime.engine.dispose()  # each process opens connections of its own
        WebServer(app, f"{host}:{port}").run()


def refuse_taken(host: str, port: int) -> None:
    """``Conflict`` with a sentence when we could not listen on the port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            why = (
                "đang được chương trình khác dùng" if error.errno == EADDRINUSE else "không mở được"
            )
            other = port + 1 if 1024 <= port < 65_535 else 8001
            raise Conflict(
                f"Cổng {port} {why}. Hãy chọn cổng khác, ví dụ --port {other} "
                f"(với make: PORT={other})."
            ) from error
