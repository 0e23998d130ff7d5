"""Which law a round goes by, and how it is entered once it is checked."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.orm import Session, sessionmaker
from tests.awarding import award_spec, collective, open_2025, publish_small, scheme_document
from tests.factories import COMMAND

from thidua.errors import Invalid
from thidua.spec.base import Provenance
from thidua.spec.legal import LegalRegime
from thidua.work.award_facts import consider
from thidua.work.award_page import round_page
from thidua.work.legal import enter_regime, list_regimes

OLD = LegalRegime(
    code="luat-2003", title="Luật Thi đua, Khen thưởng", number="15/2003/QH11",
    in_force_from=date(2004, 7, 1), in_force_until=date(2023, 12, 31),
)  # fmt: skip
NEW = LegalRegime(
    code="luat-2022", title="Luật Thi đua, khen thưởng", number="06/2022/QH15",
    in_force_from=date(2024, 1, 1), replaces=("luat-2003",), provenance=Provenance.UNVERIFIED,
)  # fmt: skip
BASIS = [{"title": "Luật Thi đua, Khen thưởng", "number": "15/2003/QH11"}]


def test_a_doubtful_law_holds_back_until_it_is_entered_as_checked(
    sessions: sessionmaker[Session],
) -> None:
    with sessions() as session:
        scheme = scheme_document(legal_basis=BASIS)
        laws = [item.model_dump(mode="json") for item in (NEW, OLD)]
        publish_small(session, award_spec(award_schemes=[scheme], legal_regimes=laws))
        assert list(list_regimes(session, by=COMMAND)) == [OLD, NEW]
        round_ = open_2025(session)
        made = collective(session, round_, "so-mot")
        assert consider(session, round_).judged[made.id].answer("tt-so") == "verify"
        checked = NEW.model_copy(update={"provenance": Provenance.OFFICIAL})
        enter_regime(session, regime=checked, by=COMMAND)
        assert consider(session, round_).judged[made.id].answer("tt-so") == "yes"
        notes = round_page(session, round_id=round_.id, by=COMMAND).notes
        assert notes[2:4] == [
            "Áp dụng văn bản có hiệu lực vào ngày xét 15/03/2026: Luật Thi đua, khen thưởng số "
            "06/2022/QH15.",
            "Luật Thi đua, Khen thưởng số 15/2003/QH11 hết hiệu lực từ ngày 01/01/2024, được thay "
            "bằng Luật Thi đua, khen thưởng số 06/2022/QH15.",
        ]


def test_a_document_that_replaces_one_nobody_knows_is_refused(
    sessions: sessionmaker[Session],
) -> None:
    with sessions() as session:
        publish_small(session)
        with pytest.raises(Invalid, match="không có văn bản “luat-2003”; hãy nhập văn bản ấy"):
            enter_regime(session, regime=NEW, by=COMMAND)
        assert list_regimes(session, by=COMMAND) == ()
