"""One sample of every rule kind: the data, inputs, and the points written down by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from textwrap import indent
from typing import Any

from thidua.scoring.kinds import RuleKind
from thidua.spec.rules import InputSpec


@dataclass(frozen=True)
class Case:
    """Inputs as a person writes them, by name, and the points they must give."""

    inputs: Mapping[str, str]
    points: str
    why: str


@dataclass(frozen=True)
class RuleSample:
    """What a rule kind is for, in Vietnamese; a criterion that uses it; what it gives."""

    text: str
    criterion: str
    cases: tuple[Case, ...]


def stored(spec: InputSpec, written: str) -> int:
    """An input as a person writes it, in the stored unit of its declaration."""
    return int(Decimal(written) * spec.scale)


def set_around(sample: RuleSample) -> str:
    """The YAML of a whole criteria set whose only criterion is the sample's."""
    return SET + "      - " + indent(sample.criterion, " " * 8).lstrip()


SET = """\
code: vi-du
version: "1"
title: Bộ tiêu chí ví dụ
kinds: [so]
grading: chung
provenance: illustrative
pending: out_of_maximum
bonus_cap: 5
domains:
  - code: "1"
    name: Lĩnh vực ví dụ
    criteria:
"""


def quicker_each_year(
    settings: Mapping[str, Any], maximum: int, inputs: Mapping[str, int]
) -> tuple[Fraction | int, str]:
    """The maximum when the mean time fell by the aim (per cent), less in proportion."""
    before, now = inputs["truoc"], inputs["nay"]
    if now >= before:
        return 0, "khong-giam"
    part = Fraction(100 * (before - now), before * settings["muc-tieu"])
    return maximum * min(part, Fraction(1)), "giam"


QUICKER = RuleKind(
    name="rut-ngan-thoi-gian",
    score=quicker_each_year,
    sentences={
        "khong-giam": "Thời gian không giảm: năm trước {truoc}, năm nay {nay} giờ.",
        "giam": "Thời gian giảm từ {truoc} xuống {nay} giờ.",
    },
)

