"""``thidua awards``: the decision, the register of certificates, handing out, what was granted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from thidua.cli.base import echo_json, here, json_option, operator
from thidua.cli.files import check_target, write_whole
from thidua.cli.given import (
    DAY,
    day_of,
    in_province,
    of_unit,
    paper_given,
    paper_options,
    unit_of_key,
)
from thidua.errors import Invalid
from thidua.exchange.statistics_workbook import OWN_LAYOUT, statistics_workbook
from thidua.spec.loading import load
from thidua.spec.robustness import Uncertainty
from thidua.store.provinces import Province
from thidua.work.award_fairness import fairness_report, proposal_firmness
from thidua.work.award_history import (
    AwardLine,
    award_statistics,
    awards_granted,
    awards_of_person,
    awards_of_unit,
)
from thidua.work.certificates import hand_out, number_certificates, revoke_award
from thidua.work.decisions import decide_awards
from thidua.work.refusals import refusal_notices
from thidua.work.windows import local_day

of_round = click.argument("round_id", metavar="ĐỢT", type=int)
of_award = click.argument("award_id", metavar="KHEN_THƯỞNG", type=int)


@click.command("decide")
@in_province
@of_round
@click.option("--salary", metavar="ĐỒNG", type=int, help="Mức lương cơ sở để tính tiền thưởng.")
@click.option("--salary-basis", metavar="VĂN_BẢN", default="", help="Văn bản quy định mức đó.")
@paper_options
def decide_command(
    code: str, round_id: int, salary: int | None, salary_basis: str, **said: Any
) -> None:
    """Ghi quyết định khen thưởng đã ký theo kết luận của Hội đồng."""
    with here() as runtime, runtime.in_province(runtime.province_id(code)) as session:
        with paper_given(said) as paper:
            made = decide_awards(
                session, round_id=round_id, paper=paper, base_salary=salary,
                base_salary_basis=salary_basis, by=operator(), at=datetime.now(UTC),
                files=runtime.files,
            )  # fmt: skip
        click.echo(f"Đã ghi quyết định {made.id}.")
        _print(awards_granted(session, decision_id=made.id, by=operator()))


@click.command("register")
@in_province
@click.argument("decision_id", metavar="QUYẾT_ĐỊNH", type=int)
@click.option("--number", "numbers", metavar="KHEN_THƯỞNG=SỐ", multiple=True, help="Số vào sổ.")
@json_option
def register_command(code: str, decision_id: int, numbers: tuple[str, ...], as_json: bool) -> None:
    """Sổ cấp bằng của một quyết định; ghi thêm số vào sổ nếu có nêu."""
    given = dict(map(_number, numbers))
    with here() as runtime, runtime.in_province(runtime.province_id(code)) as session:
        if given:
            number_certificates(session, decision_id=decision_id, numbers=given, by=operator())
        _tell(awards_granted(session, decision_id=decision_id, by=operator()), as_json)


def _number(text: str) -> tuple[int, str]:
    key, _, number = text.partition("=")
    if not key.isdecimal() or not number:
        raise Invalid.one("--number", f"“{text}”: hãy ghi như 12=345.")
    return int(key), number


@click.command("refusals")
@in_province
@click.argument("decision_id", metavar="QUYẾT_ĐỊNH", type=int)
@json_option
def refusals_command(code: str, decision_id: int, as_json: bool) -> None:
    """Thông báo cho nơi đề nghị những trường hợp không được khen, kèm lý do."""
    with here() as runtime, runtime.in_province(runtime.province_id(code)) as session:
        authority = runtime.registry.province(code).spec.info.authority
        found = refusal_notices(
            session, decision_id=decision_id, authority=authority, by=operator()
        )
    if as_json:
        echo_json([asdict(notice) for notice in found])
        return
    click.echo("\n\n".join(notice.text for notice in found) or "Không có trường hợp nào.")


@click.command("hand-out")
@in_province
@of_award
@click.argument("to", metavar="NGƯỜI_NHẬN")
@click.option("--on", metavar="NGÀY", type=DAY, help="Ngày nhận; mặc định: hôm nay.")
def hand_out_command(code: str, award_id: int, to: str, on: datetime | None) -> None:
    """Ghi ai đã nhận bằng, hiện vật, tiền thưởng, ngày nào."""
    now = datetime.now(UTC)
    with here() as runtime, runtime.in_province(runtime.province_id(code)) as session:
        made = hand_out(
            session, award_id=award_id, to=to, on=day_of(on, local_day(now)), by=operator(), at=now
        )
        click.echo(f"Đã ghi {made.handed_to} nhận ngày {made.handed_on:%d/%m/%Y}.")


@click.command("revoke")
@in_province
@of_award
@click.option("--reason", metavar="CHỮ", required=True, help="Lý do, như quyết định đã ghi.")
@paper_options
def revoke_command(code: str, award_id: int, reason: str, **said: Any) -> None:
    """Ghi quyết định hủy bỏ một khen thưởng; khen thưởng ấy vẫn giữ trong sổ."""
    with here() as runtime, runtime.in_province(runtime.province_id(code)) as session:
        with paper_given(said) as paper:
            made = revoke_award(
                session, award_id=award_id, paper=paper, reason=reason, by=operator(),
                at=datetime.now(UTC), files=runtime.files,
            )  # fmt: skip
        click.echo(f"Đã ghi hủy bỏ khen thưởng của {made.name}.")


@click.command("history")
@in_province
@of_unit
@json_option
def history_command(code: str, key: str, as_json: bool) -> None:
    """Khen thưởng của một đơn vị, người của đơn vị và các đơn vị tiền thân."""
    with here() as runtime, runtime.in_province(runtime.province_id(code)) as session:
        unit = unit_of_key(session, key)
        _tell(awards_of_unit(session, unit_id=unit, by=operator()), as_json)


@click.command("person")
@in_province
@click.argument("name", metavar="HỌ_TÊN")
@click.option("--born", metavar="NGÀY", type=DAY, help="Ngày sinh.")
@json_option
def person_command(code: str, name: str, born: datetime | None, as_json: bool) -> None:
    """Khen thưởng của một cá nhân."""
    with here() as runtime, runtime.in_province(runtime.province_id(code)) as session:
        day = born.date() if born else None
        _tell(awards_of_person(session, name=name, born_on=day, by=operator()), as_json)


@click.command("statistics")
@in_province
@click.argument("first", metavar="TỪ_NĂM", type=click.IntRange(2000, 2100))
@click.argument("last", metavar="ĐẾN_NĂM", type=click.IntRange(2000, 2100))
@json_option
def statistics_command(code: str, first: int, last: int, as_json: bool) -> None:
    """Số khen thưởng theo năm, phong trào, hình thức; không tính những gì đã hủy bỏ."""
    with here() as runtime, runtime.in_province(runtime.province_id(code)) as session:
        rows = award_statistics(session, first=first, last=last, by=operator())
    if as_json:
        echo_json([asdict(row) for row in rows])
        return
    for row in rows:
        mark = "  SỐ LIỆU MINH HỌA" if row.illustrative else ""
        click.echo(
            f"{row.year}  {row.movement}  {row.form}: {row.collectives} tập thể, "
            f"{row.persons} cá nhân, {row.revoked} đã hủy bỏ{mark}"
        )
    if not rows:
        click.echo("Không có khen thưởng nào trong những năm này.")


@click.command("report")
@in_province
@click.argument("first", metavar="TỪ_NĂM", type=click.IntRange(2000, 2100))
@click.argument("last", metavar="ĐẾN_NĂM", type=click.IntRange(2000, 2100))
@click.argument("file", metavar="TỆP.xlsx", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--force", is_flag=True, help="Ghi đè tệp đã có.")
def report_command(code: str, first: int, last: int, file: Path, force: bool) -> None:
    """Xuất số liệu khen thưởng ra bảng tính, để lập báo cáo 01N, 02N, 03N-BNV-TĐKT."""
    check_target(file, force=force)
    with here() as runtime, runtime.in_province(runtime.province_id(code)) as session:
        rows = award_statistics(session, first=first, last=last, by=operator())
        authority = session.get_one(Province, runtime.province_id(code)).authority
    write_whole(file, statistics_workbook(rows, authority=authority, first=first, last=last))
    click.echo(f"Đã ghi {click.format_filename(file)}. {OWN_LAYOUT}")


@click.command("fairness")
@in_province
@click.argument("first", metavar="TỪ_NĂM", type=click.IntRange(2000, 2100))
@click.argument("last", metavar="ĐẾN_NĂM", type=click.IntRange(2000, 2100))
@json_option
def fairness_command(code: str, first: int, last: int, as_json: bool) -> None:
    """Đề xuất khen thưởng phân ra sao theo đối tượng, loại, cấp, cụm, năm."""
    with here() as runtime, runtime.in_province(runtime.province_id(code)) as session:
        found = fairness_report(session, first=first, last=last, by=operator())
    if as_json:
        echo_json(asdict(found))
        return
    click.echo(f"{found.rounds} đợt{'  SỐ LIỆU MINH HỌA' if found.illustrative else ''}")
    for title, group in (
        ("Đối tượng", found.by_recipient), ("Loại đơn vị", found.by_kind),
        ("Cấp", found.by_level), ("Khối, cụm", found.by_cluster), ("Năm", found.by_year),
    ):  # fmt: skip
        click.echo(f"{title}:")
        for share in group:
            click.echo(
                f"  {share.group}: {share.nominated} đề nghị, {share.able} đủ điều kiện, "
                f"{share.proposed} được đề xuất, {share.tied} bằng nhau ở suất cuối"
            )


@click.command("firmness")
@in_province
@of_round
@click.argument(
    "file", metavar="GIẢ_ĐỊNH.yaml", type=click.Path(path_type=Path, exists=True, dir_okay=False)
)
@click.option("--draws", type=int, default=10_000, show_default=True, help="Số lần thử.")
@click.option("--seed", type=int, default=1, show_default=True, help="Số khởi đầu.")
def firmness_command(code: str, round_id: int, file: Path, draws: int, seed: int) -> None:
    """Đề xuất chắc đến đâu nếu điểm thẩm định có sai số như giả định. Kết quả là nội bộ."""
    uncertainty = load(Uncertainty, file)
    with here() as runtime, runtime.in_province(runtime.province_id(code)) as session:
        found = proposal_firmness(
            session, round_id=round_id, uncertainty=uncertainty, draws=draws, seed=seed,
            by=operator(),
        )  # fmt: skip
    for line in found.lines:
        click.echo(f"{line.name}: {line.words}")
    for note in (*found.notes, *(["SỐ LIỆU MINH HỌA"] if found.illustrative else [])):
        click.echo(note)


def _tell(lines: Sequence[AwardLine], as_json: bool) -> None:
    if as_json:
        echo_json([asdict(line) for line in lines])
        return
    _print(lines)
    if not lines:
        click.echo("Chưa có khen thưởng nào trong sổ.")


def _print(lines: Sequence[AwardLine]) -> None:
    for line in lines:
        said = [f"{line.id:>4}  {line.name}: {line.form} {line.year}, QĐ {line.decision}"]
        said += [f"sổ {line.certificate}"] if line.certificate else []
        said += [f"{line.money:,} đồng".replace(",", ".")] if line.money else []
        said += [f"{line.handed_to} đã nhận {line.handed_on:%d/%m/%Y}"] if line.handed_on else []
        said += [f"hủy bỏ theo {line.revoked}"] if line.revoked else []
        click.echo(", ".join(said) + ("  SỐ LIỆU MINH HỌA" if line.illustrative else ""))


COMMANDS = (
    decide_command, refusals_command, register_command, hand_out_command, revoke_command,
    history_command, person_command, statistics_command, report_command, fairness_command,
    firmness_command,
)  # fmt: skip
"""Those of ``thidua awards``."""
