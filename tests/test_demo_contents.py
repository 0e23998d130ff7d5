"""What the demo shows: every stage, a tour, and no invented figure without its mark.

Nobody is harmed: everybody walks through the whole demo by its links and opens every workbook.
What shows the name of a unit beside a figure that the demo invented for it must say "SỐ LIỆU MINH
HỌA"; the tables that a province really published must not.
"""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Iterator, Set
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from html import unescape
from io import BytesIO
from urllib.parse import parse_qsl, urldefrag, urlencode, urljoin, urlsplit, urlunsplit
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from tests.factories import COMMAND
from tests.thidua_admin.conftest import made_web, post
from werkzeug.exceptions import NotFound

from thidua.awards.allocation import OUTCOMES
from thidua.runtime import Database, Runtime, open_runtime
from thidua.scoring.ticks import to_points, written
from thidua.settings import Settings
from thidua.store.audit_rows import AuditEvent
from thidua.store.awards import AwardProposal, AwardRound, Nomination
from thidua.store.campaigns import Campaign
from thidua.store.dossiers import Dossier
from thidua.store.embedded import APP, OWNER, Server
from thidua.store.evidence import EvidenceItem
from thidua.store.people import ROLES, Membership, User
from thidua.store.publication import Petition
from thidua.store.results import ResultRow, ResultVersion
from thidua.store.schedules import STEPS
from thidua.store.sheets import EntryStage, ScoreEntry, ScoreSheet
from thidua.store.surveys import SurveyCode
from thidua.work.adoption import adoption_of
from thidua.work.award_outcome import round_outcome
from thidua.work.completeness import completeness
from thidua.work.dossiers import dossier_state
from thidua.work.explanations import asked_of
from thidua.work.lateness import late_units
from thidua.work.questionnaires import list_surveys, survey_state
from thidua.work.schedule import schedule_of
from thidua_admin.app import create_app
from thidua_admin.sample import accounts, prepare

pytestmark = pytest.mark.xdist_group("shown")  # one demo for all

MARK = "SỐ LIỆU MINH HỌA"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ALIKE = 2
"""So many links of one kind are followed from each page: the others lead to the same template."""

MOST = 4
"""So many pages of one kind are opened in one walk; one, when others have opened the rest."""

SAME = ("url", "sort", "desc", "page_size")
"""What in an address only says where to go back to, or how to show the same."""

LINK = re.compile(r'<a [^>]*?href="([^"]+)"')
TOUR_LINK = re.compile(r'<li><a href="([^"]+)">[^<]+</a><span class="muted">')
ROW = re.compile(r"<(tr|li|p|dd)\b.*?</\1>", re.DOTALL)
TAG = re.compile(r"<[^>]*>")
"""Read as text only, never to build a page."""

Said = tuple[str, ...]
"""What one page or workbook says, piece by piece: a row, a line, a cell with its row."""


Lines = dict[str, set[str]]
"""The figures of each unit, as they are written, by its name."""

FIGURE = re.compile(r"(?<![\d,.])\d+,\d+(?![\d,])")


@dataclass(frozen=True)
class Shown:
    """The demo as it stands before anybody has signed in."""

    app: Flask
    runtime: Runtime
    password: str

    def client(self, username: str) -> FlaskClient:
        """A browser in which this sample account has signed in."""
        client = self.app.test_client()
        answer = post(client, "/login", username=username, password=self.password)
        assert (answer.status_code, answer.headers["Location"]) == (302, "/")
        return client

    @contextmanager
    def inside(self, code: str) -> Iterator[Session]:
        """A session in a province."""
        with self.runtime.in_province(self.runtime.province_id(code)) as session:
            yield session

    def lines(self, code: str, *, invented: bool) -> Lines:
        """Every line of every result of a province, invented or really published."""
        found: dict[str, set[str]] = {}
        with self.inside(code) as session:
            query = select(ResultRow).join(ResultVersion, ResultVersion.id == ResultRow.version_id)
            for row in session.scalars(query.where(ResultVersion.illustrative == invented)):
                found.setdefault(row.name, set()).update(figures(row))
        return found


