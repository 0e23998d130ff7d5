"""The console's walls: which view writes how, who sees what, what a province never sees."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date

import pytest
from flask_admin.contrib.sqla import ModelView
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from tests.factories import make_result, make_user
from tests.thidua_admin.conftest import COMMAND, MAU, OTHER, Web, post, said, token, words
from werkzeug.test import TestResponse

from thidua.spec.awards import AwardScheme
from thidua.spec.criteria import CriteriaSet
from thidua.spec.loading import parse
from thidua.store.audit import record
from thidua.store.audit_rows import AuditEvent
from thidua.store.awards import StoredAwardScheme
from thidua.store.base import Base
from thidua.store.campaigns import Campaign
from thidua.store.criteria import StoredCriteriaSet
from thidua.store.documents import StoredMovement
from thidua.store.people import ROLES, Membership, Role
from thidua.store.results import ResultVersion
from thidua.store.successions import Succession, SuccessionLink
from thidua.store.units import UnitPeriod
from thidua.work.accounts import grant_membership
from thidua.work.awards import store_scheme
from thidua.work.provinces import store_set
from thidua.work.units import register_unit
from thidua_admin.console.verbs import ReadOnly, Verbs

STAFF = {"secretariat", "admin"}
MAY: dict[str, set[str]] = {
    "admin": STAFF | {"auditor"},
    "units": STAFF,
    "successions": STAFF,
    "criteria": STAFF | {"appraiser"},
    "campaigns": STAFF,
    "results": STAFF,
    "movements": STAFF | {"auditor"},
    "schemes": STAFF | {"auditor"},
    "accounts": {"admin"},
    "audit": STAFF | {"auditor"},
    "imports": STAFF | {"auditor"},
    "legal": STAFF | {"auditor"},
    "provinces": {"admin"},
}
"""Who may open the pages of each endpoint."""
STAFF_PAGES = {"/quan-tri/bo-tieu-chi/nhap/"}
"""Pages of such an endpoint that are for those who run the scoring."""
TABLES: dict[str, type[Base]] = {
    "units": UnitPeriod,
    "successions": Succession,
    "criteria": StoredCriteriaSet,
    "campaigns": Campaign,
    "results": ResultVersion,
    "accounts": Membership,
    "audit": AuditEvent,
    "imports": AuditEvent,
    "movements": StoredMovement,
    "schemes": StoredAwardScheme,
}
LISTED = {*TABLES, "legal"}
"""The views that show rows of the province."""
UNIT_FORM = {"name": "Xã Mới", "kind": "xa", "cluster": "", "on": "01/01/2026", "reason": "Thử"}
ACCOUNT_FORM = {"username": "moi", "password": "mười ký tự trở lên", "role": "leader", "year": 2031}


def console_routes(web: Web, method: str) -> list[tuple[str, str]]:
    """Endpoint's view and address of every route of the console that takes the method."""
    return sorted(
        (rule.endpoint.split(".")[0], rule.rule.replace("<export_type>", kind))
        for rule in web.app.url_map.iter_rules()
        if rule.rule.startswith("/quan-tri") and method in (rule.methods or ())
        for kind in (("xlsx", "csv") if "<export_type>" in rule.rule else ("",))
        if "static" not in rule.endpoint
    )


def ids(web: Web, code: str) -> dict[str, int]:
    """The last row of a province behind each list."""
    with web.inside(code) as session:
        tables = {name: table.__table__ for name, table in TABLES.items()}
        last = {name: select(func.max(table.c.id)) for name, table in tables.items()}
        return {name: session.scalar(query) for name, query in last.items()}


def addresses(web: Web, method: str, code: str) -> Iterator[tuple[str, str, int]]:
    """Every route with the id of a row of that province: view, address, id."""
    known = ids(web, code)
    for view, path in console_routes(web, method):
        yield view, f"{path}?id={known.get(view, 1)}", known.get(view, 1)


def test_every_view_is_read_only_or_writes_by_verbs(web: Web) -> None:
    views = web.app.extensions["admin"][0]._views
    lists = [view for view in views if isinstance(view, ModelView)]
    assert {view.endpoint for view in views} == set(MAY)
    assert {view.endpoint for view in lists} == set(TABLES)
    for view in lists:
        assert isinstance(view, Verbs) != isinstance(view, ReadOnly), view.endpoint
        if isinstance(view, ReadOnly):
            assert (view.can_create, view.can_edit, view.can_delete) == (False, False, False)
        else:
            assert type(view).create_model is Verbs.create_model
            assert type(view).delete_model is Verbs.delete_model
            assert type(view).update_model.__module__ == Verbs.__module__
        assert set(view._sortable_columns) <= set(view.column_list), "else it sorts by nothing"
        assert not view.get_actions_list()[0], "bulk actions write row by row; there are none"
    posting = {view for view, _ in console_routes(web, "POST")}
    assert posting == set(TABLES)


