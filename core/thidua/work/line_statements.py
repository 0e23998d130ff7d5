"""The statements of a save, as the driver runs them.

They speak JSON, so that one row holds all that is to be known, and one statement writes one line
or a hundred.
"""

from __future__ import annotations

from typing import LiteralString

from thidua.store.audit import APPEND
from thidua.work.evidence_counts import OF_LEAF

PLACE = """
    SELECT campaign.id, campaign.year, campaign.title, campaign.stage, campaign.opens_on,
           campaign.opened_at, campaign.illustrative, campaign.row_version,
           campaign_unit.id, campaign_unit.name, campaign_unit.kind, campaign_unit.cluster,
           campaign_unit.group_label, criteria_set.id, criteria_set.hash, score_sheet.id
    FROM campaign
    JOIN campaign_unit ON campaign_unit.campaign_id = campaign.id
    JOIN campaign_set
        ON campaign_set.campaign_id = campaign.id AND campaign_set.kind = campaign_unit.kind
    JOIN criteria_set ON criteria_set.id = campaign_set.criteria_set_id
    JOIN score_sheet
        ON score_sheet.campaign_id = campaign.id AND score_sheet.unit_id = campaign_unit.unit_id
    WHERE campaign.id = %(campaign)s AND campaign_unit.unit_id = %(unit)s
"""
"""The campaign, the unit as it found it, the id and hash of the set, the id of the sheet."""

SHARED_PLACE = PLACE + "FOR SHARE OF campaign"
"""The same, the campaign held so that nobody closes it."""

HELD_PLACE = SHARED_PLACE + " FOR NO KEY UPDATE OF score_sheet"
"""The same, the sheet held too, so that nobody else writes into it."""

WHO_AND_WHEN = """
    SELECT
        (SELECT json_agg(json_build_array(role, unit_id, domains))
            FROM membership WHERE user_id = %(user)s),
        (SELECT json_agg(json_build_object(
                'step', shown.step, 'opens_at', opens_at, 'closes_at', closes_at, 'until', until,
                'made_at', made_at, 'withdrawn_at', withdrawn_at, 'kind', kind, 'unit_id', unit_id)
                ORDER BY opens_at, extension.id)
            FROM campaign_window AS shown
            LEFT JOIN extension
                ON extension.campaign_id = shown.campaign_id AND extension.step = shown.step
            WHERE shown.campaign_id = %(campaign)s)"""
"""The beginning of a statement: the memberships of a person, with role, unit and domains; the
windows of a campaign, each as often as it has extensions (see ``schedule_in``)."""

_EVIDENCE = OF_LEAF.replace("%(code)s", "leaf.code")
_LINES: LiteralString = f""",
        (SELECT criteria_set_id FROM campaign_set
            WHERE campaign_id = %(campaign)s AND kind = %(kind)s),
        EXISTS (SELECT FROM sign_off WHERE sheet_id = %(sheet)s AND withdrawn_at IS NULL),
        (SELECT json_agg(json_build_object(
                'leaf_id', leaf.id, 'code', leaf.code, 'entry', to_json(score_entry),
                'evidence', ({_EVIDENCE})))
            FROM leaf
            LEFT JOIN score_entry
                ON score_entry.leaf_id = leaf.id AND score_entry.sheet_id = %(sheet)s
                AND score_entry.stage = %(stage)s
            WHERE leaf.set_id = %(set)s AND leaf.code = """  # noqa: S608 (our own statements)
STANDING = WHO_AND_WHEN + _LINES + "%(code)s)"
STANDING_MANY = WHO_AND_WHEN + _LINES + "ANY(%(codes)s))"
"""Who and when, the set of a campaign's kind of unit, whether a sheet is signed off, and lines of
the sheet, each with its entry if there is one and how much evidence stands behind it.

One for one line, since for any number PostgreSQL plans anew each time, which takes longer than to
run it."""

PUT: LiteralString = """
    INSERT INTO score_entry
        (sheet_id, leaf_id, stage, inputs, explanation, recent_saves, updated_by)
    SELECT sheet_id, leaf_id, stage, inputs, explanation, recent_saves, %(user)s
    FROM jsonb_to_recordset(%(lines)s)
        AS line (sheet_id bigint, leaf_id bigint, stage text, inputs jsonb, explanation text,
                 recent_saves text[])
    ON CONFLICT (sheet_id, leaf_id, stage) DO UPDATE
    SET inputs = excluded.inputs, explanation = excluded.explanation,
        recent_saves = excluded.recent_saves, updated_by = excluded.updated_by,
        updated_at = now(), row_version = score_entry.row_version + 1
    RETURNING leaf_id, id, row_version, updated_at
"""
"""Write lines of a sheet, new or over what stands there."""

_SUBJECT: LiteralString = "coalesce(%(subject_id)s, (SELECT id FROM written))"
PUT_NOTED: LiteralString = f"""
    WITH written AS ({PUT}), noted AS ({APPEND.replace("%(subject_id)s", _SUBJECT)})
    SELECT leaf_id, id, row_version, updated_at FROM written
"""  # noqa: S608
"""The same with an act for the audit, which tells of the one line where it names no subject."""
