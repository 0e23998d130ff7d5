"""Every address of the desks, for everybody, with rows of this province and of the other.

The console's addresses are walked in ``tests/thidua_admin/test_console.py``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask import url_for
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from tests.factories import COMMAND
from tests.small import compute, unit_id
from tests.surveying import ABOUT
from tests.thidua.evidence.samples import pdf
from tests.thidua_admin.conftest import Web, fill_round, token, words
from tests.thidua_admin.desk.year import DAY, KHAC, START, campaign_of, on_web
from werkzeug.test import TestResponse

from thidua.evidence.files import Upload
from thidua.store.appraisal import ExplanationRequest
from thidua.store.awards import AwardRound
from thidua.store.criteria import Leaf
from thidua.store.dossiers import Dossier
from thidua.store.embedded import Server
from thidua.store.people import ROLES
from thidua.store.sheets import ScoreSheet
from thidua.work.entries import save_entries
from thidua.work.evidence import add_evidence
from thidua.work.evidence_facts import EvidenceFacts
from thidua.work.intake import return_dossier, take_in
from thidua.work.papers import PaperFacts
from thidua.work.questionnaires import open_survey

pytestmark = pytest.mark.xdist_group("walk")  # one year for all

NHO = "Kín Nhỏ"
MARKS = {"nho": NHO, "khac": KHAC}
OTHER_WORDS = {
    "leaf": "1.1", "what": "sipas", "stage": "appraised", "year": "2020",
    "chapter": "hoi-dap",
}  # fmt: skip
"""What stands in an address and is no row."""

PEOPLE = (*ROLES, "khac", "nobody")
"""An account of each role in ``nho``, the secretariat of ``khac``, somebody not signed in."""

STATUS = {"o": 200, ">": 302, "x": 403, "-": 404}
PAGES = {
    # secretariat, appraiser, officer, leader, council, auditor, admin, khac, nobody
    "home": "o o o o o o o o >",
    "results": "o o o o o o o o >",
    "result_table_page": "o - - o - o o - >",
    "result_workbook": "o - - o - o o - >",
    "movements": "o o o o o o o o >",
    "movement_page": "- - - - - - - - >",
    "about": "o o o o o o o o >",
    "account": "o o o o o o o o >",
    "account_password": "o o o o o o o o >",
    "account_two_factor": "o o o o o o o o >",
    "appraisal": "x o x x x x x x >",
    "appraisal_criterion": "x x x x x x x x >",
    "appraisal_unit": "x o x x x x x x >",
    "appraisal_line": "x x x x x x x x >",
    "appraisal_figures": "x o x x x x x x >",
    "appraisal_figures_workbook": "x o x x x x x x >",
    "appraisal_paper": "o x x o x o o - >",
    "appraisal_paper_workbook": "o x x o x o o - >",
    "rounds": "o x o o o o o o >",
    "round_shown": "o x o o o o o - >",
    "round_workbook": "o x o o o o o - >",
    "round_outcome_shown": "o x o o o o o - >",
    "round_ballot": "x x x x o x x x >",
    "round_dossiers": "o x o o o o o - >",
    "round_list_workbook": "o x o o o o o - >",
    "round_history": "o x o o o o o - >",
    "round_statistics": "o x x o o o o o >",
    "round_statistics_workbook": "o x x o o o o o >",
    "paper_file": "o - o o o o o - >",
    "guide": "o o o o o o o o >",
    "guide_chapter": "o o o o o o o o >",
    "evidence_file": "o o o o - o o - >",
    "evidence": "> > > > > > > > >",
    "evidence_register": "o o o o x o o - >",
    "evidence_printed": "o o o o x o o - >",
    "evidence_of_row": "o o o o x o o - >",
    "evidence_item": "o o o o - o o - >",
    "public": "o o o o o o o o o",
    "public_province": "o o o o o o o o o",
    "public_year": "- - - - - - - - -",
    "public_json": "- - - - - - - - -",
    "public_csv": "- - - - - - - - -",
    "result_row_page": "o - - o - o o - >",
    "secretariat": "o x x o x o o o >",
    "secretariat_campaign": "o x x o x o o - >",
    "secretariat_reminder": "o x x o x o o - >",
    "secretariat_figures": "o x x o x o o - >",
    "secretariat_effects": "o x x o x o o - >",
    "secretariat_figure": "o x x o x o o - >",
    "secretariat_intervals": "o x x o x o o - >",
    "petitions": "> > > > > > > > >",
    "petitions_of": "o o o o o o o - >",
    "secretariat_results": "o x x o x o o - >",
    "secretariat_version": "o x x o x o o - >",
    "secretariat_losses": "o - - o - o o - >",
    "secretariat_compare": "o x x o x o o - >",
    "secretariat_plan": "o x x x x x o o >",
    "secretariat_windows": "o x x x x x o - >",
    "secretariat_extend": "o x x x x x o - >",
    "secretariat_survey": "o x x o x o o - >",
    "secretariat_survey_paper": "- x x x x x - - >",
    "sheets": "o o o o o o o o >",
    "sheet_shown": "o o o o x o o - >",
    "sheet_beside": "o o o o x o o - >",
    "sheet_print": "o o o o x o o - >",
    "sheet_signing": "o o o o x o o - >",
    "survey_page": "o o o o o o o o o",
    "survey_thanks": "o o o o o o o o o",
}
"""How a page about a row of ``nho`` answers each of ``PEOPLE``, by ``STATUS``."""

OPEN = {
    "public", "public_province", "public_year", "public_json", "public_csv",
    "survey_page", "survey_thanks", "survey_open", "survey_send",
}  # fmt: skip
"""For everybody, signed in or not."""

OWN = {
    "account_password", "account_phone", "account_two_factor", "account_recovery_codes",
    "account_sign_out_elsewhere", "dismiss_tour", "switch",
}  # fmt: skip
"""What people do to themselves."""

STAFF = {"secretariat", "admin"}
WRITERS: Mapping[str, set[str]] = {
    "appraisal": {"appraiser"}, "evidence": {"officer"}, "petitions_answer": STAFF,
    "petitions_file": STAFF | {"officer"}, "round_answer": STAFF | {"officer"},
    "round_ballot": {"council"}, "round_collective": STAFF | {"officer"}, "round_open": STAFF,
    "round_person": STAFF | {"officer"}, "round_propose": STAFF,
    "round_withdraw": STAFF | {"officer"}, "secretariat": STAFF,
    "sheet": {"officer"}, "sheet_line_saved": {"officer", "appraiser"},
}  # fmt: skip
"""Who alone may send the forms whose endpoints begin so."""

FORM = {
    "name": "Bà Mới", "unit": "1", "units": "1", "unit_id": "1", "leaf": "1.2", "leaves": "1.2",
    "reason": "Thử", "text": "Thử", "note": "Thử", "answer": "Thử", "question": "Vì sao?",
    "comment": "Thử", "summary": "Báo cáo", "signer": "Bà Mẫu", "position": "Giám đốc",
    "number": "1", "held_on": "2026-01-01", "members": "Bà Mẫu", "until": "2030-01-01T10:00",
    "year": "2027", "step": "self", "groups": "ld", "group": "ld", "count": "2", "source": "Thử",
    "row_version": "1", "action": "accept", "import": "1", "petition": "1", "scheme": "khen-cchc",
}  # fmt: skip
LINE: Mapping[str, object] = {
    "inputs": {}, "explanation": "", "expected_version": None, "save_id": "thu",
}  # fmt: skip


@dataclass(frozen=True)
class Walk:
    """The web with something of everything in both provinces, and everybody signed in."""

    web: Web
    clients: Mapping[str, FlaskClient]
    tokens: Mapping[str, str]
    ids: Mapping[str, Mapping[str, int]]

    def endpoints(self, method: str) -> Mapping[str, set[str]]:
        """The desks' endpoints that take the method, with the variables of their addresses."""
        return {
            rule.endpoint.removeprefix("desk."): rule.arguments
            for rule in self.web.app.url_map.iter_rules()
            if rule.endpoint.startswith("desk.") and method in (rule.methods or ())
        }

    def addresses(self, method: str, code: str) -> list[tuple[str, str, bool]]:
        """Endpoint, address, and whether it names a row of the province that it is about."""
        known = {**OTHER_WORDS, **self.ids[code]}
        found = []
        with self.web.app.test_request_context():
            for endpoint, names in self.endpoints(method).items():
                given: dict[str, Any] = {name: known.get(name, code) for name in names}
                named = bool(names & set(self.ids[code])) and endpoint not in OPEN
                found.append((endpoint, url_for(f"desk.{endpoint}", **given), named))
        return found

    def send(self, who: str, endpoint: str, address: str) -> TestResponse:
        """What somebody is answered who sends a form with its token."""
        headers = {"X-CSRFToken": self.tokens.get(who, "")}
        if endpoint == "sheet_line_saved":
            return self.clients[who].post(address, json=LINE, headers=headers)
        return self.clients[who].post(address, data=FORM, headers=headers)