@dataclass
class Walk:
    """What one person has seen: the text of each address, and workbooks apart."""

    client: FlaskClient
    app: Flask
    pages: dict[str, str] = field(default_factory=dict)
    books: dict[str, Said] = field(default_factory=dict)
    before: Set[str] = frozenset()
    """What others have opened: of each kind one is opened again, for what this person sees."""

    def go(self) -> Walk:
        """Follow the links from the first page until there is nothing new."""
        waiting, opened = deque(["/"]), Counter[tuple[str, str]]()
        while waiting:
            address = waiting.popleft()
            if address in self.pages or address in self.books:
                continue
            kind = self._kind(address)
            if opened[kind] >= (1 if address in self.before else MOST):
                continue
            opened[kind] += 1
            answer = self.client.get(address, follow_redirects=True)
            assert answer.status_code == 200, address
            if answer.mimetype == XLSX:
                self.books[address] = cells(answer.data)
            elif answer.mimetype == "text/html":
                self.pages[address] = answer.text
                waiting.extend(self._links(address, answer.text))
        return self

    def _links(self, address: str, page: str) -> Iterator[str]:
        """The links of a page that stay in the app, a few of each kind."""
        seen: Counter[tuple[str, str]] = Counter()
        for href in LINK.findall(page):
            link = plain(urldefrag(urljoin(address, unescape(href))).url)
            if not link.startswith("/") or link.startswith("/shell/"):
                continue
            kind = self._kind(link)
            seen[kind] += 1
            if seen[kind] <= ALIKE:
                yield link

    def _kind(self, link: str) -> tuple[str, str]:
        parts = urlsplit(link)
        try:
            endpoint, given = self.app.url_map.bind("localhost").match(parts.path)
        except NotFound:
            raise AssertionError(f"{link} leads nowhere") from None
        names = sorted(name.partition("=")[0] for name in parts.query.split("&"))
        return str(endpoint), f"{sorted(given)} {names} {given.get('code', '')}"


def plain(link: str) -> str:
    """A link without what says only how to come back or in which order to show the same."""
    parts = urlsplit(link)
    asked = [(name, value) for name, value in parse_qsl(parts.query) if name not in SAME]
    return urlunsplit(parts._replace(query=urlencode(asked)))


def cells(content: bytes) -> Said:
    """The rows of every sheet of a workbook, as text."""
    book = load_workbook(BytesIO(content))
    return tuple(
        " ".join(_written(cell) for cell in row if cell is not None)
        for sheet in book.worksheets
        for row in sheet.iter_rows(values_only=True)
    )


def _written(cell: object) -> str:
    return written(Decimal(str(cell))) if isinstance(cell, int | float) else str(cell)


def pieces(page: str) -> Said:
    """The rows and lines of a page, and its heading with each, without their tags."""
    heading = text("".join(re.findall(r"<h1.*?</h1>", page, re.DOTALL)))
    return tuple(f"{heading} {text(match.group())}" for match in ROW.finditer(page))


def text(html: str) -> str:
    """What is read of it."""
    return " ".join(unescape(TAG.sub(" ", html)).split())


def figures(row: ResultRow) -> set[str]:
    """The figures of a line that are long enough to be nobody else's by chance."""
    values = [row.index_percent, None if row.points is None else to_points(row.points)]
    said = {written(value) for value in values if value is not None}
    return {figure for figure in said | {row.printed_points.replace(".", ",")} if "," in figure}


def shows(said: Said, lines: Lines) -> bool:
    """Whether a unit stands beside a figure of its own."""
    for piece in said:
        there = set(FIGURE.findall(piece))
        if there and any(name in piece and own & there for name, own in lines.items()):
            return True
    return False


def showing(walk: Walk, lines: Lines) -> dict[str, Said]:
    """The addresses that show one of these lines, with what they say."""
    said = {address: pieces(page) for address, page in walk.pages.items()} | walk.books
    return {address: found for address, found in said.items() if shows(found, lines)}


def marked(walk: Walk, address: str) -> bool:
    """Whether the page or workbook says that its figures are invented."""
    said = walk.books.get(address) or (text(walk.pages[address]),)
    return any(MARK in piece for piece in said)


@pytest.fixture(scope="module")
def shown(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shown]:
    """The demo of all provinces, filled as ``thidua demo`` fills it."""
    name = f"shown_{uuid4().hex}"
    server.clone(name)
    database = Database(server.url(APP, name), server.url(OWNER, name), embedded=True)
    home = tmp_path_factory.mktemp("shown")
    with open_runtime(Settings(home=home, two_factor="offered"), database) as runtime:
        assert prepare(runtime) == []
        app = made_web(runtime, tour=True).app
        password, _ = accounts(app, runtime)
        yield Shown(app, runtime, password)
    server.drop(name)


def versions(session: Session) -> list[tuple[int, str, bool]]:
    """Year, kind and whether it is published, of every result of the entered province."""
    found = session.scalars(
        select(ResultVersion).order_by(ResultVersion.year, ResultVersion.number)
    )
    return [(item.year, item.kind, item.published_at is not None) for item in found]


