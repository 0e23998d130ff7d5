"""What the database refuses of award schemes, nominations and proposals."""

from __future__ import annotations

from sqlalchemy import Executable, insert, select, text
from sqlalchemy.orm import Session
from tests.factories import make_awards, make_result, make_unit, refusal

from thidua.store.awards import AwardRound, Nomination
from thidua.store.dossiers import Dossier

SCHEME = "Cách xét khen đã lưu không sửa, không xóa được. Hãy lập phiên bản mới."
PROPOSAL = "Đề xuất đã lập không sửa, không xóa được. Hãy lập đề xuất mới."


def test_schemes_and_proposals_refuse_every_change(session: Session) -> None:
    unit = make_unit(session, "Sở Một")
    make_awards(session, unit, make_result(session, unit))
    attempts = {
        "UPDATE award_scheme SET document = '{\"a\": 1}'": SCHEME,
        "DELETE FROM award_scheme": SCHEME,
        "UPDATE award_proposal SET document = '{\"a\": 1}'": PROPOSAL,
        "DELETE FROM award_proposal": PROPOSAL,
        "UPDATE nomination SET withdrawn_at = now()": "allowed",
    }
    assert {a: refusal(session, text(a)) for a in attempts} == attempts


def test_a_recipient_is_nominated_once_until_withdrawn(session: Session) -> None:
    unit = make_unit(session, "Sở Một")
    make_awards(session, unit, make_result(session, unit))
    round_ = session.scalars(select(AwardRound)).one()
    dossier = session.scalars(select(Dossier.id)).one()

    def again(**values: object) -> Executable:
        ours = {
            "round_id": round_.id, "nominator_id": unit.id, "unit_id": unit.id,
            "dossier_id": dossier,
        }  # fmt: skip
        return insert(Nomination).values(**{"recipient": "collective", **ours, **values})

    unique = 'duplicate key value violates unique constraint "uq_nomination_recipient"'
    check = 'new row for relation "nomination" violates check constraint "ck_nomination_{}"'
    refused = [
        refusal(session, again()),
        refusal(session, again(person_name="Bà Ánh")),
        refusal(session, again(recipient="person")),
        refusal(session, again(recipient="ai do")),
        refusal(session, again(recipient="person", person_name="Bà Ánh")),
        refusal(session, text("UPDATE nomination SET withdrawn_at = now()")),
        refusal(session, again()),
    ]
    assert refused == [
        unique, check.format("person"), check.format("person"), check.format("recipient"),
        "allowed", "allowed", "allowed",
    ]  # fmt: skip
