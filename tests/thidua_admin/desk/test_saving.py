"""The one address that saves lines, as pages use it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from tests.thidua_admin.conftest import COMMAND, Web, token

from thidua.store.campaigns import Campaign
from thidua.store.criteria import Leaf
from thidua.store.people import User
from thidua.store.sheets import ScoreEntry
from thidua.store.units import Unit
from thidua.work.accounts import grant_membership
from thidua.work.entries import save_entry

RATIO = {"numerator": "1.250", "denominator": "2500"}
SAID = "Số nhiệm vụ đã hoàn thành"


@dataclass
class Desk:
    """A signed-in browser and its sheet."""

    web: Web
    client: FlaskClient
    token: str
    campaign: int
    unit: int

    def send(self, leaf: str, stage: str = "self", unit: int | None = None, **line: Any) -> Any:
        """The status and the document that come back."""
        answer = self.client.post(
            f"/phieu/{self.campaign}/{unit or self.unit}/{leaf}/{stage}",
            json=line, headers={"X-CSRFToken": self.token},
        )  # fmt: skip
        return answer.status_code, answer.get_json()

    def stored(self) -> list[tuple[str, str, dict[str, int], str, int]]:
        """What stands in the unit's sheet."""
        with self.web.inside() as session:
            rows = session.execute(
                select(Leaf.code, ScoreEntry).join(ScoreEntry, ScoreEntry.leaf_id == Leaf.id)
            )
            return [
                (code, row.stage, row.inputs, row.explanation, row.row_version)
                for code, row in rows
            ]


def desk_of(web: Web, username: str) -> Desk:
    client = web.client(username)
    with web.inside() as session:
        campaign = session.scalars(select(Campaign.id).where(Campaign.stage == "open")).one()
        unit = session.scalars(select(Unit.id).where(Unit.key == "so-noi-vu")).one()
    return Desk(web, client, token(client), campaign, unit)


@pytest.fixture
def desk(web: Web) -> Desk:
    """The officer, of Sở Nội vụ too."""
    desk = desk_of(web, "officer")
    with web.inside() as session:
        user = session.scalars(select(User.id).where(User.username == "officer")).one()
        grant_membership(session, user_id=user, role="officer", unit_id=desk.unit, by=COMMAND)
    return desk


def refused(*problems: tuple[str, str]) -> dict[str, Any]:
    listed = [{"place": place, "sentence": sentence} for place, sentence in problems]
    return {"state": "refused", "problems": listed}


def test_line_is_saved_as_typed_and_says_what_it_earns(desk: Desk) -> None:
    assert desk.send("1.2.1", inputs=RATIO, explanation=" Vì bão. ", expected_version=0) == (
        200,
        {
            "state": "saved",
            "row_version": 1,
            "points": "20",
            "maximum": "40",
            "words": "1.250/2.500 = 50% của 40 điểm → 20 điểm",
            "gaps": [],
        },
    )
    expected = ("1.2.1", "self", {"numerator": 1250, "denominator": 2500}, "Vì bão.", 1)
    assert desk.stored() == [expected]


def test_what_a_line_lacks_follows_each_save(desk: Desk) -> None:
    lacking = {"kind": "input", "words": "Chưa nhập: Kết quả."}
    evidence = {
        "kind": "evidence", "words": "Chưa có tài liệu minh chứng; không có thì hãy giải trình.",
    }  # fmt: skip
    answers = [desk.send("1.1", inputs={"value": text})[1] for text in (None, "1")]
    gaps = [(answer["points"], answer["gaps"]) for answer in answers]
    assert gaps == [(None, [lacking]), ("10", [evidence])]


