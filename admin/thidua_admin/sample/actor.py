"""Who does everything that the demo has done."""

from __future__ import annotations

from thidua.store.actor import Actor

DEMO = Actor(kind="command", name="thidua demo")
