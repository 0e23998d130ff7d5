"""Movements, award schemes and legal documents in the console: read, searched, exported."""

from __future__ import annotations

import csv
import re
from datetime import date
from io import StringIO

from flask.testing import FlaskClient
from sqlalchemy import func, select
from tests.awarding import scheme
from tests.thidua_admin.conftest import COMMAND, MAU, NOW, Web

from thidua.spec.base import LegalBasis
from thidua.spec.loading import parse
from thidua.spec.movement import Movement
from thidua.store.awards import StoredAwardScheme
from thidua.store.documents import StoredMovement
from thidua.work.awards import amend_scheme
from thidua.work.movements import amend_movement

MOVEMENTS, SCHEMES, LEGAL = (
    "/quan-tri/phong-trao/",
    "/quan-tri/cach-xet-khen/",
    "/quan-tri/van-ban/",
)


def titles(client: FlaskClient, address: str) -> list[str]:
    """The first column, top down."""
    found = re.findall(r"row-title[^>]*>\s*(?:<a[^>]*>)?([^<]+)", client.get(address).text)
    return [" ".join(text.split()) for text in found]


def last(web: Web, table: type[StoredMovement] | type[StoredAwardScheme]) -> int:
    with web.inside() as session:
        return session.scalars(select(func.max(table.id))).one()


def test_movement_shows_its_plan_and_what_each_version_changed(web: Web) -> None:
    client = web.client("auditor")
    assert titles(client, f"{MOVEMENTS}?search=kin+mau") == [f"Phong trào {MAU}"]
    with web.inside() as session:
        row = session.scalars(select(StoredMovement).where(StoredMovement.code == "cchc")).one()
        old = parse(Movement, row.document)
        by_paper = LegalBasis(title="Sửa kế hoạch", number="77/KH", issued_on=date(2026, 5, 1))
        new = {"version": "2", "theme": "Chủ đề mới", "amendments": (by_paper,)}
        amend_movement(session, movement=old.model_copy(update=new), by=COMMAND, at=NOW)
        number = row.id
    page = client.get(f"{MOVEMENTS}details/?id={number}").text
    assert "Chủ đề mới" in page
    assert re.findall(r"<h3>Phiên bản (\d)", page) == ["2", "1"]
    assert "theme: " in page
    assert "77/KH" in page
    for duty in old.duties:
        assert duty.who in page


def test_scheme_shows_places_conditions_and_versions(web: Web) -> None:
    client = web.client("secretariat")
    first = last(web, StoredAwardScheme)
    with web.inside() as session:
        basis = [{"title": "Kế hoạch", "number": "1/KH"}, {"title": "Sửa", "number": "2/KH"}]
        form = session.get_one(StoredAwardScheme, first).document["form"]
        more = scheme(
            title=f"Khen thưởng {MAU}", form=form, version="2", legal_basis=basis,
            provenance="illustrative",
        )  # fmt: skip
        amend_scheme(session, scheme=more, by=COMMAND)
    assert titles(client, f"{SCHEMES}?search=khen+thuong+kin") == [f"Khen thưởng {MAU}"]
    both = f"{SCHEMES}?search=kin&phien-ban=tat-ca"
    states = re.findall(r'data-label="Tình trạng"><span[^>]*>([^<]+)', client.get(both).text)
    assert states == ["Hiện hành", "Đã sửa đổi"]
    page = client.get(f"{SCHEMES}details/?id={last(web, StoredAwardScheme)}").text
    for text in ("tập thể sở", "xếp loại từ Khá trở lên", "SỐ LIỆU MINH HỌA", "số 2/KH", "Đã mở"):
        assert text in page, text
    assert re.findall(r"Phiên bản (\d) \(đang xem\)", page) == ["2"]
    assert f'href="{SCHEMES}details/?id={first}">Phiên bản 1</a>' in page


def test_documents_are_searched_narrowed_and_exported(web: Web) -> None:
    client = web.client("auditor")
    everything = titles(client, LEGAL)
    assert titles(client, f"{LEGAL}?search=KE+HOACH+1/kh") == ["Kế hoạch"]
    page = client.get(f"{LEGAL}?search=1/kh&noi=award_scheme").text
    assert f"{SCHEMES}details/?id={last(web, StoredAwardScheme)}" in page
    assert titles(client, f"{LEGAL}?search=1/kh&noi=succession") == []
    assert "Không có dòng nào khớp" in client.get(f"{LEGAL}?search=khong-co-gi").text
    assert titles(client, f"{LEGAL}?noi=la&hieu-luc=la") == everything
    file = client.get(f"{LEGAL}export/csv/?search=1/kh")
    assert file.data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(StringIO(file.data.decode("utf-8-sig"))))
    assert rows[0] == [
        "Văn bản", "Số, ký hiệu", "Ngày ban hành", "Cơ quan ban hành", "Nơi viện dẫn", "Hiệu lực",
    ]  # fmt: skip
    assert rows[1:] == [["Kế hoạch", "1/KH", "–", "", f"Khen thưởng {MAU}, phiên bản 1", ""]]
    assert client.get(f"{LEGAL}export/exe/").status_code == 404