def filled(session: Session, campaign: Campaign, stage: EntryStage) -> set[int]:
    """How many leaves have been entered at this stage, over the units of a campaign."""
    sheets = session.scalars(select(ScoreSheet).where(ScoreSheet.campaign_id == campaign.id))
    return {sum(entry.stage == stage for entry in sheet.entries) for sheet in sheets}


def running(session: Session) -> Campaign:
    """The newest campaign that is open."""
    is_open = select(Campaign).where(Campaign.stage == "open").order_by(Campaign.year.desc())
    return session.scalars(is_open.limit(1)).one()


def unit_of(session: Session, username: str) -> int:
    """For which unit a sample account works."""
    query = select(Membership.unit_id).join(User, User.id == Membership.user_id)
    unit_id = session.scalars(query.where(User.username == username)).one()
    assert unit_id is not None
    return unit_id


def steps_open(session: Session, campaign: Campaign, at: datetime) -> set[str]:
    schedule = schedule_of(session, campaign)
    return {step for step in STEPS if schedule.is_open(step, at=at)}


@pytest.mark.parametrize(
    ("code", "steps"), [("angiang", {"self"}), ("tayninh", {"appraisal_1", "explanation"})]
)
def test_living_province_is_in_season_and_plans_the_next_year(
    shown: Shown, code: str, steps: set[str]
) -> None:
    now = datetime.now(shown.runtime.timezone)
    with shown.inside(code) as session:
        living = running(session)
        assert living.year == now.year
        assert len({unit.kind for unit in living.units}) >= 2
        assert steps_open(session, living, now) == steps
        draft = session.scalars(select(Campaign).where(Campaign.stage == "draft")).one()
        assert (draft.year, draft.units) == (now.year + 1, [])
        assert schedule_of(session, draft).windows.keys() == set(STEPS)


def test_self_assessment_is_seen_at_every_point(shown: Shown) -> None:
    """Not begun, begun, signed, with more time; the officer's own sheet is half done."""
    now = datetime.now(shown.runtime.timezone)
    with shown.inside("angiang") as session:
        living = running(session)
        assert filled(session, living, "appraised") | filled(session, living, "survey") == {0}
        assert len(filled(session, living, "self")) > 5
        assert 0 in filled(session, living, "self")
        late = late_units(session, campaign_id=living.id, by=COMMAND, at=now)
        assert {item.step for item in late} == {"self"}
        assert len({item.until for item in late}) == 3  # for all, for a kind, for one
        assert 3 < len(living.units) - len(late) < len(living.units) // 4
        mine = unit_of(session, "officer.angiang")
        owed = completeness(session, campaign_id=living.id, unit_id=mine, by=COMMAND)
        assert owed.lines // 2 <= owed.left < owed.lines
        papers = session.scalars(select(EvidenceItem).where(EvidenceItem.unit_id == mine)).all()
        assert len(papers) >= 3
        for paper in papers:
            assert paper.summary.endswith("(tài liệu minh họa)")
            assert bool(paper.file_hash) != bool(paper.link)


def test_officials_are_being_asked(shown: Shown) -> None:
    """Leaders have judged every department; of their own enough people in one, else too few."""
    with shown.inside("angiang") as session:
        living = running(session)
        departments = sum(unit.kind == "so" for unit in living.units)
        (form,) = list_surveys(session, campaign_id=living.id, by=COMMAND)
        enough: dict[str, Counter[bool]] = {}
        for one in survey_state(session, form_id=form.id, by=COMMAND):
            enough.setdefault(one.group, Counter())[one.reached] += 1
        assert enough == {
            "lanh-dao": Counter({True: departments}),
            "cong-chuc": Counter({True: 1, False: departments - 1}),
        }
        assert form.closed_at is None
        left = select(func.count()).select_from(SurveyCode).where(SurveyCode.form_id == form.id)
        assert session.scalar(left) == 6
        path = f"/thuong-truc/khao-sat/{form.id}"
    page = shown.client("secretariat.angiang").get(path).text
    assert "Công chức, viên chức của đơn vị" in page


def test_appraisal_and_explanations_wait_for_their_people(shown: Shown) -> None:
    for code in ("tayninh", "tiengiang"):
        with shown.inside(code) as session:
            living = running(session)
            assert len(filled(session, living, "appraised")) > 2
            mine = unit_of(session, f"officer.{code}")
            sheets = session.scalars(
                select(ScoreSheet).where(ScoreSheet.campaign_id == living.id)
            ).all()
            asked = asked_of(session, [sheet.id for sheet in sheets])
            assert {bool(item.answer) for item in asked} == {True, False}
            assert [item for item in asked if item.unit_id == mine and not item.answer] != []
            agency = unit_of(session, f"appraiser.{code}")
            late = late_units(session, campaign_id=living.id, by=COMMAND, at=datetime.now(UTC))
            assert {item.name for item in late if item.step == "appraisal_1"}
            assert [item for item in late if item.unit_id == agency] != []


