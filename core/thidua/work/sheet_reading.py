"""All that a sheet's page is made of, read with one statement.

The statement is SQL and made once: making one costs more than running it. It speaks JSON, so that
one row holds everything, however much was entered.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from thidua.store.actor import Actor
from thidua.store.base import Json
from thidua.store.driving import driven
from thidua.store.sheets import SignOff
from thidua.work.access import Rights, rights_in
from thidua.work.cells import EntryRow
from thidua.work.duties import Assigned, Duties, duties_in, keys_of
from thidua.work.explanations import Asked
from thidua.work.line_statements import WHO_AND_WHEN
from thidua.work.schedule import schedule_in
from thidua.work.windows import Schedule
from thidua.work.writing import Place, timed

_REST = """,
        EXISTS (SELECT FROM result_version
            WHERE campaign_id = %(campaign)s AND published_at IS NOT NULL) AS published,
        (SELECT json_agg(json_build_array(node, agency_id, user_id) ORDER BY id)
            FROM assignment WHERE campaign_id = %(campaign)s AND set_code = %(code)s) AS assigned,
        (SELECT json_agg(json_build_array(agency_id, by_id))
            FROM substitute_agency WHERE campaign_id = %(campaign)s) AS substitutes,
        (SELECT json_agg(json_build_array(unit.id, key, coalesce(
                (SELECT name FROM campaign_unit
                    WHERE campaign_id = %(campaign)s AND unit_id = unit.id),
                (SELECT name FROM unit_period
                    WHERE unit_id = unit.id ORDER BY during DESC LIMIT 1),
                key)))
            FROM unit
            WHERE key = ANY(%(keys)s) OR id IN (
                SELECT agency_id FROM assignment WHERE campaign_id = %(campaign)s
                UNION SELECT by_id FROM substitute_agency WHERE campaign_id = %(campaign)s)
        ) AS agencies,
        (SELECT json_object_agg(survey, reason)
            FROM survey_not_held WHERE campaign_id = %(campaign)s) AS not_held,
        (SELECT json_agg(json_build_array(node, reason) ORDER BY id)
            FROM exemption WHERE campaign_id = %(campaign)s AND unit_id = %(unit)s) AS exempt,
        (SELECT json_agg(json_build_array(leaf.code, stage, "user".name, inputs,
                explanation, row_version, updated_at))
            FROM score_entry
            JOIN leaf ON leaf.id = leaf_id
            LEFT JOIN "user" ON "user".id = updated_by
            WHERE sheet_id = %(sheet)s AND set_id = %(set)s
                AND leaf.code = coalesce(%(leaf)s, leaf.code)) AS entries,
        (SELECT json_object_agg(leaf_code, number)
            FROM (SELECT leaf_code, count(*) AS number
                FROM evidence_item
                JOIN evidence_use ON evidence_use.item_id = evidence_item.id
                WHERE campaign_id = %(campaign)s AND unit_id = %(unit)s
                    AND withdrawn_at IS NULL AND scan IS DISTINCT FROM 'infected'
                GROUP BY leaf_code) AS counted) AS evidence,
        (SELECT json_agg(json_build_array(explanation_request.id, leaf.code, stage, question,
                asked_at, answer, answered_at, row_version)
                ORDER BY explanation_request.id)
            FROM explanation_request
            JOIN leaf ON leaf.id = leaf_id
            WHERE sheet_id = %(sheet)s AND set_id = %(set)s) AS asked,
        (SELECT to_json(sign_off)
            FROM sign_off WHERE sheet_id = %(sheet)s AND withdrawn_at IS NULL) AS signed
"""
_SHEET = WHO_AND_WHEN + _REST


@dataclass(frozen=True)
class SheetRead:
    """What stands on a sheet and around it, as it was read.

    ``published``: whether a result of the campaign is; ``not_held``: reasons by survey; ``exempt``:
    nodes with the reason; ``evidence``: items by leaf code; ``names`` are those of the agencies.
    """

    published: bool
    rights: Rights
    schedule: Schedule
    duties: Duties
    names: Mapping[int, str]
    not_held: Mapping[str, str]
    exempt: Sequence[tuple[str, str]]
    entries: Sequence[EntryRow]
    evidence: Mapping[str, int]
    asked: Sequence[Asked]
    signed: SignOff | None


def read_sheet(session: Session, place: Place, by: Actor, leaf: str | None = None) -> SheetRead:
    """The sheet in ``place``, all its lines or that of one leaf."""
    unit = place.unit.unit_id
    asked = {
        "campaign": place.campaign.id, "unit": unit, "sheet": place.sheet_id,
        "set": place.set_id, "code": place.criteria.code, "leaf": leaf,
        "keys": keys_of(place.criteria), "user": by.id if by.kind == "person" else None,
    }  # fmt: skip
    [(
        memberships, windows, published, assigned, substitutes, agencies, not_held, exempt,
        entries, evidence, requests, signed,
    )] = driven(session, _SHEET, asked)  # fmt: skip
    agencies = agencies or ()
    return SheetRead(
        published=published,
        rights=rights_in(by, memberships or ()),
        schedule=schedule_in([timed(item) for item in windows or ()]),
        duties=duties_in(
            place.criteria,
            ids={key: id_ for id_, key, _ in agencies},
            assigned=[Assigned(*item) for item in assigned or ()],
            substitutes=dict(substitutes or ()),
        ),
        names={id_: name for id_, _, name in agencies},
        not_held=not_held or {},
        exempt=[(node, reason) for node, reason in exempt or ()],
        entries=[_entry(unit, item) for item in entries or ()],
        evidence=evidence or {},
        asked=[_asked(unit, item) for item in requests or ()],
        signed=_signed(signed) if signed else None,
    )


def _entry(unit: int, item: Sequence[Any]) -> EntryRow:
    code, stage, name, inputs, explanation, version, at = item
    return EntryRow(unit, code, stage, name, inputs, explanation, version, _time(at))


def _asked(unit: int, item: Sequence[Any]) -> Asked:
    id_, leaf, stage, question, asked_at, answer, answered_at, version = item
    return Asked(
        id_, unit, leaf, stage, question, _time(asked_at), answer, _time(answered_at), version
    )


def _signed(row: Json) -> SignOff:
    day = row["signed_on"]
    return SignOff(**{**timed(row), "signed_on": date.fromisoformat(day) if day else None})


def _time(text_: str | None) -> Any:
    """A time as JSON tells it; none of none."""
    return datetime.fromisoformat(text_) if text_ else None
