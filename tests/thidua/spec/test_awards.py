"""What an award scheme may say, and whether it fits the province that declares it."""

from __future__ import annotations

from typing import Any

import pytest
from tests.awarding import MOVEMENT, award_spec, scheme, scheme_document

from thidua.errors import Invalid

COLLECTIVES, PERSONS = scheme_document()["quotas"]
ITEM = {"code": "to-trinh", "label": "Tờ trình"}
ATTESTED = {"kind": "attested", "code": "sang-kien", "label": "khác hẳn"}


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"quotas": [{**PERSONS, "count": 3}]}, "quotas.0: tổng các suất khác count"),
        ({"quotas": [PERSONS, PERSONS]}, "hai đối tượng trùng nhau"),
        ({"rounds": [{"year": 2025, "index_year": 2025}] * 2}, "hai đợt trùng nhau"),
        (
            {"quotas": [{**COLLECTIVES, "slots": [COLLECTIVES["slots"][0]] * 2}]},
            "hai suất trùng nhau",
        ),
        ({"conditions": [ATTESTED]}, "một mã điều kiện có hai nội dung khác nhau"),
        ({"quotas": []}, "có đợt không tạm dừng thì phải ghi form và quotas"),
        ({"form": None}, "có đợt không tạm dừng thì phải ghi form và quotas"),
        (
            {"rounds": [{"year": 2025}]},
            "đợt không có index_year thì order_by là none và không có điều kiện theo chỉ số",
        ),
        (
            {
                "quotas": [
                    {
                        **PERSONS,
                        "slots": [{**PERSONS["slots"][0], "falls_to": "la"}, PERSONS["slots"][1]],
                    }
                ]
            },
            "quotas.0: falls_to phải là mã một suất khác của cùng đối tượng",
        ),
        ({"dossier": [ITEM, ITEM]}, "hai thành phần hồ sơ trùng nhau"),
        ({"rewards": [{"recipient": "person"}]}, "rewards.0: ghi artefact hoặc money"),
        ({"nominators": {"label": "sở"}}, "nominators: ghi levels, kinds hoặc units"),
    ],
)
def test_a_scheme_that_contradicts_itself_is_refused(changed: dict[str, Any], problem: str) -> None:
    with pytest.raises(Invalid) as refused:
        scheme(**changed)
    assert str(refused.value) == problem


def test_a_scheme_answers_for_its_parts() -> None:
    made = scheme()
    assert [slot.code for slot in made.slots()] == ["tt-so", "tt-xa", "cn-khac", "cn-chon"]
    assert made.quota_of("person") == made.quotas[1]
    assert scheme(quotas=[PERSONS]).quota_of("collective") is None
    first = made.round_of(2025)
    assert first
    assert (first.index_year, made.round_of(2024)) == (2025, None)
    chosen = made.quotas[1].slots[1]
    assert [item.kind for item in made.conditions_of(chosen)] == ["band", "category", "attested"]
    assert {code: item.label for code, item in made.attested().items()} == {
        "sang-kien": "có sáng kiến được công nhận"
    }


INVENTED = {"provenance": "illustrative"}


@pytest.mark.parametrize(
    "changed",
    [
        INVENTED,
        {"comparison": INVENTED},
        {"legal_basis": [{"title": "Kế hoạch", **INVENTED}]},
        {"rounds": [{"year": 2025, "index_year": 2025, **INVENTED}]},
        {"conditions": [{"kind": "band", "at_least": "Khá", **INVENTED}]},
        {"quotas": [{**PERSONS, **INVENTED}]},
        {"quotas": [{**PERSONS, "slots": [{**slot, **INVENTED} for slot in PERSONS["slots"]]}]},
    ],
)
def test_a_scheme_is_illustrative_when_any_part_of_it_is(changed: dict[str, Any]) -> None:
    assert (scheme().illustrative, scheme(**changed).illustrative) == (False, True)


@pytest.mark.parametrize(
    ("changed", "problems"),
    [
        ({}, []),
        ({"movement": "khac"}, ["award_schemes.khen-cchc: không có phong trào “khac”"]),
        ({"form": "co"}, ["award_schemes.khen-cchc: không có hình thức khen thưởng “co”"]),
        (
            {"rounds": [{"year": 2031, "index_year": 2031}]},
            ["award_schemes.khen-cchc: không có năm của phong trào “2031”"],
        ),
        (
            {"conditions": [{"kind": "band", "at_least": "A"}]},
            ["award_schemes.khen-cchc: không có loại “A”"],
        ),
    ],
)
def test_a_scheme_names_only_what_the_province_has(
    changed: dict[str, Any], problems: list[str]
) -> None:
    spec = award_spec(award_schemes=[scheme_document(**changed)])
    assert [str(item) for item in spec.problems()] == problems


def test_a_form_is_for_the_recipients_it_names() -> None:
    flag = {"code": "bang-khen", "name": "Cờ", "category": "title", "recipients": ["collective"]}
    assert [str(item) for item in award_spec(award_forms=[flag]).problems()] == [
        "award_schemes.khen-cchc: “Cờ” không tặng cho cá nhân"
    ]


def test_rounds_are_free_where_the_movement_names_no_years() -> None:
    movement = {**MOVEMENT, "period": {}}
    assert award_spec(movements=[movement]).problems() == []


def test_a_version_is_declared_once() -> None:
    spec = award_spec(award_schemes=[scheme_document(), scheme_document()])
    assert [str(item) for item in spec.problems()] == [
        "award_schemes: “khen-cchc 1” được khai 2 lần"
    ]