def test_results_stand_at_every_stage(shown: Shown) -> None:
    with shown.inside("angiang") as session:
        year = [item for item in versions(session) if item[0] == 2024]
        assert year == [
            (2024, "provisional", True), (2024, "final", True), (2024, "provisional", False),
        ]  # fmt: skip
        petitions = session.scalars(select(Petition).order_by(Petition.id)).all()
        assert [item.accepted for item in petitions] == [True, None]
        newest = session.scalars(select(ResultVersion).order_by(ResultVersion.id.desc())).first()
        assert newest is not None
        assert adoption_of(session, version_id=newest.id, by=COMMAND) is not None
    with shown.inside("tayninh") as session:
        closed = session.scalars(select(Campaign).where(Campaign.stage == "closed")).one()
        assert [item for item in versions(session) if item[0] == closed.year] == [
            (closed.year, "provisional", True), (closed.year, "final", True),
            (closed.year, "corrected", True),
        ]  # fmt: skip
        corrected = session.scalars(
            select(ResultVersion).where(ResultVersion.kind == "corrected")
        ).one()
        assert corrected.reason.endswith("(tình huống minh họa).")
        assert {item["kind"] for item in corrected.findings} == {"petition", "changed"}
        petitions = session.scalars(select(Petition).order_by(Petition.id)).all()
        assert [item.accepted for item in petitions] == [True, False]


def test_ended_province_stopped_while_units_explained(shown: Shown) -> None:
    now = datetime.now(shown.runtime.timezone)
    with shown.inside("tiengiang") as session:
        assert versions(session) == [
            (2020, "historical", True), (2023, "final", True), (2024, "provisional", False),
        ]  # fmt: skip
        last, before = session.scalars(select(Campaign).order_by(Campaign.year.desc())).all()
        assert ((last.year, last.stage), (before.year, before.stage)) == (
            (2024, "open"), (2023, "closed"),
        )  # fmt: skip
        assert steps_open(session, last, now) == {"explanation"}
        assert 0 not in filled(session, last, "self")


def test_round_of_awards_has_every_kind_of_line(shown: Shown) -> None:
    with shown.inside("angiang") as session:
        of_2024 = select(AwardProposal).join(AwardRound, AwardRound.id == AwardProposal.round_id)
        proposal = session.scalars(of_2024.where(AwardRound.year == 2024)).one()
        lines = proposal.document["lines"]
        assert {line["outcome"] for line in lines} == set(OUTCOMES)
        assert [len(proposal.document[name]) for name in ("ties", "gaps")] == [1, 1]
        persons = [line for line in lines if line["recipient"] == "person"]
        assert {line["title"] for line in persons} == {"chuyên viên (nhân vật minh họa)"}
        nominations = session.scalars(select(Nomination)).all()
        assert {item.illustrative for item in nominations} == {True}
        assert [item.withdrawn_at is None for item in nominations].count(False) == 1


def test_one_round_is_decided_and_another_waits_for_the_council(shown: Shown) -> None:
    """The council took its own way with a reason; what is entered says that it is invented."""
    found = {}
    for code in ("angiang", "tiengiang"):
        with shown.inside(code) as session:
            rounds = session.scalars(select(AwardRound).order_by(AwardRound.id)).all()
            made = [round_outcome(session, round_id=item.id, by=COMMAND) for item in rounds]
            found[code] = made
    assert [[bool(item.decision) for item in made] for made in found.values()] == [
        [False, True], [True, False],
    ]  # fmt: skip
    (_, procedures), (flags, _) = found["angiang"], found["tiengiang"]
    assert procedures.meeting
    assert {line.otherwise for line in procedures.meeting.lines} == {True, False}
    assert sum("không đủ phiếu" in line.vote for line in procedures.meeting.lines) == 1
    for outcome in (procedures, flags):
        assert outcome.decision
        assert "MINHHOA" in outcome.decision.document.words
        assert {line.illustrative for line in outcome.decision.granted} == {True}
        assert outcome.decision.refused
    with shown.inside("angiang") as session:
        states = Counter(dossier_state(row) for row in session.scalars(select(Dossier)))
        assert (states["returned"], states["preparing"]) == (1, 4)