def writers(endpoint: str) -> set[str]:
    """Who may send this form: what the longest beginning of its name says."""
    known = [start for start in WRITERS if endpoint.startswith(start)]
    return WRITERS[max(known, key=len)]


def deepen(web: Web, session: Session, mark: str) -> dict[str, int]:
    """Something of everything in the entered province, by the variables of addresses."""
    campaign, unit = campaign_of(session), unit_id(session, "so-mot")
    at = START - 10 * DAY
    place: dict[str, Any] = {
        "campaign_id": campaign.id, "unit_id": unit, "by": COMMAND, "at": at,
    }  # fmt: skip
    save_entries(session, stage="self", inputs={"1.2": {"points": 1}}, **place)
    file = Upload("bao-cao.pdf", BytesIO(pdf()))
    facts = EvidenceFacts(f"Báo cáo {mark}")
    item = add_evidence(session, facts=facts, files=web.runtime.files, file=file, **place)
    sheet = session.scalars(select(ScoreSheet).where(ScoreSheet.unit_id == unit)).one()
    leaf = session.scalars(select(Leaf).where(Leaf.code == "1.2").limit(1)).one()
    asked = ExplanationRequest(
        sheet_id=sheet.id, leaf_id=leaf.id, stage="appraised", question=f"Vì sao {mark}?",
        asked_at=at,
    )  # fmt: skip
    session.add(asked)
    survey = {"survey": "can-bo", "about": ABOUT, "by": COMMAND, "at": at}
    form = open_survey(session, campaign_id=campaign.id, **survey)  # type: ignore[arg-type]
    version = compute(session, campaign)
    version.title = f"Kết quả {mark}"
    fill_round(session, unit, mark, COMMAND)
    session.flush()
    return {
        "paper_id": returned(web, session, at),
        "campaign_id": campaign.id, "unit_id": unit, "agency_id": unit_id(session, "so-hai"),
        "item_id": item.id, "request_id": asked.id, "form_id": form.id,
        "version_id": version.id, "row_id": version.rows[0].id,
        "round_id": session.scalars(select(AwardRound.id)).one(),
    }  # fmt: skip


