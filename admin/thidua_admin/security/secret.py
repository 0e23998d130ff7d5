"""Secrets of the installation."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path
from tempfile import mkstemp


def secret(home: Path, name: str) -> str:
    """A secret of this installation, made at first start and kept readable by its owner only."""
    home.mkdir(parents=True, exist_ok=True)
    file = home / f"{name}.secret"
    if not file.exists():
        handle, fresh = mkstemp(prefix=f"{name}.", dir=home)  # readable by its owner only
        with open(handle, "w", encoding="ascii") as out:
            out.write(secrets.token_urlsafe(48))
        with suppress(FileExistsError):
            os.link(fresh, file)  # the first of several processes wins, and never half a secret
        os.unlink(fresh)
    return file.read_text(encoding="ascii")
