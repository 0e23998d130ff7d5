"""Papers of sample units: what proves a line, as a small Word file, a link or a paper alone."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import timedelta
from itertools import islice
from xml.sax.saxutils import escape

from thidua.evidence.files import Upload
from thidua.spec.criteria import Leaf
from thidua.store.campaigns import CampaignUnit
from thidua.work.evidence import add_evidence, use_evidence
from thidua.work.evidence_facts import EvidenceFacts
from thidua.work.windows import local_day
from thidua_admin.sample.actor import DEMO
from thidua_admin.sample.entering import Work

EACH = 2
"""So many lines does one document prove."""

MARK = "TÀI LIỆU MINH HỌA"

_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.'
    'relationships+xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.'
    'openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
_RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
    'relationships/officeDocument" Target="word/document.xml"/></Relationships>'
)
_DOCUMENT = (
    '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
    "<w:body>{}</w:body></w:document>"
)
_WRITTEN = (1980, 1, 1, 0, 0, 0)
"""The same day in every archive, so that the same text is the same file."""


def prove(work: Work, unit: CampaignUnit, leaves: Sequence[Leaf]) -> None:
    """Enter documents for these lines of a unit, each for two: a file, a link, or neither.

    The third of a unit is of the year before, as the register will warn.
    """
    at, waiting = work.at("self"), iter(leaves)
    for number, proved in enumerate(iter(lambda: [*islice(waiting, EACH)], []), 1):
        facts = _facts(work, unit, number)
        item = add_evidence(
            work.session, campaign_id=work.campaign.id, unit_id=unit.unit_id, facts=facts,
            by=DEMO, at=at, files=work.files, file=None if facts.link else _file(facts),
        )  # fmt: skip
        for page, leaf in enumerate(proved, 1):
            use_evidence(
                work.session, item_id=item.id, leaf_code=leaf.code, by=DEMO, at=at,
                section=str(page), page=str(page * 2),
            )  # fmt: skip


def _facts(work: Work, unit: CampaignUnit, number: int) -> EvidenceFacts:
    seen = local_day(work.at("self"))
    year = work.campaign.year - 1 if number == 3 else work.campaign.year
    issued = seen.replace(year=year, month=min(number + 1, seen.month), day=number)
    linked = number % 4 == 0
    return EvidenceFacts(
        summary=f"Báo cáo cải cách hành chính số {number}, kèm phụ lục (tài liệu minh họa)",
        reference=f"{10 + number}/BC-MH",
        issued_on=issued,
        issuer=unit.name,
        link=f"https://van-ban.example/{work.campaign.year}/{10 + number}" if linked else "",
        link_seen_on=seen - timedelta(days=1) if linked else None,
    )


def _file(facts: EvidenceFacts) -> Upload:
    lines = (MARK, f"Số {facts.reference}, {facts.issuer}", facts.summary)
    name = f"{facts.reference.replace('/', '-')}.docx"
    return Upload(name, io.BytesIO(word(lines)))


def word(lines: Sequence[str]) -> bytes:
    """A Word document of these paragraphs, the same bytes for the same text."""
    body = "".join(f"<w:p><w:r><w:t>{escape(line)}</w:t></w:r></w:p>" for line in lines)
    parts = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": _RELATIONS,
        "word/document.xml": _DOCUMENT.format(body),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in parts.items():
            archive.writestr(zipfile.ZipInfo(name, _WRITTEN), text)
    return out.getvalue()
