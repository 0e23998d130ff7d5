"""The appraiser's desk in the sample province, as its pages show it.

Sở Nội vụ appraises 1.1 and 1.2.1 of the departments and 1 of the communes; Văn phòng UBND tỉnh
criterion 2, whose figures it brings itself. Each appraises the other. The account ``ngoai`` is made
an appraiser of one of them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import unescape
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select
from tests.thidua_admin.conftest import COMMAND, Web, post, token
from werkzeug.test import TestResponse

from thidua.store.campaigns import Campaign
from thidua.store.criteria import Leaf
from thidua.store.people import User
from thidua.store.sheets import EntryStage, ScoreEntry, ScoreSheet
from thidua.store.units import Unit
from thidua.work.accounts import grant_membership
from thidua.work.entries import save_entry
from thidua_admin.desk.moment import now

TASKS = {"numerator": 30, "denominator": 40}
HALF = {"numerator": 20, "denominator": 40}
ALL = {"numerator": 40, "denominator": 40}


@dataclass
class Desk:
    """An appraiser's browser, and what stands behind it."""

    web: Web
    client: FlaskClient
    campaign: int
    units: Mapping[str, int]

    def get(self, path: str) -> str:
        """A page of the campaign's appraisal."""
        answer = self.client.get(f"/tham-dinh/{self.campaign}/{path}")
        assert answer.status_code == 200, answer.text
        return answer.text

    def refused(self, path: str) -> int:
        """With what a page is refused."""
        return self.client.get(f"/tham-dinh/{self.campaign}/{path}").status_code

    def post(self, path: str, **fields: object) -> TestResponse:
        """A form of the campaign's appraisal, and the page that it leads to."""
        answer = post(self.client, f"/tham-dinh/{self.campaign}/{path}", **fields)
        return self.client.get(answer.headers["Location"]) if answer.location else answer

    def send(self, address: str, inputs: Mapping[str, str], **more: Any) -> dict[str, Any]:
        """A line to the address that a page gave."""
        line = {"inputs": inputs, "expected_version": 0, **more}
        answer = self.client.post(address, json=line, headers={"X-CSRFToken": token(self.client)})
        return dict(answer.get_json())

    def enter(
        self,
        unit: str,
        code: str,
        inputs: Mapping[str, int],
        stage: EntryStage = "self",
        text: str = "",
    ) -> None:
        """What stands in a line."""
        with self.web.inside() as session:
            save_entry(
                session, campaign_id=self.campaign, unit_id=self.units[unit], leaf_code=code,
                stage=stage, inputs=inputs, explanation=text, by=COMMAND, at=now(),
            )  # fmt: skip

    def stored(self, stage: EntryStage) -> list[tuple[str, str, dict[str, int], str]]:
        """Unit, leaf, inputs and comment of every line at a stage."""
        names = {id_: key for key, id_ in self.units.items()}
        query = (
            select(ScoreSheet.unit_id, Leaf.code, ScoreEntry.inputs, ScoreEntry.explanation)
            .join(ScoreEntry, ScoreEntry.sheet_id == ScoreSheet.id)
            .join(Leaf, Leaf.id == ScoreEntry.leaf_id)
            .where(ScoreEntry.stage == stage)
            .order_by(ScoreSheet.unit_id, Leaf.position)
        )
        with self.web.inside() as session:
            return [(names[row[0]], row[1], row[2], row[3]) for row in session.execute(query)]


def desk_of(web: Web, username: str = "ngoai", unit: str = "") -> Desk:
    """The desk of an account, which is made an appraiser on behalf of a unit if one is named."""
    with web.inside() as session:
        units = {row.key: row.id for row in session.scalars(select(Unit))}
        campaign = session.scalars(select(Campaign.id).where(Campaign.stage == "open")).one()
        if unit:
            user = session.scalars(select(User).where(User.username == username)).one()
            grant_membership(
                session, user_id=user.id, role="appraiser", unit_id=units[unit], by=COMMAND
            )
    return Desk(web, web.client(username), campaign, units)


def text(html: str) -> str:
    """What a piece of a page says."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def lines(page: str) -> list[list[str]]:
    """The cells of the grid's lines, from the unit's or criterion's name on."""
    rows = re.findall(r'<tr class="grid-line">(.*?)</tr>', page, re.DOTALL)
    cells = [re.findall(r"<td\b[^>]*>(.*?)</td>", row, re.DOTALL) for row in rows]
    return [[text(cell) for cell in row[1:]] for row in cells]


def attributes(page: str, name: str) -> list[str]:
    """The values of an attribute, in the order of the page."""
    return [unescape(found) for found in re.findall(rf'\b{name}="([^"]*)"', page)]
