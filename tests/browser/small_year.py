"""Tỉnh Mẫu for a whole year in a browser: five invented bodies, seven criteria, seven people.

Three departments are scored. Sở Nội vụ appraises domain 1, Văn phòng UBND tỉnh domains 2 and 3;
neither is of a kind that has a criteria set. 3.1 rests on the index ``sipas``, 3.2 on what
officials answer. Only accounts are prepared; the year itself is for the pages.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Thread
from typing import Any
from uuid import uuid4

from tests.factories import COMMAND
from tests.small import RATIO, criteria, domain, grading, leaf, small_spec, unit_id
from tests.thidua_admin.conftest import PASSWORD, Web, made_web
from werkzeug.serving import make_server

from thidua.registry import Registry, load_province
from thidua.runtime import Database, Runtime
from thidua.settings import Settings
from thidua.spec.bundle import ProvinceSpec
from thidua.store.embedded import APP, OWNER, Server
from thidua.store.engine import make_engine
from thidua.store.people import Role
from thidua.store.tenancy import make_sessionmaker
from thidua.testing.sample.thidua_mau.plugin import province as mau
from thidua.work.accounts import create_user, grant_membership
from thidua.work.provinces import apply_province
from thidua_admin.security import password_hash

FINANCE, HEALTH, BUILDING = "Sở Tài chính", "Sở Y tế", "Sở Xây dựng"
OFFICIALS = {
    "kind": "officials", "survey": "can-bo", "too_few": "leave_out",
    "answers": [
        {"code": "tot", "label": "Tốt", "share": 1},
        {"code": "kha", "label": "Khá", "share": "0.7"},
        {"code": "kem", "label": "Chưa tốt", "share": 0},
    ],
    "groups": [{"code": "cc", "label": "Công chức", "weight": 1, "minimum": 2}],
}  # fmt: skip
ON_TIME = {
    "kind": "ratio", "numerator": "Số hồ sơ trả đúng hạn", "denominator": "Số hồ sơ đã trả",
    "zero_denominator": "not_applicable",
}  # fmt: skip
ONLINE = {
    "kind": "choice",
    "levels": [
        {"label": "Từ 80% hồ sơ trở lên", "share": 1},
        {"label": "Từ 50% đến dưới 80% hồ sơ", "share": "0.5"},
        {"label": "Dưới 50% hồ sơ", "share": 0},
    ],
}
DOMAINS = [
    domain(
        "1", "Chỉ đạo, điều hành cải cách hành chính",
        leaf("1.1", "Ban hành kế hoạch năm đúng hạn", 10, {"kind": "yes_no"},
             evidence="Kế hoạch đã ban hành"),
        leaf("1.2", "Hoàn thành nhiệm vụ trong kế hoạch", 30, RATIO,
             guidance="Đếm nhiệm vụ đã có sản phẩm được cấp có thẩm quyền công nhận.",
             evidence="Báo cáo kết quả thực hiện kế hoạch"),
        leaf("1.3", "Có cách làm mới được nhân rộng", 2,
             {"kind": "count", "item": "Số cách làm mới", "each": 1}, counts_as="bonus"),
        appraiser="so-noi-vu",
    ),
    domain(
        "2", "Cải cách thủ tục hành chính",
        leaf("2.1", "Trả hồ sơ đúng hạn", 20, ON_TIME, guidance="Theo dữ liệu một cửa cả năm."),
        leaf("2.2", "Hồ sơ nộp trực tuyến", 10, ONLINE),
        appraiser="van-phong",
    ),
    domain(
        "3", "Sự hài lòng",
        leaf("3.1", "Mức độ hài lòng của người dân", 20, {"kind": "survey", "survey": "sipas"}),
        leaf("3.2", "Công chức đánh giá lãnh đạo điều hành", 10, OFFICIALS),
        appraiser="van-phong",
    ),
]  # fmt: skip


def year_spec() -> ProvinceSpec:
    """Tỉnh Mẫu."""
    unit: Mapping[str, Any] = {"valid_from": "2025-07-01", "provenance": "illustrative"}
    units = {
        "so-tai-chinh": (FINANCE, "so"), "so-y-te": (HEALTH, "so"),
        "so-xay-dung": (BUILDING, "so"), "so-noi-vu": ("Sở Nội vụ", "tham-dinh"),
        "van-phong": ("Văn phòng UBND tỉnh", "tham-dinh"),
    }  # fmt: skip
    asked = criteria(
        code="so", title="Bộ tiêu chí của sở, ban, ngành", kinds=["so"],
        declared={"domains": 3, "points": 100, "survey_points": 30},
        exemption_groups=[], substitutes=[], bonus_cap=2, domains=DOMAINS,
    )  # fmt: skip
    return small_spec(
        "mau",
        info={
            "code": "mau",
            "name": "Mẫu",
            "full_name": "Tỉnh Mẫu",
            "authority": "Sở Nội vụ tỉnh Mẫu",
            "version": "1",
        },
        jurisdictions=[{"code": "mau", "name": "Mẫu", "valid_from": "2025-07-01"}],
        unit_kinds=[
            {"code": "so", "name": "Sở, ban, ngành", "level": "province"},
            {"code": "tham-dinh", "name": "Cơ quan thẩm định", "level": "province"},
        ],
        units=[
            {"key": key, "name": name, "kind": kind, **unit} for key, (name, kind) in units.items()
        ],
        criteria_sets=[asked],
        grading=[grading()],
    )


PEOPLE: Mapping[str, tuple[str, Role, tuple[str, ...]]] = {
    "thuongtruc": ("Bà Mẫu Một", "secretariat", ()),
    "taichinh": ("Ông Mẫu Hai", "officer", ("so-tai-chinh",)),
    "yte": ("Bà Mẫu Ba", "officer", ("so-y-te", "so-xay-dung")),
    "xaydung": ("Ông Mẫu Tám", "officer", ("so-xay-dung",)),
    "noivu": ("Ông Mẫu Bốn", "appraiser", ("so-noi-vu",)),
    "vanphong": ("Bà Mẫu Năm", "appraiser", ("van-phong",)),
}
"""User name: who, as what, on behalf of whom. Whoever is surveyed has no account."""


Figures = Mapping[str, Sequence[str]]
"""By leaf code what is typed into its fields, or chosen."""

FULL: Figures = {
    "1.1": ["Có"], "1.2": ["20", "20"], "1.3": ["1"], "2.1": ["980", "1000"],
    "2.2": ["Từ 80% hồ sơ trở lên"],
}  # fmt: skip
SHORT: Figures = {
    "1.1": ["Có"], "1.2": ["18", "20"], "1.3": ["0"], "2.1": ["900", "1000"],
    "2.2": ["Từ 50% đến dưới 80% hồ sơ"],
}  # fmt: skip


@dataclass(frozen=True)
class Site:
    """Where the pages answer, and the password of all accounts."""

    address: str
    password: str = PASSWORD


@contextmanager
def served(server: Server, home: Path) -> Iterator[Site]:
    """The province with its accounts and nothing else, served for real."""
    with ExitStack() as undo:
        name = f"year_{uuid4().hex}"
        server.clone(name)
        undo.callback(server.drop, name)
        database = Database(server.url(APP, name), server.url(OWNER, name), embedded=False)
        engine = make_engine(database.app_url)
        undo.callback(engine.dispose)
        loaded = replace(load_province("mau", mau), spec=year_spec(), rule_kinds={})
        runtime = Runtime(
            settings=Settings(home=home, two_factor="offered", public_results=True),
            registry=Registry({"mau": loaded}),
            database=database,
            engine=engine,
            sessions=make_sessionmaker(engine),
        )
        web = made_web(runtime)
        _employ(web)
        yield Site(undo.enter_context(_listening(web)))


@contextmanager
def _listening(web: Web) -> Iterator[str]:
    """The web at an address of its own until the end, whatever happens."""
    serving = make_server("127.0.0.1", 0, web.app, threaded=True)
    thread = Thread(target=serving.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{serving.server_port}"
    finally:
        serving.shutdown()
        thread.join()
        serving.server_close()


def _employ(web: Web) -> None:
    """The province with an account for each of the people."""
    with web.app.app_context():
        hashed = password_hash(PASSWORD)
    with web.runtime.sessions.begin() as session:
        apply_province(session, spec=year_spec(), by=COMMAND)
        for username, (name, role, units) in PEOPLE.items():
            user = create_user(
                session, username=username, name=name, password_hash=hashed, by=COMMAND
            )
            for key in units or (None,):
                unit = unit_id(session, key) if key else None
                grant_membership(session, user_id=user.id, role=role, by=COMMAND, unit_id=unit)
