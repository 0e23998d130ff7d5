"""What is taken and what is refused, by what a file holds."""

from __future__ import annotations

import io
import tempfile
import time
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.thidua.evidence.samples import (
    JPEG,
    WORD_MACROS,
    docx,
    pdf,
    sample,
    zipped,
)

from thidua.errors import Invalid
from thidua.evidence import archives
from thidua.evidence.inside import ACCEPTED, look_inside


def look(name: str, content: bytes) -> str:
    """The type that is found, or the sentence of the refusal."""
    with tempfile.TemporaryFile() as file:
        file.write(content)
        file.flush()
        try:
            return look_inside(file, name)
        except Invalid as error:
            return str(error)


def changed(archive: bytes) -> bytes:
    """The same with another checksum of its last file, in its header and in the table."""
    with zipfile.ZipFile(io.BytesIO(archive)) as book:
        crc = book.infolist()[-1].CRC.to_bytes(4, "little")
    return archive.replace(crc, crc[::-1])


GOOD = {
    "báo cáo.pdf": (sample("bao-cao.pdf"), "pdf"),
    "ảnh.PNG": (sample("bao-cao.png"), "png"),
    "ảnh.jpeg": (JPEG, "jpg"),
    "ảnh.jpg": (JPEG, "jpg"),
    "bảng.xlsx": (sample("bang.xlsx"), "xlsx"),
    "văn bản.docx": (docx(), "docx"),
    "Quyết định.đã ký.pdf": (pdf(), "pdf"),
    "hồ sơ.zip": (
        zipped({"Mục 1/": b"", "Mục 1/đề án.pdf": pdf(), "bảng.xlsx": sample("bang.xlsx")}),
        "zip",
    ),
}


@pytest.mark.parametrize("name", GOOD)
def test_what_offices_send_is_taken(name: str) -> None:
    content, kind = GOOD[name]
    assert look(name, content) == kind


