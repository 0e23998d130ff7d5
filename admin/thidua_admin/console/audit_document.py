"""What the audit keeps before and after an act, in the office's words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from flask_babel import gettext, lazy_gettext
from markupsafe import Markup

from thidua.scoring.explain_points import STAGE_WORDS
from thidua.store.base import Json
from thidua.work.access import ROLE_NAMES
from thidua.work.windows import STEP_NAMES
from thidua_admin.console.lookups import figure_names, kind_names, unit_names, user_names

FIELDS = {
    "about": lazy_gettext("Hỏi về"),
    "accepted": lazy_gettext("Chấp nhận"),
    "added": lazy_gettext("Thêm"),
    "agencies": lazy_gettext("Cơ quan thẩm định"),
    "agency": lazy_gettext("Cơ quan thẩm định"),
    "answer": lazy_gettext("Trả lời"),
    "answers": lazy_gettext("Số câu trả lời"),
    "artefact": lazy_gettext("Hiện vật"),
    "basis": lazy_gettext("Căn cứ"),
    "born_on": lazy_gettext("Ngày sinh"),
    "by": lazy_gettext("Người thực hiện"),
    "campaign": lazy_gettext("Kỳ đánh giá số"),
    "changed": lazy_gettext("Sửa"),
    "changes": lazy_gettext("Thay đổi"),
    "check_code": lazy_gettext("Mã kiểm tra"),
    "chosen": lazy_gettext("Được chọn"),
    "closed": lazy_gettext("Kết thúc lúc"),
    "cluster": lazy_gettext("Khối, cụm"),
    "code": lazy_gettext("Mã"),
    "confirmed": lazy_gettext("Đã xác nhận"),
    "count": lazy_gettext("Số lượng"),
    "document": lazy_gettext("Văn bản"),
    "due": lazy_gettext("Hạn"),
    "duty": lazy_gettext("Nhiệm vụ"),
    "effective_on": lazy_gettext("Có hiệu lực từ"),
    "equal_to": lazy_gettext("Giống lần nhập số"),
    "evidence": lazy_gettext("Minh chứng"),
    "exemptions": lazy_gettext("Miễn giảm"),
    "explanation": lazy_gettext("Giải trình"),
    "file": lazy_gettext("Tệp"),
    "forms": lazy_gettext("Số phiếu"),
    "from": lazy_gettext("Từ"),
    "granted": lazy_gettext("Được tặng"),
    "group": lazy_gettext("Nhóm"),
    "guidance": lazy_gettext("Hướng dẫn"),
    "hash": lazy_gettext("Mã băm"),
    "held_on": lazy_gettext("Ngày họp"),
    "how": lazy_gettext("Cách làm"),
    "identity": lazy_gettext("Định danh"),
    "index": lazy_gettext("Chỉ số"),
    "inputs": lazy_gettext("Số liệu"),
    "issued_on": lazy_gettext("Ngày ban hành"),
    "issuer": lazy_gettext("Cơ quan ban hành"),
    "item": lazy_gettext("Tài liệu số"),
    "kind": lazy_gettext("Loại"),
    "leaf": lazy_gettext("Tiêu chí"),
    "left_on": lazy_gettext("Thôi từ ngày"),
    "legal_basis": lazy_gettext("Văn bản căn cứ"),
    "level": lazy_gettext("Cấp"),
    "link": lazy_gettext("Địa chỉ"),
    "mappings": lazy_gettext("Bảng đối chiếu"),
    "meeting": lazy_gettext("Phiên họp"),
    "members": lazy_gettext("Thành viên"),
    "minutes": lazy_gettext("Biên bản"),
    "missing": lazy_gettext("Còn thiếu"),
    "money": lazy_gettext("Tiền thưởng"),
    "movement": lazy_gettext("Phong trào thi đua"),
    "name": lazy_gettext("Tên"),
    "node": lazy_gettext("Mã tiêu chí, lĩnh vực"),
    "nomination": lazy_gettext("Đề nghị số"),
    "nominator": lazy_gettext("Nơi đề nghị"),
    "note": lazy_gettext("Ghi chú"),
    "number": lazy_gettext("Số"),
    "numbers": lazy_gettext("Số vào sổ"),
    "official_code": lazy_gettext("Mã hành chính"),
    "on": lazy_gettext("Ngày"),
    "open": lazy_gettext("Mở"),
    "page": lazy_gettext("Trang"),
    "pairs": lazy_gettext("Các cặp tiêu chí"),
    "paper": lazy_gettext("Văn bản"),
    "parent_id": lazy_gettext("Đơn vị cấp trên"),
    "phone": lazy_gettext("Điện thoại"),
    "present": lazy_gettext("Có mặt"),
    "proposal": lazy_gettext("Đề xuất"),
    "question": lazy_gettext("Câu hỏi"),
    "rank": lazy_gettext("Hạng"),
    "reason": lazy_gettext("Lý do"),
    "recipient": lazy_gettext("Người nhận"),
    "refused": lazy_gettext("Từ chối"),
    "result": lazy_gettext("Bản kết quả số"),
    "results": lazy_gettext("Kết quả"),
    "role": lazy_gettext("Vai trò"),
    "round": lazy_gettext("Đợt xét khen số"),
    "rows": lazy_gettext("Số dòng"),
    "scan": lazy_gettext("Bản chụp"),
    "scheme": lazy_gettext("Cách xét khen"),
    "section": lazy_gettext("Mục"),
    "set": lazy_gettext("Bộ tiêu chí"),
    "sets": lazy_gettext("Bộ tiêu chí"),
    "sex": lazy_gettext("Giới tính"),
    "sha256": lazy_gettext("Mã băm"),
    "signer": lazy_gettext("Người ký"),
    "slot": lazy_gettext("Suất"),
    "source": lazy_gettext("Nguồn"),
    "stage": lazy_gettext("Bước"),
    "stand": lazy_gettext("Ý kiến"),
    "step": lazy_gettext("Bước"),
    "summary": lazy_gettext("Trích yếu"),
    "survey": lazy_gettext("Cuộc điều tra, khảo sát"),
    "text": lazy_gettext("Nội dung"),
    "title": lazy_gettext("Tên"),
    "to": lazy_gettext("Đến"),
    "total": lazy_gettext("Tổng số"),
    "unchanged": lazy_gettext("Giữ nguyên"),
    "unit": lazy_gettext("Đơn vị"),
    "units": lazy_gettext("Đơn vị"),
    "until": lazy_gettext("Đến hết ngày"),
    "user": lazy_gettext("Tài khoản"),
    "username": lazy_gettext("Tên đăng nhập"),
    "users": lazy_gettext("Tài khoản"),
    "value": lazy_gettext("Giá trị"),
    "version": lazy_gettext("Phiên bản"),
    "what": lazy_gettext("Cuộc điều tra, chỉ số"),
    "windows": lazy_gettext("Thời hạn"),
    "words": lazy_gettext("Nội dung"),
    "year": lazy_gettext("Năm"),
}
"""What is said of the thing by its key; codes of criteria and the like stand for themselves."""

UNITS = frozenset({"agency", "agencies", "parent_id", "unit", "units"})
"""Keys of ids of units."""

USERS = frozenset({"user", "users"})
"""Keys of ids of accounts."""


def document_words(said: Json | None) -> Markup | str:
    """One line for each thing said."""
    lines = (
        Markup("<div>{}: {}</div>").format(FIELDS.get(key, key), _text(key, value))
        for key, value in (said or {}).items()
    )
    return Markup().join(lines) or "–"


def _text(key: str, value: Any) -> str:
    if value in (None, "", [], {}):
        return "–"
    match value:
        case bool():
            return str(gettext("có") if value else gettext("không"))
        case dict():
            return "; ".join(
                f"{FIELDS.get(name, name)}: {_text(name, value[name])}" for name in value
            )
        case list():
            return ", ".join(_text(key, item) for item in value)
        case int() if key in UNITS:
            return unit_names().get(value, str(value))
        case int() if key in USERS:
            return user_names().get(value, str(value))
        case str():
            return _coded(key, value)
        case _:
            return str(value)


def _coded(key: str, text: str) -> str:
    """A code as it is called, a day as an office writes it, other text as it is."""
    names = NAMES.get(key)
    if names is not None:
        return names().get(text, text)
    try:
        return f"{date.fromisoformat(text):%d/%m/%Y}" if len(text) == DAY else text
    except ValueError:
        return text


NAMES: Mapping[str, Callable[[], Mapping[str, str]]] = {
    "role": lambda: {str(role): words for role, words in ROLE_NAMES.items()},
    "step": lambda: {str(step): words for step, words in STEP_NAMES.items()},
    "stage": lambda: STAGE_WORDS,
    "kind": kind_names,
    "what": figure_names,
    "survey": figure_names,
}
"""What codes are called, by the key they stand under."""

DAY = len("2026-01-31")
