"""Who gives which input of a leaf, and so at which stage it may be entered."""

from __future__ import annotations

from collections.abc import Mapping

from thidua.errors import NotAllowed
from thidua.spec.criteria import Leaf
from thidua.spec.parts import LATE_SUPPLIERS, Supplier
from thidua.store.sheets import EntryStage


def refuse_others_inputs(leaf: Leaf, stage: EntryStage, given: Mapping[str, int]) -> None:
    """``NotAllowed`` when the leaf, or an input that is given, is another's to enter."""
    late = leaf.supplier in LATE_SUPPLIERS
    if late and stage != "survey":
        raise NotAllowed(
            f"Tiêu chí {leaf.code} lấy từ điều tra, chỉ số hoặc đánh giá của "
            "lãnh đạo, không tự chấm hay thẩm định."
        )
    if stage == "survey" and not late:
        raise NotAllowed(
            f"Tiêu chí {leaf.code} không lấy từ điều tra, chỉ số hay đánh giá của lãnh đạo."
        )
    other = {"self": Supplier.AGENCY, "agency": Supplier.UNIT}.get(stage)
    theirs = [
        item.label
        for item in leaf.inputs
        if item.name in given and leaf.supplier_of(item.name) == other
    ]
    if theirs:
        whose = "cơ quan thẩm định cung cấp" if stage == "self" else "đơn vị tự nhập"
        raise NotAllowed(f"Tiêu chí {leaf.code}: “{'”, “'.join(theirs)}” do {whose}.")
