"""The page about a province: each fact of the sources stands there or on a movement's page."""

from __future__ import annotations

import csv
import re
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from tests.factories import COMMAND
from tests.thidua_admin.conftest import PASSWORD, Web, post

from thidua.registry import load_registry
from thidua.spec.base import sourced_in
from thidua.spec.bundle import ProvinceSpec
from thidua.store.people import User
from thidua.work.accounts import grant_membership
from thidua.work.provinces import apply_province
from thidua_admin.app import create_app

FACTS = Path(__file__).parents[2] / "data" / "facts.csv"


def facts_about(code: str) -> set[str]:
    with FACTS.open(encoding="utf-8-sig", newline="") as file:
        return {row["id"] for row in csv.DictReader(file) if row["province"] == code}


REGISTRY = load_registry()


@pytest.fixture(params=[*REGISTRY.provinces])
def spec(request: pytest.FixtureRequest) -> ProvinceSpec:
    return REGISTRY.province(request.param).spec


@pytest.fixture
def client(web: Web, spec: ProvinceSpec) -> FlaskClient:
    """Ông Hai, a leader of this province, at work in it."""
    with web.runtime.sessions.begin() as session:
        apply_province(session, spec=spec, by=COMMAND)
        hai = session.query(User).where(User.username == "hai").one()
        grant_membership(session, user_id=hai.id, role="leader", by=COMMAND)
    client = create_app(replace(web.runtime, registry=REGISTRY)).test_client()
    post(client, "/login", username="hai", password=PASSWORD)
    post(client, "/tinh", code=spec.info.code)
    return client


def page(client: FlaskClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return " ".join(unescape(answer.text).split())


def pages(client: FlaskClient, spec: ProvinceSpec) -> str:
    movements = [f"/phong-trao/{item.code}" for item in spec.movements]
    return "\n".join(page(client, address) for address in ("/tinh", *movements))


def test_every_fact_stands_on_a_page(client: FlaskClient, spec: ProvinceSpec) -> None:
    shown = set(re.findall(r"\b\d{3}-\d{2}\b", pages(client, spec)))
    assert facts_about(spec.info.code) - shown == set()


def test_every_note_about_a_source_stands_on_a_page(
    client: FlaskClient, spec: ProvinceSpec
) -> None:
    nodes = {id(node) for item in spec.criteria_sets for node in item.nodes()}
    unlisted = {*nodes, *map(id, spec.units)}
    parts = [getattr(spec, name) for name in type(spec).model_fields if name != "published_results"]
    notes = {
        item.note
        for item in sourced_in(parts)
        if item.note and item.facts and id(item) not in unlisted
    }
    text = pages(client, spec)
    assert [note for note in sorted(notes) if note not in text] == []


def test_the_page_says_what_the_province_is(web: Web) -> None:
    text = page(web.client("tg"), "/tinh")
    for words in (
        "Sở Nội vụ tỉnh Tiền Giang", "đến hết ngày 30/06/2025", "kế tục: Đồng Tháp",
        "hôm nay không còn đơn vị nào", "Xuất sắc: từ 90 %", "Yếu: còn lại", "Cờ thi đua",
        "còn gọi: DCCI",
    ):  # fmt: skip
        assert words in text, words
    assert 'href="/phong-trao/day-manh-cchc-2023"' in text