def returned(web: Web, session: Session, at: datetime) -> int:
    """The round's dossier taken in and returned by a letter; the letter's id."""
    dossier, day = session.scalars(select(Dossier.id)).one(), at.date()
    take_in(session, dossier_id=dossier, number="1", received_on=day, by=COMMAND, at=at)
    letter = PaperFacts("1/SNV", day, file=Upload("tra.pdf", BytesIO(pdf())))
    made = return_dossier(
        session, dossier_id=dossier, missing=["tờ trình"], due_on=day, on=day, paper=letter,
        by=COMMAND, at=at, files=web.runtime.files,
    )  # fmt: skip
    return made.paper_id or 0


@pytest.fixture(scope="module")
def walk(server: Server, year_template: str, web_home: Path) -> Iterator[Walk]:
    """One copy of the year for the whole walk."""
    name = f"test_{uuid4().hex}"
    server.clone(name, year_template)
    with on_web(server, name, web_home) as web:
        ids = {}
        for code, mark in MARKS.items():
            with web.inside(code) as session:
                ids[code] = deepen(web, session, mark)
        clients = {who: web.client(who) for who in PEOPLE if who != "nobody"}
        tokens = {who: token(client) for who, client in clients.items()}
        yield Walk(web, {**clients, "nobody": web.app.test_client()}, tokens, ids)
    server.drop(name)