SAMPLES: Mapping[str, RuleSample] = {
    "yes_no": RuleSample(
        "Có hoặc không: có (1) thì được điểm tối đa, không (0) thì được `no_points`. Ghi "
        "`not_applicable: true` thì có thêm lựa chọn “Không áp dụng” (2): tiêu chí ra khỏi điểm "
        "tối đa của đơn vị.",
        """\
code: "1.1"
name: Ban hành kế hoạch đúng hạn
max_points: 2
rule: {kind: yes_no, not_applicable: true}
""",
        (
            Case({"value": "1"}, "2", "có"),
            Case({"value": "0"}, "0", "không"),
            Case({"value": "2"}, "0", "không áp dụng, điểm tối đa của đơn vị bớt 2"),
        ),
    ),
    "choice": RuleSample(
        "Chọn một mức; mỗi mức ghi số điểm (`points`) hoặc phần của điểm tối đa (`share`). Số nhập "
        "là vị trí của mức, đếm từ 0.",
        """\
code: "1.1"
name: Đánh giá, xếp loại công chức hằng năm
max_points: 2
rule:
  kind: choice
  levels:
    - {label: Đúng quy trình và đúng hạn, share: 1}
    - {label: Đúng quy trình nhưng chậm, share: 0.75}
    - {label: Chưa đúng quy trình, points: 0}
""",
        (
            Case({"level": "0"}, "2", "mức đầu"),
            Case({"level": "1"}, "1.5", "75% của 2 điểm"),
            Case({"level": "2"}, "0", "mức cuối"),
        ),
    ),
    "ratio": RuleSample(
        "Tử số chia mẫu số, nhân điểm tối đa. Dưới `floor` thì 0 điểm; từ `full` trở lên thì điểm "
        "tối đa; ở giữa thì điểm tối đa nhân tỷ lệ rồi chia `full`, để không có bước nhảy tại "
        "`full`. Bộ tiêu chí nào ghi đúng “b/a × điểm tối đa” cho đến ngưỡng ấy thì viết bằng "
        "`formula`. So ngưỡng bằng số đúng rồi mới làm tròn điểm. Mẫu số bằng 0 thì theo "
        "`zero_denominator`; hãy luôn ghi trường này, để trống thì 0 điểm.",
        """\
code: "1.1"
name: Mức độ hoàn thành kế hoạch
max_points: 3
rule:
  kind: ratio
  numerator: Số nhiệm vụ đã hoàn thành
  denominator: Số nhiệm vụ trong kế hoạch
  floor: 0.8
  full: 0.96
  zero_denominator: zero
""",
        (
            Case({"numerator": "24", "denominator": "25"}, "3", "bằng đúng 96%"),
            Case({"numerator": "22", "denominator": "25"}, "2.75", "88% ÷ 96% của 3 điểm"),
            Case({"numerator": "8", "denominator": "10"}, "2.5", "bằng đúng ngưỡng thì vẫn tính"),
            Case({"numerator": "7", "denominator": "9"}, "0", "dưới 80%"),
            Case({"numerator": "0", "denominator": "0"}, "0", "mẫu số bằng 0, đã ghi zero"),
        ),
    ),
    "bands": RuleSample(
        "Theo bậc: giá trị nhập (phần trăm, số ngày…) được điểm của bậc đầu tiên nó đạt tới, không "
        "đạt bậc nào thì 0 điểm. Bậc có `inclusive: false` thì phải lớn hơn hẳn.",
        """\
code: "1.1"
name: Hồ sơ giải quyết đúng hạn
max_points: 6
rule:
  kind: bands
  value: Tỷ lệ hồ sơ đúng hạn (%)
  largest: 100
  steps:
    - {from: 98, share: 1}
    - {from: 95, points: 4.5}
    - {from: 90, points: 3, inclusive: false}
""",
        (
            Case({"value": "98"}, "6", "bằng đúng bậc cao nhất"),
            Case({"value": "97.99"}, "4.5", "bậc thứ hai"),
            Case({"value": "90"}, "0", "phải lớn hơn 90"),
        ),
    ),
    "count": RuleSample(
        "Cộng điểm theo số việc, không quá điểm tối đa. Ví dụ này là điểm thưởng "
        "(`counts_as: bonus`): cộng vào điểm, không cộng vào điểm tối đa.",
        """\
code: "1.1"
name: Sáng kiến cải cách hành chính được công nhận
max_points: 3
counts_as: bonus
rule: {kind: count, item: Số sáng kiến, each: 1.25}
""",
        (
            Case({"count": "2"}, "2.5", "2 × 1.25"),
            Case({"count": "4"}, "3", "chạm trần"),
        ),
    ),
    "sum": RuleSample(
        "Cộng từng mục: mục nào đạt thì được điểm của mục ấy (`points` hoặc `share`), tổng không "
        "quá điểm tối đa.",
        """\
code: "1.1"
name: Ban hành các quy chế theo quy định
max_points: 2
rule:
  kind: sum
  items:
    - {name: lam-viec, label: Quy chế làm việc, points: 0.5}
    - {name: chi-tieu, label: Quy chế chi tiêu nội bộ, points: 0.5}
    - {name: dan-chu, label: Quy chế dân chủ ở cơ sở, share: 0.5}
    - {name: tiep-dan, label: Quy chế tiếp công dân, share: 0.25}
""",
        (
            Case(
                {"lam-viec": "1", "chi-tieu": "0", "dan-chu": "1", "tiep-dan": "0"},
                "1.5",
                "0.5 điểm và 50% của 2 điểm",
            ),
            Case(
                {"lam-viec": "1", "chi-tieu": "1", "dan-chu": "1", "tiep-dan": "1"},
                "2",
                "cộng được 2.5, chạm trần",
            ),
        ),
    ),
    "deduction": RuleSample(
        "Từ điểm tối đa trừ dần theo từng loại lỗi, không dưới `least`. Ghi `least` dưới 0 thì lỗi "
        "nặng còn bị trừ thêm.",
        """\
code: "1.1"
name: Chế độ báo cáo định kỳ
max_points: 2
rule:
  kind: deduction
  faults:
    - {name: cham, label: Số báo cáo gửi chậm, points: 0.25}
    - {name: thieu, label: Số báo cáo không gửi, share: 0.5}
  least: -0.25
""",
        (
            Case({"cham": "0", "thieu": "0"}, "2", "không có lỗi"),
            Case({"cham": "3", "thieu": "1"}, "0.25", "2 − 3 × 0.25 − 1"),
            Case({"cham": "9", "thieu": "2"}, "-0.25", "không dưới least"),
        ),
    ),
    "survey": RuleSample(
        "Điều tra xã hội học: phần trăm nhân điểm tối đa. Đơn vị không tự chấm; chưa có kết quả "
        "thì theo `pending` của bộ.",
        """\
code: "1.1"
name: Mức độ hài lòng của người dân, tổ chức
max_points: 8
rule: {kind: survey, survey: sipas}
""",
        (Case({"percent": "87.35"}, "6.988", "87.35% của 8 điểm"),),
    ),
    "officials": RuleSample(
        "Điều tra công chức, đại biểu theo nhóm: mỗi câu trả lời được một phần điểm (`share`), mỗi "
        "nhóm lấy bình quân các câu trả lời, các nhóm bình quân theo `weight`. Nhóm có ít câu trả "
        "lời hơn `minimum` thì theo `too_few`: bỏ ra cùng trọng số (`leave_out`; không còn nhóm "
        "nào thì không áp dụng), tính 0 mà giữ trọng số (`zero`), hoặc cả tiêu chí coi như chưa "
        "có kết quả (`pending`). Số nhập là số người chọn từng câu, tên là `nhóm.câu`.",
        """\
code: "1.1"
name: Đánh giá của công chức, đại biểu
max_points: 4
rule:
  kind: officials
  survey: cong-chuc
  too_few: leave_out
  answers:
    - {code: a, label: Tốt, share: 1}
    - {code: b, label: Khá, share: 0.6}
    - {code: c, label: Trung bình, share: 0.2}
    - {code: d, label: Yếu, share: 0}
  groups:
    - {code: hdnd, label: Đại biểu HĐND, weight: 2, minimum: 10}
    - {code: so, label: Lãnh đạo sở, weight: 1, minimum: 5}
""",
        (
            Case(
                {
                    **{"hdnd.a": "10", "hdnd.b": "5", "hdnd.c": "5", "hdnd.d": "0"},
                    **{"so.a": "2", "so.b": "5", "so.c": "0", "so.d": "3"},
                },
                "2.5333",
                "(2 × 70% + 1 × 50%) ÷ 3 của 4 điểm",
            ),
            Case(
                {
                    **{"hdnd.a": "10", "hdnd.b": "5", "hdnd.c": "5", "hdnd.d": "0"},
                    **{"so.a": "4", "so.b": "0", "so.c": "0", "so.d": "0"},
                },
                "2.8",
                "nhóm thứ hai chưa đủ 5 câu trả lời: 70% của 4 điểm",
            ),
        ),
    ),
    "rating": RuleSample(
        "Điểm đánh giá của lãnh đạo: bình quân theo `weight` của những người đánh giá, chia "
        "`scale`, nhân điểm tối đa. Không tự chấm; nhập cùng lúc với kết quả điều tra, chưa có thì "
        "theo `pending` của bộ.",
        """\
code: "1.1"
name: Điểm đánh giá của Chủ tịch và các Phó Chủ tịch
max_points: 10
rule:
  kind: rating
  scale: 100
  raters:
    - {name: chu-tich, label: Chủ tịch, weight: 2}
    - {name: pho-1, label: Phó Chủ tịch thứ nhất}
    - {name: pho-2, label: Phó Chủ tịch thứ hai}
""",
        (
            Case(
                {"chu-tich": "90", "pho-1": "80", "pho-2": "85.5"},
                "8.6375",
                "(2 × 90 + 80 + 85.5) ÷ 4 = 86.375, trên 100, của 10 điểm",
            ),
        ),
    ),
    "indicator": RuleSample(
        "Chỉ số bên ngoài đã khai ở `indicators`; chưa công bố thì theo `pending` của bộ. Mỗi tỉnh "
        "quy đổi một cách: không ghi gì thêm thì giá trị chia `scale`, nhân điểm tối đa; ghi "
        "`steps` thì theo bậc của giá trị như cách chấm `bands`; ghi `between` thì nội suy giữa "
        "hai mốc gần nhất như ví dụ này; ghi `by: rank` và `ranks` thì nhập thứ hạng (số liệu "
        "`rank`), ví dụ `ranks: [{to: 3, share: 1}, {to: 10, points: 5}]`, sau hạng cuối cùng thì "
        "0 điểm.",
        """\
code: "1.1"
name: Chỉ số năng lực cạnh tranh cấp sở, ngành và địa phương
max_points: 10
rule:
  kind: indicator
  indicator: ddci
  between:
    - {at: 50, share: 0}
    - {at: 60, points: 4}
    - {at: 80, share: 1}
""",
        (
            Case({"value": "71.5"}, "7.45", "4 điểm cộng 11.5/20 của 6 điểm"),
            Case({"value": "60"}, "4", "đúng mốc"),
            Case({"value": "45"}, "0", "dưới mốc thấp nhất"),
            Case({"value": "92"}, "10", "trên mốc cao nhất"),
        ),
    ),
    "formula": RuleSample(
        "Công thức, ra số điểm. Viết được số (dấu chấm thập phân), tên biến, `+ - * /`, ngoặc, so "
        "sánh `< <= > >= = <>`, `and`, `or`, `not` và các hàm `min(…)`, `max(…)`, "
        "`if(điều kiện, khi đúng, khi sai)`, `round(x, số lẻ)`; `max_points` là điểm tối đa. Biến "
        "có `scale: 10000` là số như người ta viết, ví dụ 1.5. Mọi phép tính đều đúng tuyệt đối, "
        "chỉ làm tròn một lần ở cuối; nửa nào của `if` không được chọn thì không tính. Hơn điểm "
        "tối đa thì được điểm tối đa (trừ điểm thưởng), dưới `least` thì được `least`. Phải chia "
        "cho 0 thì theo `zero_denominator` (để trống thì 0 điểm), trừ khi đã tránh bằng `if`; vế "
        "sau của `and`, `or` không tính khi vế trước đã đủ để kết luận.",
        """\
code: "1.1"
name: Hồ sơ đúng hạn và báo cáo đúng ngày
max_points: 4
rule:
  kind: formula
  variables:
    - {name: dung, label: Số hồ sơ đúng hạn}
    - {name: tong, label: Tổng số hồ sơ}
    - {name: tre, label: Số ngày báo cáo chậm, scale: 10000, maximum: 300000}
  expression: >-
    if(tong = 0, max_points, min(1, dung / tong) * max_points) - 0.25 * tre
  least: 0
""",
        (
            Case({"dung": "180", "tong": "200", "tre": "0"}, "3.6", "90% của 4 điểm"),
            Case({"dung": "180", "tong": "200", "tre": "1.5"}, "3.225", "3.6 − 0.25 × 1.5"),
            Case({"dung": "0", "tong": "0", "tre": "2"}, "3.5", "không có hồ sơ: 4 − 0.25 × 2"),
            Case({"dung": "20", "tong": "200", "tre": "12"}, "0", "0.4 − 3 nhỏ hơn least"),
        ),
    ),
    "manual": RuleSample(
        "Chấm trực tiếp: nhập thẳng số điểm, từ 0 đến điểm tối đa. Chỉ dùng khi không nói được "
        "cách chấm bằng số liệu.",
        """\
code: "1.1"
name: Chất lượng trang thông tin điện tử
max_points: 1.5
supplier: agency
rule: {kind: manual}
""",
        (Case({"points": "1.25"}, "1.25", "đúng số điểm đã nhập"),),
    ),
    "custom": RuleSample(
        "Cách chấm riêng, viết bằng Python, khi không cách nào ở trên dùng được; xem mục “Cách "
        "chấm riêng bằng Python”.",
        """\
code: "1.1"
name: Rút ngắn thời gian giải quyết so với năm trước
max_points: 4
rule:
  kind: custom
  name: rut-ngan-thoi-gian
  takes:
    - {name: truoc, label: Thời gian trung bình năm trước (giờ), maximum: 10000}
    - {name: nay, label: Thời gian trung bình năm nay (giờ), maximum: 10000}
  settings: {muc-tieu: 20}
""",
        (
            Case({"truoc": "80", "nay": "72"}, "2", "giảm 10% trên mục tiêu 20%"),
            Case({"truoc": "80", "nay": "60"}, "4", "vượt mục tiêu"),
            Case({"truoc": "80", "nay": "80"}, "0", "không giảm"),
        ),
    ),
}
"""By ``kind``, in the order of the reference."""
