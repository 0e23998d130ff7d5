"""Who enters the figures of a rule, in words."""

from __future__ import annotations

from thidua.spec.rules import Supplier

SUPPLIERS = {
    Supplier.UNIT: "Đơn vị tự chấm",
    Supplier.AGENCY: "Cơ quan thẩm định nhập",
    Supplier.SURVEY: "Điều tra xã hội học",
    Supplier.INDEX: "Chỉ số khác",
    Supplier.LEADER: "Lãnh đạo đánh giá",
}