def test_the_walk_knows_every_address(walk: Walk) -> None:
    assert set(walk.endpoints("GET")) == set(PAGES)
    for endpoint in set(walk.endpoints("POST")) - OPEN - OWN:
        assert writers(endpoint), endpoint


def test_each_page_is_shown_to_whom_it_is_for(walk: Walk) -> None:
    shown = {}
    for endpoint, address, named in walk.addresses("GET", "nho"):
        answers = {who: client.get(address) for who, client in walk.clients.items()}
        letters = {status: letter for letter, status in STATUS.items()}
        shown[endpoint] = " ".join(letters[one.status_code] for one in answers.values())
        for who, answer in answers.items():
            foreign = NHO if who == "khac" else KHAC
            assert foreign not in words(answer), (who, address)
        if endpoint not in OPEN:
            assert answers["nobody"].headers["Location"].startswith("/login?next="), address
            assert NHO not in answers["nobody"].text
        assert not named or answers["khac"].status_code in (403, 404), address
    assert shown == PAGES


def test_ids_of_another_province_are_not_found(walk: Walk) -> None:
    for _, address, named in walk.addresses("GET", "khac"):
        for role in ROLES if named else ():
            answer = walk.clients[role].get(address)
            assert (answer.status_code in (403, 404), KHAC in words(answer)) == (True, False), (
                role, address, answer.status_code,
            )  # fmt: skip


def test_open_pages_say_nothing_that_is_not_published(walk: Walk) -> None:
    for endpoint, address, _ in walk.addresses("GET", "khac"):
        if endpoint in OPEN:
            answer = walk.clients["nobody"].get(address)
            assert (answer.status_code in (200, 404), KHAC in answer.text) == (True, False), address


def test_no_form_is_taken_without_its_token(walk: Walk) -> None:
    before = walk.web.rows("nho")
    for endpoint, address, _ in walk.addresses("POST", "nho"):
        for who in ("admin", "officer", "nobody") if endpoint not in OPEN else ():
            assert walk.clients[who].post(address, data=FORM).status_code == 400, (who, address)
    assert walk.web.rows("nho") == before


def test_form_without_the_right_or_about_another_province_changes_nothing(walk: Walk) -> None:
    before = {code: walk.web.rows(code) for code in MARKS}
    for code in MARKS:
        for endpoint, address, named in walk.addresses("POST", code):
            if not named:
                continue
            ours = (
                ROLES
                if code == "khac"
                else [role for role in ROLES if role not in writers(endpoint)]
            )
            others = () if code == "khac" else ("khac",)
            for who in (*ours, *others):
                answer = walk.send(who, endpoint, address)
                assert answer.status_code in (302, 400, 403, 404), (who, address)
                foreign = NHO if who == "khac" else KHAC
                assert foreign not in answer.text, (who, address)
    for code in MARKS:
        assert walk.web.rows(code) == before[code]