@pytest.mark.parametrize(
    ("inputs", "problems"),
    [
        (
            {"numerator": "mười", "denominator": "1,5"},
            [
                ("denominator",
                 "“Số nhiệm vụ trong kế hoạch”: phải là số nguyên, không có phần lẻ."),
                ("numerator", f"“{SAID}”: “mười” không phải là số; hãy ghi như 1.250 hoặc 12,5."),
            ],
        ),
        (
            {"numerator": "-1"},
            [("numerator", f"“{SAID}” phải từ 0 đến 1.000.000.000; hãy nhập lại.")],
        ),
        ({"khac": "1"}, [("khac", "Tiêu chí này không có số liệu như vậy; hãy bỏ đi.")]),
        ({"numerator": 5}, [("", "Trang gửi thiếu dữ liệu. Hãy tải lại trang rồi nhập.")]),
    ],
)  # fmt: skip
def test_unusable_figures_are_refused_by_field(
    desk: Desk, inputs: dict[str, Any], problems: list[tuple[str, str]]
) -> None:
    assert desk.send("1.2.1", inputs=inputs) == (400, refused(*problems))
    assert desk.stored() == []


def test_second_tab_is_shown_what_stands_there(desk: Desk) -> None:
    desk.send("1.2.1", inputs=RATIO, explanation="Một", expected_version=0, save_id="a")
    code, answer = desk.send("1.2.1", inputs={"numerator": "7"}, expected_version=0, save_id="b")
    when = answer["stored"].pop("when")
    assert (code, answer.pop("sentence").startswith("Dòng này vừa được Bà officer sửa")) == (
        409,
        True,
    )
    assert answer == {
        "state": "conflict",
        "stored": {
            "inputs": {"numerator": "1250", "denominator": "2500"},
            "explanation": "Một",
            "row_version": 1,
            "who": "Bà officer",
        },
    }
    assert len(when) == len("15:00 22/11/2026")
    code, answer = desk.send("1.2.1", inputs={"numerator": "7"}, expected_version=1, save_id="b")
    assert (code, answer["state"], answer["row_version"]) == (200, "saved", 2)


def test_save_sent_twice_counts_once_and_hides_nothing(desk: Desk) -> None:
    first = desk.send("1.2.1", inputs=RATIO, expected_version=0, save_id="a")
    assert desk.send("1.2.1", inputs=RATIO, expected_version=0, save_id="a") == first
    with desk.web.inside() as session:
        save_entry(
            session, campaign_id=desk.campaign, unit_id=desk.unit, leaf_code="1.2.1",
            stage="self", inputs={"numerator": 3, "denominator": 4}, by=COMMAND,
            at=datetime.now(UTC),
        )  # fmt: skip
    code, answer = desk.send("1.2.1", inputs=RATIO, expected_version=0, save_id="a")
    assert (code, answer["state"], answer["stored"]["inputs"]) == (
        409,
        "conflict",
        {"numerator": "3", "denominator": "4"},
    )


def test_strangers_and_what_is_not_there_are_refused_in_words(web: Web, desk: Desk) -> None:
    own = "Bạn chỉ tự chấm được phiếu của đơn vị mình."
    only = "Bạn không có quyền tự chấm. Việc này dành cho: Cán bộ của đơn vị."
    agency = "Tiêu chí 2: “Tỷ lệ hồ sơ đúng hạn (%)” do cơ quan thẩm định cung cấp."
    with web.inside() as session:
        other = session.scalars(select(Unit.id).where(Unit.key == "so-tai-chinh")).one()
    leader = desk_of(web, "leader")
    assert [
        desk.send("1.1", unit=other, inputs={"value": "1"}),
        leader.send("1.1", inputs={"value": "1"}),
        desk.send("2", inputs={"value": "99"}),
        desk.send("9.9", inputs={}),
        desk.send("1.1", unit=10**9, inputs={}),
    ] == [
        (403, refused(("", own))),
        (403, refused(("", only))),
        (403, refused(("", agency))),
        (404, refused(("", "Bộ tiêu chí không có mã 9.9."))),
        (404, refused(("", "Đơn vị này không tham gia kỳ đánh giá."))),
    ]
    assert desk.send("1.1", stage="khac", inputs={})[0] == 404
    assert desk.stored() == []


def test_page_without_its_token_saves_nothing(desk: Desk) -> None:
    desk.token = "sai"
    assert desk.send("1.1", inputs={"value": "1"})[0] == 400
    assert desk.stored() == []


def test_save_asks_the_database_a_few_things(desk: Desk) -> None:
    desk.send("1.2.1", inputs=RATIO)
    asked = desk.web.count_queries(lambda: desk.send("1.2.1", inputs=RATIO, save_id="b"))
    assert asked == 5
