"""Whom a regulation speaks of."""

from __future__ import annotations

from typing import Any

import pytest

from thidua.spec.bodies import Bodies, Body
from thidua.spec.loading import parse

DEPARTMENT = Body("so-noi-vu", "so", "province")
OFFICE = Body("phong-cchc", "phong", "other")


@pytest.mark.parametrize(
    ("given", "body", "above", "admitted"),
    [
        ({"levels": ["province"]}, DEPARTMENT, (), True),
        ({"levels": ["commune"]}, DEPARTMENT, (), False),
        ({"kinds": ["so"]}, DEPARTMENT, (), True),
        ({"units": ["so-noi-vu"], "levels": ["commune"]}, DEPARTMENT, (), True),
        ({"levels": ["province"]}, OFFICE, (DEPARTMENT,), False),
        ({"levels": ["province"], "subordinates": True}, OFFICE, (DEPARTMENT,), True),
        ({"levels": ["commune"], "subordinates": True}, OFFICE, (DEPARTMENT,), False),
        ({"levels": ["province"]}, Body("moi", "moi", None), (), False),
    ],
)
def test_bodies_are_named_by_level_kind_or_key(
    given: dict[str, Any], body: Body, above: tuple[Body, ...], admitted: bool
) -> None:
    bodies = parse(Bodies, {"label": "những nơi ấy", **given})
    assert bodies.admit(body, above) is admitted