SHOWN_LINE = re.compile(
    r'(?s)<tr>\s*<td class="row-title"><a class="row-link" href="#de-nghi.*?</tr>'
)
RESULT_LINK = re.compile(r'href="(/ket-qua/dong/\d+)">Xem kết quả của')
NUMBERS = re.compile(r"\d+,\d+(?=%)|hạng \d+")


@pytest.mark.parametrize("path", ["/khen-thuong/1", "/khen-thuong/7"])
def test_every_number_of_a_proposal_is_followed_to_its_result(shown: Shown, path: str) -> None:
    """From the proposal's line by its link to the line of the published result, explained."""
    client = shown.client("leader.angiang" if path.endswith("1") else "leader.tiengiang")
    lines = SHOWN_LINE.findall(client.get(path).text)
    followed = 0
    for line in lines:
        own, _, _ = text(line).partition(", xếp sau ")  # those before are lines of their own
        if figures_ := set(NUMBERS.findall(own)):
            (link,) = RESULT_LINK.findall(line)
            published = text(client.get(link).text).replace("Hạng ", "hạng ").replace(" %", "%")
            assert {figure for figure in figures_ if figure not in published} == set()
            followed += 1
    assert followed > 4


def test_prepared_once_more_nothing_changes(shown: Shown) -> None:
    def rows() -> list[int]:
        counts = []
        for code in ("angiang", "tayninh", "tiengiang"):
            with shown.inside(code) as session:
                tables = (AuditEvent, Campaign, ScoreEntry, ResultRow, Nomination)
                counts += [session.scalar(select(func.count(table.id))) or 0 for table in tables]
        return counts

    before = rows()
    assert (prepare(shown.runtime), rows()) == ([], before)
    assert accounts(shown.app, shown.runtime)[0] == shown.password
    assert rows() == before


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("code", ["angiang", "tayninh", "tiengiang"])
def test_tour_leads_to_pages_that_are_there_until_it_is_put_away(
    shown: Shown, code: str, role: str
) -> None:
    client = shown.client(f"{role}.{code}")
    steps = TOUR_LINK.findall(client.get("/").text)
    assert 5 <= len(steps) <= 7
    assert [client.get(unescape(link)).status_code for link in steps] == [200] * len(steps)
    assert post(client, "/xem-truoc/an").headers["Location"] == "/"
    assert TOUR_LINK.findall(client.get("/").text) == []
    assert len(TOUR_LINK.findall(shown.client(f"{role}.{code}").get("/").text)) == len(steps)


def test_outside_the_demo_there_is_no_tour(shown: Shown) -> None:
    office = Shown(create_app(shown.runtime), shown.runtime, shown.password)
    page = office.client("leader.angiang").get("/").text
    assert ("Nên xem trước" in page, "Kết quả mới nhất" in page) == (False, True)


@pytest.mark.parametrize("code", ["angiang", "tayninh", "tiengiang"])
def test_invented_figures_are_marked_wherever_somebody_comes(shown: Shown, code: str) -> None:
    invented, real = shown.lines(code, invented=True), shown.lines(code, invented=False)
    before: set[str] = set()
    books, really = Counter[bool](), Counter[bool]()
    for role in ROLES:
        walk = Walk(shown.client(f"{role}.{code}"), shown.app, before=before).go()
        before |= walk.pages.keys() | walk.books.keys()
        with_invented, with_real = showing(walk, invented), showing(walk, real)
        assert [at for at in with_invented if not marked(walk, at)] == [], role
        alone = with_real.keys() - with_invented.keys()
        assert [at for at in alone if marked(walk, at)] == [], role
        assert len(with_invented) > 2, role
        books[bool(with_invented.keys() & walk.books.keys())] += 1
        really[bool(alone)] += 1
    assert books[True] > len(ROLES) // 2
    assert (really[True] > 0) == bool(real)


def test_a_page_that_lost_its_mark_is_found(shown: Shown) -> None:
    parts = shown.app.jinja_env.get_template("shell/ui.html").module
    assert MARK in parts.illustrative()  # type: ignore[attr-defined]
    invented = shown.lines("tiengiang", invented=True)
    with_mark = Walk(shown.client("leader.tiengiang"), shown.app).go()
    found = showing(with_mark, invented)
    bare = {address: page.replace(MARK, "") for address, page in with_mark.pages.items()}
    without = Walk(with_mark.client, shown.app, pages=bare)
    assert {address for address in found if address in bare} == {
        address for address in showing(without, invented) if not marked(without, address)
    }