@pytest.mark.parametrize("role", ROLES)
def test_role_opens_its_pages_and_no_others(web: Web, role: Role) -> None:
    client = web.client(role)
    seen = set()
    for view, address, _ in addresses(web, "GET", "mau"):
        answer = client.get(address)
        if role in MAY[view] & (STAFF if address.split("?")[0] in STAFF_PAGES else MAY[view]):
            assert answer.status_code in (200, 302, 404), address
            assert OTHER not in words(answer)
            seen |= {view} if MAU in words(answer) else set()
        else:
            assert (answer.status_code, MAU in answer.text) == (403, False), address
            assert OTHER not in answer.text
            assert re.search("(Trang|Việc) này dành cho: ", answer.text)
    assert seen == {view for view, roles in MAY.items() if role in roles and view in LISTED}


@pytest.mark.parametrize("role", ROLES)
def test_menu_names_only_what_the_role_may_open(web: Web, role: Role) -> None:
    page = web.client(role).get("/").text
    shown = set(re.findall(r'nav-item-link" href="/quan-tri/([\w-]*)', page))
    slugs = {
        "admin": "", "units": "don-vi", "successions": "sap-xep-don-vi",
        "criteria": "bo-tieu-chi", "campaigns": "ky-danh-gia",
        "results": "ban-ket-qua", "accounts": "tai-khoan", "audit": "nhat-ky",
        "imports": "lich-su-nhap", "legal": "van-ban", "movements": "phong-trao",
        "schemes": "cach-xet-khen",
        "provinces": "cac-tinh",
    }  # fmt: skip
    assert shown == {slugs[view] for view, roles in MAY.items() if role in roles}


def test_no_page_shows_a_row_of_another_province(web: Web) -> None:
    client, neighbour = web.client("admin"), web.client("tg")
    for _, address, _ in addresses(web, "GET", "tiengiang"):
        assert OTHER not in words(client.get(address, follow_redirects=True)), address
    shown = {
        view for view, address, _ in addresses(web, "GET", "tiengiang")
        if OTHER in words(neighbour.get(address))
    }  # fmt: skip
    assert shown >= set(TABLES)


def test_switching_the_province_switches_every_list(web: Web) -> None:
    client = web.client("hai")
    post(client, "/tinh", code="tiengiang")
    for view, address, _ in addresses(web, "GET", "tiengiang"):
        if view in TABLES:
            assert MAU not in words(client.get(address, follow_redirects=True)), address
    assert OTHER in client.get("/quan-tri/don-vi/").text


def test_no_post_touches_a_row_of_another_province(web: Web) -> None:
    client = web.client("admin")
    before = web.rows("tiengiang")
    form = {"csrf_token": token(client), **UNIT_FORM, "row_version": "1", "action": "delete"}
    for _, address, row in addresses(web, "POST", "tiengiang"):
        answer = client.post(address, data={**form, "id": row, "rowid": row})
        assert OTHER not in answer.text, address
    accounts = {row[0]: row for row in before.pop("user")}  # type: ignore[index]
    after = web.rows("tiengiang")
    assert {row[0]: row for row in after.pop("user") if row[0] in accounts} == accounts  # type: ignore[index]
    assert after == before


@pytest.mark.parametrize("role", ROLES)
def test_no_post_without_the_right_changes_anything(web: Web, role: Role) -> None:
    client = web.client(role)
    before = web.rows()
    form = {"csrf_token": token(client), **UNIT_FORM, **ACCOUNT_FORM, "row_version": "1"}
    for view, address, row in addresses(web, "POST", "mau"):
        if role not in MAY[view]:
            answer = client.post(address, data={**form, "id": row})
            assert answer.status_code == 403, address
    assert web.rows() == before


def test_post_without_a_token_is_refused(web: Web) -> None:
    client = web.client("admin")
    before = web.rows()
    for _, address, row in addresses(web, "POST", "mau"):
        answer = client.post(address, data={**UNIT_FORM, **ACCOUNT_FORM, "id": row})
        assert answer.status_code == 400, address
    assert web.rows() == before


def test_nobody_without_a_role_gets_in(web: Web) -> None:
    for client in (web.app.test_client(), web.client("ngoai")):
        for _, address, _ in addresses(web, "GET", "mau"):
            answer = client.get(address)
            assert (answer.status_code, answer.headers["Location"][:6]) == (302, "/login")
            assert MAU not in answer.text
        for _, address, _ in addresses(web, "POST", "mau"):
            assert client.post(address, data=UNIT_FORM).status_code == 400


