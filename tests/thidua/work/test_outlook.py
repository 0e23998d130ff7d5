"""What publishing a version would do, and what it did."""

from __future__ import annotations

from sqlalchemy.orm import Session
from tests.factories import COMMAND
from tests.small import compute, enter, fill_all

from thidua.store.campaigns import Campaign
from thidua.work.outlook import publication_outlook
from thidua.work.results import publish_results


def test_outlook_says_the_kind_and_what_differs_from_what_is_known(
    inside: Session, campaign: Campaign
) -> None:
    def outlook(version_id: int) -> tuple[object, ...]:
        found = publication_outlook(inside, version_id=version_id, by=COMMAND)
        before = found.before.number if found.before else None
        changed = [change.either.name for change in found.changes]
        return found.kind, list(found.open_rows), before, changed, found.needs_reason

    empty = compute(inside, campaign)
    assert outlook(empty.id) == (
        "provisional",
        [
            "4 đơn vị còn dòng chưa có kết quả điều tra, chỉ số, đánh giá của lãnh đạo",
            "4 đơn vị còn dòng chưa nhập số liệu, tính 0 điểm",
        ],
        None, [], False,
    )  # fmt: skip
    fill_all(inside, campaign)
    first = compute(inside, campaign)
    assert outlook(first.id) == ("final", [], None, [], False)
    publish_results(inside, version_id=first.id, by=COMMAND)
    enter(inside, campaign, "so-mot", {"1.2": {"points": 390_000}}, "appraised")
    second = compute(inside, campaign)
    moved = ["Sở Hai", "Sở Một"]  # Sở Hai in rank alone
    assert outlook(second.id) == ("corrected", [], 2, moved, True)
    publish_results(inside, version_id=second.id, by=COMMAND.because("Sửa số liệu"))
    assert first.published_at
    assert second.published_at
    assert first.published_at < second.published_at  # one transaction, two times
    assert outlook(second.id) == ("corrected", [], 2, moved, False)
    assert outlook(first.id) == ("final", [], None, [], False)