OLD = (
    "là tệp Word, Excel đời cũ hoặc có mật khẩu. Hãy lưu lại thành .docx, .xlsx hay PDF "
    "không mật khẩu."
)
MACROS = "có macro. Hãy lưu lại thành tệp không macro hoặc PDF."
CUT = "bị đứt, thiếu phần cuối. Hãy mở thử rồi tải lên lại."
TORN = "là tệp nén hỏng hoặc bị đứt. Hãy tải lên lại."
OTHER = f"nội dung không phải là {ACCEPTED}. Hãy lưu lại thành dạng ấy."
NAMES = "có tên tệp trùng nhau hoặc không hợp lệ bên trong. Hãy nén lại."
LOCKED_PDF = pdf("1 0 obj trailer << /Encrypt 12 0 R >>")
PRESENTATION = "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"
HIDDEN = docx(main=WORD_MACROS.replace("macroEnabled", "&#109;acroEnabled"))
BAD = {
    "rỗng.pdf": (b"", "tệp rỗng. Hãy chọn lại tệp."),
    "bảng.xls": (sample("bang.xls"), OLD),
    "mật khẩu.docx": (sample("bang.xls"), OLD),
    "trang.html": (b"<html></html>", OTHER),
    "hình.svg": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", OTHER),
    "chạy.exe": (b"MZ\x90\x00", OTHER),
    "lệch.pdf": (b"\n\n%PDF-1.4 %%EOF", OTHER),
    "giả.pdf": (sample("bao-cao.png"), "nội dung là PNG nên tên tệp phải kết thúc bằng .png."),
    "không đuôi": (pdf(), "nội dung là PDF nên tên tệp phải kết thúc bằng .pdf."),
    "bảng.docx": (sample("bang.xlsx"), "nội dung là XLSX nên tên tệp phải kết thúc bằng .xlsx."),
    "nén.docx": (zipped({"a.pdf": pdf()}), "nội dung là ZIP nên tên tệp phải kết thúc bằng .zip."),
    "đứt.pdf": (sample("bao-cao.pdf")[:-2100], CUT),
    "đứt.png": (sample("bao-cao.png")[:-100], CUT),
    "đứt.xlsx": (sample("bang.xlsx")[:-100], TORN),
    "hỏng.docx": (docx({"word/ảnh.png": bytes(99)}).replace(b"PK\x01\x02", b"PK\x01\x03"), TORN),
    "sửa.docx": (changed(docx()), TORN),
    "đứt.zip": (zipped({"a.pdf": pdf()})[:-5], TORN),
    "khóa.pdf": (LOCKED_PDF, "là PDF có khóa. Hãy lưu lại không đặt mật khẩu, không khóa quyền."),
    "macro.docx": (docx({"word/vbaProject.bin": ""}, main=WORD_MACROS), MACROS),
    "đổi đuôi.docx": (docx({"word/vbaProject.bin": b"\0"}), MACROS),
    "viết khéo.docx": (HIDDEN, MACROS),
    "nút bấm.docx": (docx({"word/activeX/activeX1.bin": b"\0"}), MACROS),
    "trình chiếu.docx": (
        docx(main=PRESENTATION),
        "không phải là văn bản Word hay bảng tính Excel. Hãy lưu thành PDF.",
    ),
    "thực thể.docx": (
        zipped({"[Content_Types].xml": "<!DOCTYPE a [<!ENTITY b 'c'>]><Types>&b;</Types>"}),
        TORN,
    ),
    "ra ngoài.zip": (zipped({"../../etc/đ.pdf": pdf()}), NAMES),
    "ổ đĩa.zip": (zipped({"C:\\Windows\\đ.pdf": pdf()}), NAMES),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_unfit_is_refused_with_what_to_do(name: str) -> None:
    content, reason = BAD[name]
    assert look(name, content) == f"{name}: {reason}"


def test_each_file_in_an_archive_is_looked_at() -> None:
    assert (
        look("a.zip", zipped({"x/macro.docx": docx(main=WORD_MACROS)})) == f"macro.docx: {MACROS}"
    )
    assert look("a.zip", zipped({"chạy.exe": b"MZ"})) == f"chạy.exe: {OTHER}"
    assert look("a.zip", zipped({"b.zip": zipped({"c.pdf": pdf()})})) == (
        "b.zip: là tệp nén trong tệp nén. Hãy giải nén rồi nén một lần."
    )


def test_a_locked_archive_is_refused() -> None:
    plain = bytearray(zipped({"a.pdf": pdf()}))
    plain[6] |= 1  # the flag that says encrypted, in the file's header and in the table
    plain[plain.find(b"PK\x01\x02") + 8] |= 1
    assert look("a.zip", bytes(plain)) == "a.zip: có đặt mật khẩu. Hãy lưu lại không mật khẩu."


def test_a_doubled_name_is_refused() -> None:
    doubled = zipped({"a.pdf": pdf("1"), "b.pdf": pdf("2")}).replace(b"b.pdf", b"a.pdf")
    assert look("a.zip", doubled) == f"a.zip: {NAMES}"


# -- Bombs -------------------------------------------------------------------------------------

TOO_MUCH = "giải nén ra quá lớn (tối đa 5000 tệp, 400 MB). Hãy chia nhỏ."


def test_a_bomb_is_refused_before_it_is_inflated() -> None:
    bomb = zipped({"a.pdf": b"%PDF-" + b"0" * (64 << 20)})
    assert len(bomb) < 100_000
    before = time.perf_counter()
    assert look("bom.zip", bomb) == f"bom.zip: {TOO_MUCH}"
    assert time.perf_counter() - before < 1


def test_many_layers_share_one_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MAX_INFLATED", 20 << 10)
    one = docx({"word/text": bytes(range(256)) * 24})  # 6 KB: twice it fits beside the packed ones
    assert look("một.docx", one) == "docx"
    assert look("bốn.zip", zipped({f"{at}.docx": one for at in range(4)})) == (
        "2.docx: giải nén ra quá lớn (tối đa 5000 tệp, 0 MB). Hãy chia nhỏ."
    )


def test_an_archive_of_too_many_files_is_refused() -> None:
    many = zipped({f"{at}.pdf": b"" for at in range(5_001)})
    assert look("nhiều.zip", many) == f"nhiều.zip: {TOO_MUCH}"


def test_a_long_table_of_contents_is_not_even_read() -> None:
    """Its end says how long the table is: Python would make an object of each entry."""
    end = bytearray(zipped({"a.pdf": pdf()}))
    end[-10:-6] = (6_000_000).to_bytes(4, "little")
    sentence = "a.zip: có quá nhiều tệp bên trong (tối đa 5000). Hãy chia nhỏ."
    assert look("a.zip", bytes(end)) == sentence


def test_an_entry_longer_than_it_says_is_torn() -> None:
    """A bomb that lies about its size: what stands in the table is all that is inflated."""
    honest = zipped({"a.pdf": pdf(padding=2_000_000)})
    at = honest.find(b"PK\x01\x02") + 24
    lying = honest[:at] + (100).to_bytes(4, "little") + honest[at + 4 :]
    assert look("a.zip", lying) == f"a.zip: {TORN}"


@given(st.binary(max_size=600), st.integers(0, 600), st.sampled_from(["docx", "zip", "pdf"]))
def test_whatever_comes_is_taken_or_refused(noise: bytes, at: int, ending: str) -> None:
    whole = {"docx": docx(), "zip": zipped({"a.pdf": pdf()}), "pdf": pdf()}[ending]
    torn = whole[:at] + noise + whole[at + len(noise) :]
    answer = look(f"a.{ending}", torn)
    assert answer == ending or ": " in answer


def test_a_changed_entry_is_torn() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as book:
        book.writestr("a.pdf", pdf())
    assert look("a.zip", out.getvalue()) == "zip"
    changed = out.getvalue().replace(b"trailer", b"TRAILER")
    assert look("a.zip", changed) == f"a.zip: {TORN}"
