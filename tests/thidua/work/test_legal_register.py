"""Documents that the province's data cites: gathered by number, with what replaced them."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker
from tests.awarding import award_spec, publish_small, scheme_document
from tests.factories import COMMAND
from tests.thidua.work.test_legal import BASIS, NEW, OLD

from thidua.spec.base import LegalBasis
from thidua.spec.succession import Succession
from thidua.store.awards import StoredAwardScheme
from thidua.work.legal_register import Citation, CitedDocument, cited_documents
from thidua.work.successions import record_succession

DECREE = {"title": "Nghị quyết", "number": "9/NQ"}


def test_one_number_of_other_years_and_issuers_is_other_documents(
    sessions: sessionmaker[Session],
) -> None:
    said = [
        ("2022-01-05", "UBND huyện A"), (None, "Ủy ban nhân dân huyện A, tỉnh B"),
        ("2023-02-01", "UBND tỉnh B"), ("2023-02-01", "UBND huyện A"), (None, ""),
        ("2023-02-01", "Ủy ban nhân dân tỉnh B, khóa X"),
    ]  # fmt: skip
    cited = [
        {"title": "Kế hoạch", "number": "47/KH-UBND", "issued_on": on, "issuer": issuer}
        for on, issuer in said
    ]
    with sessions() as session:
        publish_small(session, award_spec(award_schemes=[scheme_document(legal_basis=cited[:1])]))
        for number, basis in enumerate(cited):
            change = {
                "code": f"het-{number}", "kind": "function", "title": f"Việc {number}",
                "effective_on": date(2030, 1, 1), "legal_basis": [basis],
            }  # fmt: skip
            link = {"predecessor": "so-mot", "successor": "so-hai", "share": 0, "what": "Một cửa"}
            wanted = Succession.model_validate({**change, "links": [link]})
            record_succession(session, succession=wanted, by=COMMAND)
        found = cited_documents(session, day=date(2026, 1, 1), by=COMMAND)
    documents = {
        (str(item.basis.issued_on), item.basis.issuer): {
            place.title for place in item.citations if place.kind == "succession"
        }
        for item in found
        if item.basis.number == "47/KH-UBND"
    }
    assert documents == {
        ("2023-02-01", "UBND tỉnh B"): {"Việc 2", "Việc 5"},
        ("2023-02-01", "UBND huyện A"): {"Việc 3"},
        ("2022-01-05", "UBND huyện A"): {"Việc 0"},
        ("None", "Ủy ban nhân dân huyện A, tỉnh B"): {"Việc 1"},
        ("None", ""): {"Việc 4"},
    }


def test_documents_are_gathered_with_their_places_and_what_replaced_them(
    sessions: sessionmaker[Session],
) -> None:
    laws = [item.model_dump(mode="json") for item in (NEW, OLD)]
    schemes = [scheme_document(legal_basis=[*BASIS, DECREE])]
    with sessions() as session:
        publish_small(session, award_spec(award_schemes=schemes, legal_regimes=laws))
        recorded = record_succession(
            session,
            succession=Succession.model_validate(
                {
                    "code": "het", "kind": "dissolve", "title": "Giải thể",
                    "effective_on": date(2030, 1, 1), "links": [{"predecessor": "so-mot"}],
                    "legal_basis": [{**DECREE, "issued_on": "2029-01-01"}],
                }
            ),
            by=COMMAND,
        )  # fmt: skip
        number = session.scalars(select(StoredAwardScheme.id)).one()
        title = f"{schemes[0]['title']}, phiên bản 1"
        scheme = Citation("award_scheme", number, title)
        found = {item.basis.number: item for item in cited_documents(
            session, day=date(2026, 1, 1), by=COMMAND
        )}  # fmt: skip
        assert found["9/NQ"] == CitedDocument(
            LegalBasis(title="Nghị quyết", number="9/NQ", issued_on=date(2029, 1, 1)),
            (scheme, Citation("succession", recorded.id, "Giải thể")),
        )
        assert (found["15/2003/QH11"].citations, found["15/2003/QH11"].regime) == ((scheme,), OLD)
        assert found["15/2003/QH11"].replaced == (
            "Luật Thi đua, Khen thưởng số 15/2003/QH11 hết hiệu lực từ ngày 01/01/2024, được thay "
            "bằng Luật Thi đua, khen thưởng số 06/2022/QH15."
        )
        new = found["06/2022/QH15"]
        assert (new.citations, new.regime, new.replaced) == ((), NEW, "")
        assert next(iter(found)) == "9/NQ", "the one issued latest first"
        before = cited_documents(session, day=date(2020, 1, 1), by=COMMAND)
        assert {item.replaced for item in before} == {""}
