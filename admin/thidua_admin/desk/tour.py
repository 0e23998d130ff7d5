"""“Nên xem trước”: what is worth looking at in this province, found from what is there.

The demo alone asks for it (``create_app(…, tour=True)``); who has seen enough puts it away for
the session.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import chain, islice

from flask import current_app, session, url_for
from flask_babel import gettext
from sqlalchemy import func, select

from thidua.spec.movement import Movement
from thidua.store.campaigns import Campaign
from thidua.store.criteria import StoredCriteriaSet
from thidua.store.decisions import AwardDecision
from thidua.store.results import ResultRow, ResultVersion
from thidua.work.access import STAFF
from thidua.work.award_page import RoundLine
from thidua_admin.desk.tour_duties import TourStep, duties, published_page
from thidua_admin.security import db_session, rights

STEPS = 7
PUT_AWAY = "tour_put_away"


def tour(
    versions: Sequence[ResultVersion],
    campaigns: Sequence[Campaign],
    movements: Sequence[Movement],
    rounds: Callable[[], Sequence[RoundLine]],
) -> list[TourStep]:
    """The steps for this person, at most seven; none outside the demo or once put away.

    ``rounds`` is asked for those of awards only where there is a tour.
    """
    if not current_app.config["TOUR"] or PUT_AWAY in session:
        return []
    published = [version for version in versions if version.published_at]
    seen = rounds()
    found = chain(
        duties(campaigns),
        _results(published),
        _rounds(seen),
        _decided(seen),
        _provisional(campaigns, versions),
        published_page(),
        _corrected(published),
        _movements(movements),
        _contradicted_set(),
        _about(),
        _all(),
    )
    return list(islice(found, STEPS))


def put_away() -> None:
    """No tour any more in this session."""
    session[PUT_AWAY] = True


def _results(published: Sequence[ResultVersion]) -> Iterator[TourStep]:
    """The newest result, one line of it explained, a table of the past."""
    computed = [version for version in published if version.campaign_id]
    if computed:
        newest = computed[0]
        yield TourStep(
            gettext("Kết quả công bố gần nhất"),
            gettext("Năm %(year)s, đã điều chỉnh: có lý do, từng chỗ thay đổi.", year=newest.year)
            if newest.kind == "corrected"
            else gettext("Xếp hạng, xếp loại các đơn vị năm %(year)s.", year=newest.year),
            _table(newest),
        )
        yield from _explained(newest)
    for version in _first(published, "historical"):
        yield TourStep(
            gettext("Bảng tỉnh đã công bố năm %(year)s", year=version.year),
            gettext("Số liệu thật, giữ như bản in, kể cả chỗ mâu thuẫn của nguồn.")
            if version.findings
            else gettext("Số liệu thật, giữ như bản in; hạng được tính lại để đối chiếu."),
            _table(version),
        )


def _corrected(published: Sequence[ResultVersion]) -> Iterator[TourStep]:
    """A correction, unless it is the newest result."""
    computed = [version for version in published if version.campaign_id]
    for version in _first(computed[1:], "corrected"):
        yield TourStep(
            gettext("Kết quả đã điều chỉnh năm %(year)s", year=version.year),
            gettext("Có lý do và từng chỗ thay đổi so với bản trước."),
            _table(version),
        )


def _all() -> Iterator[TourStep]:
    yield TourStep(
        gettext("Các bản kết quả qua các năm"),
        gettext("Tạm tính, chính thức, điều chỉnh: bản nào cũng còn giữ."),
        url_for("desk.results"),
    )


def _explained(version: ResultVersion) -> Iterator[TourStep]:
    """The line of the unit that came first."""
    first = select(ResultRow.id).where(ResultRow.version_id == version.id)
    row_id = db_session().scalar(first.order_by(ResultRow.rank, ResultRow.id).limit(1))
    if row_id is not None:
        yield TourStep(
            gettext("Vì sao một đơn vị được số điểm ấy"),
            gettext("Từng tiêu chí có số liệu, cách tính và điểm."),
            url_for("desk.result_row_page", row_id=row_id),
        )


def _provisional(
    campaigns: Sequence[Campaign], versions: Sequence[ResultVersion]
) -> Iterator[TourStep]:
    """The figures of today of the campaign that is open, where they have been computed."""
    running = next((item for item in campaigns if item.stage == "open"), None)
    shown = [one for one in versions if running is not None and one.campaign_id == running.id]
    for version in shown[:1]:
        yield TourStep(
            gettext("Kết quả tạm tính năm %(year)s", year=version.year),
            gettext("Tính trong khi đang chấm, còn ghi rõ đơn vị nào thiếu gì."),
            _table(version),
        )


def _rounds(rounds: Sequence[RoundLine]) -> Iterator[TourStep]:
    """The newest round that is open, with its proposal where there is one to see."""
    opened = sorted((line for line in rounds if line.round_id), key=lambda line: line.year)
    for line in opened[-1:]:
        yield TourStep(
            gettext("Xét khen thưởng, đợt năm %(year)s", year=line.year),
            gettext("Đề xuất nêu lý do từng dòng, chỗ đồng hạng và suất còn trống.")
            if line.proposals
            else gettext("Từng đề nghị, từng điều kiện: đạt, không đạt hay cần xác minh."),
            url_for("desk.round_shown", round_id=line.round_id),
        )


def _decided(rounds: Sequence[RoundLine]) -> Iterator[TourStep]:
    """The newest round of which the council has met and a decision is recorded."""
    known = {line.round_id: line.year for line in rounds if line.round_id}
    newest = select(AwardDecision.round_id).where(AwardDecision.round_id.in_(known))
    round_id = db_session().scalar(newest.order_by(AwardDecision.id.desc()).limit(1))
    if round_id is not None:
        yield TourStep(
            gettext("Hội đồng, quyết định, đợt năm %(year)s", year=known[round_id]),
            gettext("Phiếu và kết luận của Hội đồng, quyết định, sổ cấp bằng."),
            url_for("desk.round_outcome_shown", round_id=round_id),
        )


def _about() -> Iterator[TourStep]:
    yield TourStep(
        gettext("Về tỉnh"),
        gettext("Điều gì lấy từ văn bản, điều gì là minh họa."),
        url_for("desk.about"),
    )


def _movements(movements: Sequence[Movement]) -> Iterator[TourStep]:
    for movement in movements[:1]:
        yield TourStep(
            gettext("Phong trào thi đua"),
            gettext("Kế hoạch ghi theo từng câu, câu nào cũng có nguồn."),
            url_for("desk.movement_page", code=movement.code),
        )


def _contradicted_set() -> Iterator[TourStep]:
    """A criteria set whose source contradicts itself, for those who may open it."""
    if not rights().any_of(STAFF):
        return
    acknowledged = func.jsonb_array_length(StoredCriteriaSet.document["acknowledged"])
    query = select(StoredCriteriaSet.id).where(acknowledged > 0).order_by(StoredCriteriaSet.id)
    set_id = db_session().scalar(query.limit(1))
    if set_id is not None:
        yield TourStep(
            gettext("Bộ tiêu chí có nội dung nguồn mâu thuẫn"),
            gettext("Nội dung mâu thuẫn được giữ như bản in và có người ghi nhận."),
            url_for("criteria.details_view", id=set_id),
        )


def _first(versions: Sequence[ResultVersion], kind: str) -> Iterator[ResultVersion]:
    yield from islice((version for version in versions if version.kind == kind), 1)


def _table(version: ResultVersion) -> str:
    return url_for("desk.result_table_page", version_id=version.id)
