"""Phiếu mã: one-time codes as a page to print and cut, each with the address as a QR code."""

from __future__ import annotations

from html import escape

import segno

from thidua.work.answers import Slips

STYLE = """
@page { size: A4; margin: 12mm }
body { font: 11pt "Times New Roman", "Liberation Serif", serif; margin: 0 }
main { display: grid; grid-template-columns: 1fr 1fr }
article { border: 1px dashed #888; padding: 4mm; break-inside: avoid; display: flex; gap: 4mm }
h1 { font-size: 11pt; margin: 0 0 1mm } p { margin: 0 0 1mm }
code { font: bold 15pt "DejaVu Sans Mono", monospace; letter-spacing: 1px }
svg { flex: none; width: 30mm; height: 30mm }
""".strip()


def slips_page(made: Slips, *, address: str) -> bytes:
    """A page of HTML that needs nothing else, about ten slips to a sheet of A4.

    The QR code is ``address#code``: what stands behind # is never sent to a server, so that no
    log keeps it.
    """
    slips = "\n".join(_slip(code, made, address) for code in made.codes)
    page = (
        f'<!doctype html>\n<html lang="vi"><head><meta charset="utf-8">'
        f"<title>{escape(made.title)}</title>\n<style>{STYLE}</style></head>\n"
        f"<body><main>\n{slips}\n</main></body></html>\n"
    )
    return page.encode()


def _slip(code: str, made: Slips, address: str) -> str:
    drawn = segno.make_qr(f"{address}#{code}", error="m").svg_inline(
        omitsize=True, border=1, title=f"Mã QR {code}", lineclass=None, svgclass=None
    )
    who = " – ".join(part for part in (made.group, made.unit) if part)
    return (
        f"<article>{drawn}<div><h1>{escape(made.title)}</h1><p>{escape(who)}</p>"
        f"<p><code>{escape(code)}</code></p><p>Quét mã hoặc vào {escape(address)} rồi nhập mã. "
        "Mã dùng một lần; câu trả lời không gắn với người trả lời.</p></div></article>"
    )
