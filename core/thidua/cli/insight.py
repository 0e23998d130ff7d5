"""``thidua results explain`` and ``losses``: a stored result read closely."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import click

from thidua.cli.base import echo_json, here, json_option, operator
from thidua.errors import NotFound
from thidua.scoring.explanation import Explanation
from thidua.scoring.figures import point_text, point_words
from thidua.scoring.ticks import round_percent, written
from thidua.scoring.whatif import Distance, Loss
from thidua.work.insight import (
    CampaignLosses,
    RowDistance,
    RowExplained,
    campaign_losses,
    explain_row,
    row_distance,
)

SHOWN = 10
"""So many of the dearest leaves are printed; JSON has all."""


@click.command("explain")
@click.argument("code", metavar="TỈNH")
@click.argument("row_id", metavar="DÒNG", type=int)
@click.option("--code", "node", metavar="MÃ", help="Chỉ một tiêu chí hoặc lĩnh vực, ví dụ 1.2.")
@json_option
def explain_command(code: str, row_id: int, node: str | None, as_json: bool) -> None:
    """Giải thích điểm, chỉ số, xếp loại, hạng của một dòng kết quả.

    DÒNG là số hiệu (row) mà lệnh results compute --json in ra, cũng là số cuối trong địa chỉ
    trang của đơn vị.
    """
    with here() as runtime, runtime.in_province(runtime.province_id(code)) as session:
        kinds = runtime.registry.province(code).rule_kinds
        found = explain_row(session, row_id=row_id, by=operator(), kinds=kinds)
        distance = row_distance(session, row_id=row_id, by=operator())
    if node is not None:
        one = _node(found, node)
        echo_json(one.document()) if as_json else _echo(_tree(one, 0))
    elif as_json:
        echo_json({**found.document(), "distance": _distance(distance)})
    else:
        _echo(_summary(found, distance))


@click.command("losses")
@click.argument("code", metavar="TỈNH")
@click.argument("version_id", metavar="BẢN", type=int)
@json_option
def losses_command(code: str, version_id: int, as_json: bool) -> None:
    """Những tiêu chí làm các đơn vị mất nhiều điểm nhất: cả kỳ và từng nhóm."""
    with here() as runtime, runtime.in_province(runtime.province_id(code)) as session:
        found = campaign_losses(session, version_id=version_id, by=operator())
    if as_json:
        echo_json(_losses(found))
        return
    _echo(_ranking("Tất cả các đơn vị", found.whole, found))
    if len(found.groups) > 1:
        for label, group in found.groups.items():
            _echo(_ranking(label, group, found))


def _echo(lines: Iterator[str]) -> None:
    for line in lines:
        click.echo(line)


def _node(found: RowExplained, code: str) -> Explanation:
    nodes = {one.code: one for one in found.total.walk()} if found.total and code else {}
    if code not in nodes:
        raise NotFound(f"Dòng này không có mã {code}. Hãy xem lại mã trong bộ tiêu chí.")
    return nodes[code]


def _summary(found: RowExplained, distance: RowDistance) -> Iterator[str]:
    for one in (found.total, found.index, found.band, found.rank):
        if one is not None:
            yield f"{one.title}:"
            yield from (f"  {line}" for line in one.words)
    lines = [*distance.words, *_steps(distance)[:SHOWN]]
    if lines:
        yield "Còn thiếu:"
        yield from (f"  {line}" for line in lines)


def _steps(distance: RowDistance) -> list[str]:
    return [
        f"Thêm {point_words(step.ticks)} ở {step.code} thì {gain}"
        for step, gain in zip(distance.steps, distance.gains, strict=True)
    ]


def _tree(one: Explanation, depth: int) -> Iterator[str]:
    yield f"{'  ' * depth}{one.code} {one.title}"
    for line in one.words:
        yield f"{'  ' * (depth + 1)}{line}"
    for part in one.parts:
        yield from _tree(part, depth + 1)


def _ranking(label: str, losses: Sequence[Loss], found: CampaignLosses) -> Iterator[str]:
    yield f"{label}:"
    for loss in losses[:SHOWN]:
        title = found.titles[loss.set, loss.code]
        share = written(round_percent(loss.share, 1))
        yield (
            f"  {loss.code} {title}: mất {point_words(loss.ticks)} ở {loss.units} đơn vị ({share}%)"
        )
    if not losses:
        yield "  Không đơn vị nào mất điểm"


def _losses(found: CampaignLosses) -> dict[str, Any]:
    return {
        "whole": [_loss(one, found.titles) for one in found.whole],
        "groups": {
            label: [_loss(one, found.titles) for one in group]
            for label, group in found.groups.items()
        },
    }


def _loss(loss: Loss, titles: Mapping[tuple[str, str], str]) -> dict[str, Any]:
    return {
        "set": loss.set,
        "code": loss.code,
        "title": titles[loss.set, loss.code],
        "points": point_text(loss.ticks),
        "units": loss.units,
        "share": str(round_percent(loss.share, 4)),
    }


def _distance(distance: RowDistance) -> dict[str, Any]:
    rank = distance.rank
    titles = {(loss.set, loss.code): distance.titles[loss.code] for loss in distance.losses}
    return {
        "words": list(distance.words),
        "band": _target(distance.band),
        "rank": rank and {"level": _target(rank.level), "above": _target(rank.above)},
        "losses": [_loss(loss, titles) for loss in distance.losses],
        "steps": [
            {
                "code": step.code,
                "points": point_text(step.ticks),
                "index": str(step.after.index),
                "rank": step.after.rank,
                "band": step.after.band,
                "words": line,
            }
            for step, line in zip(distance.steps, _steps(distance), strict=True)
        ],
    }


def _target(distance: Distance | None) -> dict[str, Any] | None:
    if distance is None:
        return None
    return {"points": point_text(distance.ticks), "target": distance.target}