def test_what_is_no_id_is_no_row(web: Web) -> None:
    client = web.client("admin")
    for asked in ("x", "-1", "9" * 40, "٣", "%00", ""):
        for view in ("don-vi/edit", "don-vi/ket-thuc", "bo-tieu-chi/details"):
            answer = client.get(f"/quan-tri/{view}/?id={asked}")
            assert answer.status_code == 302, (view, asked)
        post(client, "/quan-tri/ky-danh-gia/dong/", id=asked.replace("%00", "\0"))
        sentence = "Không có kỳ đánh giá này trong tỉnh đang làm việc."
        assert sentence in said(client.get("/quan-tri/ky-danh-gia/").text), asked


def test_odd_address_shows_the_list(web: Web) -> None:
    client = web.client("admin")
    for asked in (
        "page=-1", f"page={10**30}", "page_size=-5", "sort=99&desc=1", "sort=-1", "search=%00",
        "loai=khong-co", "thoi-gian=1", "endpoint=x", "export_type=y", "desc=x", "id=1",
    ):  # fmt: skip
        page = client.get(f"/quan-tri/don-vi/?{asked}")
        assert (page.status_code, f"Xã {MAU}" in page.text) == (200, "page=1" not in asked), asked
        file = client.get(f"/quan-tri/don-vi/export/csv/?{asked}")
        assert (file.status_code, f"Xã {MAU}" in file.text) == (200, True), asked


# The same number of queries whatever the number of rows


def more_units(session: Session, number: int) -> None:
    register_unit(
        session, name=f"Xã Số {number}", kind="xa", cluster="xa-phuong", official_code="",
        valid_from=date(2025, 7, 1), valid_to=None, by=COMMAND,
    )  # fmt: skip


def more_successions(session: Session, number: int) -> None:
    row = Succession(
        code=f"xep-{number}", kind="dissolve", title="Xếp", effective_on=date(2025, 7, 1),
        provenance="official", legal_basis=[{"title": "Nghị quyết"}],
    )  # fmt: skip
    session.add(row)
    session.flush()
    unit = session.scalars(select(UnitPeriod.unit_id).limit(1)).one()
    session.add(SuccessionLink(succession_id=row.id, predecessor_id=unit, share=1))


def more_sets(session: Session, number: int) -> None:
    row = session.scalars(select(StoredCriteriaSet).limit(1)).one()
    criteria = parse(CriteriaSet, row.document)
    store_set(session, criteria=criteria.model_copy(update={"code": f"bo-{number}"}))


def more_campaigns(session: Session, number: int) -> None:
    session.add(
        Campaign(year=1900 + number, title="Kỳ", opens_on=date(2025, 7, 1), illustrative=False)
    )


def more_results(session: Session, number: int) -> None:
    make_result(session, number=100 + number)


def more_accounts(session: Session, number: int) -> None:
    unit = session.scalars(select(UnitPeriod.unit_id).limit(1)).one()
    user = make_user(session, f"them{number}")
    grant_membership(session, user_id=user.id, role="officer", unit_id=unit, by=COMMAND)


def more_events(session: Session, number: int) -> None:
    record(session, actor=COMMAND, action="unit.change", subject=("unit", number))


def more_imports(session: Session, number: int) -> None:
    record(session, actor=COMMAND, action="units.import", subject=("province", number))


def more_movements(session: Session, number: int) -> None:
    row = session.scalars(select(StoredMovement).limit(1)).one()
    code = f"them-{number}"
    session.add(StoredMovement(code=code, hash="", document={**row.document, "code": code}))


def more_schemes(session: Session, number: int) -> None:
    row = session.scalars(select(StoredAwardScheme).limit(1)).one()
    store_scheme(session, scheme=parse(AwardScheme, {**row.document, "code": f"cach-{number}"}))


MORE: dict[str, Callable[[Session, int], None]] = {
    "don-vi": more_units,
    "sap-xep-don-vi": more_successions,
    "bo-tieu-chi": more_sets,
    "ky-danh-gia": more_campaigns,
    "ban-ket-qua": more_results,
    "tai-khoan": more_accounts,
    "nhat-ky": more_events,
    "lich-su-nhap": more_imports,
    "phong-trao": more_movements,
    "cach-xet-khen": more_schemes,
}
"""What adds a row to each list."""


def test_lists_ask_as_often_for_thirty_rows_as_for_few(web: Web) -> None:
    client = web.client("admin")

    def asked(path: str) -> int:
        return web.count_queries(lambda: shown.append(client.get(f"/quan-tri/{path}/")))

    shown: list[TestResponse] = []
    client.get("/quan-tri/don-vi/")
    few = {path: asked(path) for path in (*MORE, "van-ban")}
    with web.inside() as session:
        for add in MORE.values():
            for number in range(30):
                add(session, number)
    assert {path: asked(path) for path in few} == few
    assert len(MORE) == len(TABLES), "every list"
    assert max(few.values()) <= 12
    assert {answer.status_code for answer in shown} == {200}
