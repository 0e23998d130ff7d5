"""The two statements of a save, in SQL and made once: making one costs more than running it.

They speak JSON, so that one row holds all that is to be known, and one statement writes one line
or a hundred.
"""

from __future__ import annotations

from sqlalchemy import text

_STANDING = """
    SELECT
        (SELECT criteria_set_id FROM campaign_set WHERE campaign_id = :campaign AND kind = :kind),
        EXISTS (SELECT FROM sign_off WHERE sheet_id = :sheet AND withdrawn_at IS NULL),
        (SELECT jsonb_agg(jsonb_build_object(
                'role', role, 'unit_id', unit_id, 'domains', to_jsonb(domains)))
            FROM membership WHERE user_id = :user),
        (SELECT jsonb_agg(jsonb_build_object(
                'step', shown.step, 'opens_at', opens_at, 'closes_at', closes_at, 'until', until,
                'made_at', made_at, 'withdrawn_at', withdrawn_at, 'kind', kind, 'unit_id', unit_id)
                ORDER BY opens_at, extension.id)
            FROM campaign_window AS shown
            LEFT JOIN extension
                ON extension.campaign_id = shown.campaign_id AND extension.step = shown.step
            WHERE shown.campaign_id = :campaign),
        (SELECT jsonb_agg(jsonb_build_object(
                'leaf_id', leaf.id, 'code', leaf.code, 'entry', to_jsonb(score_entry)))
            FROM leaf
            LEFT JOIN score_entry
                ON score_entry.leaf_id = leaf.id AND score_entry.sheet_id = :sheet
                AND score_entry.stage = :stage
            WHERE leaf.set_id = :set AND leaf.code %s)
"""
STANDING, STANDING_MANY = text(_STANDING % "= :codes"), text(_STANDING % "= ANY(:codes)")
"""The set of a campaign's kind of unit, whether a sheet is signed off, a person's memberships,
windows with their extensions, and lines of the sheet, each with its entry if there is one.

For one line by itself, since for many PostgreSQL makes a new plan each time, which takes longer
than all else."""

PUT = text("""
    INSERT INTO score_entry
        (sheet_id, leaf_id, stage, inputs, explanation, recent_saves, updated_by)
    SELECT :sheet, leaf_id, :stage, inputs, explanation, recent_saves, :user
    FROM jsonb_to_recordset(CAST(:lines AS jsonb))
        AS line (leaf_id bigint, inputs jsonb, explanation text, recent_saves text[])
    ON CONFLICT (sheet_id, leaf_id, stage) DO UPDATE
    SET inputs = excluded.inputs, explanation = excluded.explanation,
        recent_saves = excluded.recent_saves, updated_by = excluded.updated_by,
        updated_at = now(), row_version = score_entry.row_version + 1
    RETURNING leaf_id, id, row_version, updated_at
""")
"""Write lines of a sheet, new or over what stands there."""
