"""What anybody may read: official results alone, as pages, JSON and CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from tests.small import compute
from tests.thidua_admin.conftest import Web
from tests.thidua_admin.desk.year import START, campaign_of, on_web, read

from thidua.store.embedded import Server
from thidua.store.results import ResultVersion

HIDDEN = "Kín chưa công bố"
FORMULA = "=1+1"
ADDRESSES = ("/cong-bo/nho", "/cong-bo/nho/2025", "/cong-bo/nho/2025.json", "/cong-bo/nho/2025.csv")


@pytest.fixture
def published(year: Web) -> Web:
    """Two results of 2025 published, the first provisional, the second final; one that is not."""
    with year.inside("nho") as session:
        campaign = campaign_of(session)
        versions = [compute(session, campaign) for _ in range(3)]
        for number, version in enumerate(versions, 1):
            version.title = f"{HIDDEN} {number}"
            version.findings = [
                {"kind": "petition", "unit_id": row.unit_id, "unit": row.name, "message": HIDDEN}
                for row in version.rows
            ]
            version.rows[0].band = HIDDEN
        second = versions[1]
        second.title, second.kind = "Kết quả năm 2025", "final"
        second.rows[0].name, second.rows[0].band = FORMULA, "Khá"
        session.flush()
        versions[0].published_at, second.published_at = START, START + timedelta(hours=1)
    return year


@pytest.fixture
def stranger(published: Web) -> FlaskClient:
    """A browser in which nobody has signed in."""
    return published.app.test_client()


def test_only_the_official_result_is_read(published: Web, stranger: FlaskClient) -> None:
    assert "Tỉnh Nhỏ" in read(stranger, "/cong-bo")
    assert "Kết quả năm 2025 Kết quả chính thức SỐ LIỆU MINH HỌA" in read(stranger, "/cong-bo/nho")
    for address in ADDRESSES:
        answer = stranger.get(address)
        assert (answer.status_code, HIDDEN in answer.text) == (200, False), address
        assert answer.headers.getlist("Set-Cookie") == []
    assert "Kết quả chính thức năm 2025, bản số 2." in read(stranger, "/cong-bo/nho/2025")
    assert "Chưa công bố kết quả nào" in read(stranger, "/cong-bo/khac")
    missing = (
        "/cong-bo/khac/2025",
        "/cong-bo/nho/2024",
        "/cong-bo/khong",
        "/cong-bo/khac/2025.csv",
    )
    assert [stranger.get(address).status_code for address in missing] == [404] * 4
    signed_in = published.client("khac")
    assert HIDDEN not in "".join(signed_in.get(address).text for address in ADDRESSES)


def test_programs_get_decimal_strings_and_no_formula(published: Web, stranger: FlaskClient) -> None:
    found = stranger.get("/cong-bo/nho/2025.json").get_json()
    assert {key: found[key] for key in ("province", "year", "kind", "version", "illustrative")} == {
        "province": "Tỉnh Nhỏ", "year": 2025, "kind": "final", "version": 2, "illustrative": True,
    }  # fmt: skip
    with published.inside("nho") as session:
        row = session.scalars(
            select(ResultVersion).where(ResultVersion.number == 2)
        ).one().rows[0]  # fmt: skip
        expected = {
            "name": FORMULA, "rank": row.rank, "tied": row.tied, "points": "0", "band": "Khá",
            "maximum": f"{(row.maximum or 0) // 10_000}", "index_percent": "0.00", "warning": "",
        }  # fmt: skip
    units = [unit for group in found["groups"] for unit in group["units"]]
    assert next(unit for unit in units if unit["name"] == FORMULA) == expected
    answer = stranger.get("/cong-bo/nho/2025.csv")
    assert answer.data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert rows[0][:4] == ["Năm", "Nhóm", "Hạng", "Đơn vị"]
    assert len(rows) == 5
    assert [row[3] for row in rows if FORMULA in row[3]] == [f"'{FORMULA}"]
    assert {row[-1] for row in rows[1:]} == {"SỐ LIỆU MINH HỌA"}


def test_copies_may_be_kept_but_not_those_of_who_is_signed_in(
    published: Web, stranger: FlaskClient
) -> None:
    for address in ADDRESSES:
        first = stranger.get(address)
        assert first.headers["Cache-Control"] == "public, max-age=300"
        again = stranger.get(address, headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")
    kept = published.client("leader").get(ADDRESSES[1]).headers["Cache-Control"]
    assert kept == "no-store"


def test_pages_ask_as_often_for_many_versions(published: Web, stranger: FlaskClient) -> None:
    before = [published.count_queries(lambda a=a: stranger.get(a)) for a in ADDRESSES]  # type: ignore[misc]
    with published.inside("nho") as session:
        for _ in range(5):
            version = compute(session, campaign_of(session))
            version.kind = "corrected"
            session.flush()
            version.published_at = START + timedelta(hours=version.number)
    after = [published.count_queries(lambda a=a: stranger.get(a)) for a in ADDRESSES]  # type: ignore[misc]
    assert after == before
    assert stranger.get(ADDRESSES[2]).get_json()["version"] == 8


@pytest.fixture
def closed(server: Server, year_template: str, web_home: Path) -> Iterator[Web]:
    """An installation that shows nothing to strangers, as it is unless it says otherwise."""
    with on_web(server, year_template, web_home, public=False) as web:
        yield web


def test_nothing_is_shown_unless_switched_on(closed: Web) -> None:
    stranger = closed.app.test_client()
    answers = [stranger.get(address) for address in ("/cong-bo", *ADDRESSES)]
    assert [answer.status_code for answer in answers] == [404] * 5
    assert "Trang công bố kết quả chưa được bật" in answers[0].text
