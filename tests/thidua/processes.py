"""Real processes of the program, in tests: started, waited for, ended by their own id."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

Process = subprocess.Popen[str]

START = 300
"""Seconds for processes to start and go on, on a machine that is busy with other things."""

PROGRAM = "from thidua.cli import cli; cli()"
"""The core's commands, for Python's ``-c``: they need not wait for the web's modules."""


def waited(condition: Callable[[], object], seconds: float) -> bool:
    """Whether the condition comes true within the time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return False


@contextmanager
def program(*words: str, path: Path, env: Mapping[str, str]) -> Iterator[Process]:
    """``thidua`` with these words as a process that does not outlive the block."""
    environment = {**os.environ, **env, "PYTHONPATH": str(path), "PYTHONIOENCODING": "utf-8"}
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, *words],
        env=environment, cwd=path, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        if process.stdout:
            process.stdout.close()
