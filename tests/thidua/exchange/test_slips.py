"""Slips with codes: whole pages that fetch nothing, one QR code each."""

from __future__ import annotations

import xml.etree.ElementTree as ET

from thidua.exchange.slips import slips_page
from thidua.work.answers import Slips

ADDRESS = "http://127.0.0.1:8000/phieu/nho/1"


def page(*codes: str, unit: str = "") -> str:
    made = Slips("Khảo sát <2025>", "Lãnh đạo", unit, codes)
    return slips_page(made, address=ADDRESS).decode()


def test_every_code_has_a_slip_with_its_own_picture() -> None:
    body = page("AAAAA-CCCCC", "DDDDD-EEEEE").split("<body>")[1].removesuffix("</body></html>\n")
    main = ET.fromstring(body.replace("</body></html>", ""))
    slips = main.findall("article")
    assert [slip.findtext("div/p/code") for slip in slips] == ["AAAAA-CCCCC", "DDDDD-EEEEE"]
    assert [slip.findtext("div/h1") for slip in slips] == ["Khảo sát <2025>"] * 2
    (one, two) = (ET.tostring(slip[0]) for slip in slips)
    assert one.split(b"<", 3)[3] != two.split(b"<", 3)[3]
    assert slips[0][0].tag.endswith("svg")


def test_the_unit_stands_beside_the_group() -> None:
    assert "<p>Lãnh đạo – Sở Một</p>" in page("A", unit="Sở Một")
    assert "<p>Lãnh đạo</p>" in page("A")


def test_nothing_is_fetched_and_no_address_carries_the_code() -> None:
    text = page("AAAAA-CCCCC")
    assert "src=" not in text
    assert "href=" not in text
    assert f"{ADDRESS}#" not in text
