"""``thidua criteria import | export``: an annex in the office's own layout, in and out."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
import yaml

from thidua.cli.base import here, operator
from thidua.cli.criteria_targets import set_of, stored_option
from thidua.cli.files import check_target, write_whole
from thidua.errors import Conflict, Invalid
from thidua.exchange.annex import Annex, annex_set, read_annex, unknown_agencies
from thidua.exchange.annex_rows import AnnexLine
from thidua.exchange.annex_workbook import annex_workbook
from thidua.registry import load_registry
from thidua.scoring.ticks import written
from thidua.spec.criteria import CriteriaSet, Domain, Leaf
from thidua.spec.document import document
from thidua.spec.lint import lint
from thidua.spec.loading import load
from thidua.work.criteria import import_set
from thidua.work.register import unit_lines
from thidua.work.rule_words import rule_words

WIDTH = 60
_NEEDED = ("code", "title", "kinds", "grading", "pending")


@click.command("import")
@click.argument("file", metavar="TỆP", type=click.Path(path_type=Path, exists=True))
@click.option("--code", metavar="MÃ", help="Mã bộ tiêu chí.")
@click.option("--version", metavar="PHIÊN_BẢN", help="Không ghi: 1, hoặc như trong tệp đã xuất.")
@click.option("--title", metavar="TÊN", help="Tên bộ tiêu chí.")
@click.option("--kind", "kinds", metavar="LOẠI", multiple=True, help="Lặp lại được.")
@click.option("--grading", metavar="MÃ", help="Mã cách xếp hạng, xếp loại.")
@click.option(
    "--pending",
    type=click.Choice(["out_of_maximum", "zero"]),
    help="Điểm điều tra, chỉ số chưa có: bỏ khỏi điểm tối đa, hoặc tính 0.",
)
@click.option("--year", metavar="NĂM", type=int, help="Năm đánh giá đầu tiên.")
@click.option("--basis", metavar="VĂN_BẢN", multiple=True, help="Văn bản căn cứ; lặp lại được.")
@click.option("--bonus-cap", metavar="ĐIỂM", help="Trần điểm thưởng.")
@click.option("--illustrative", is_flag=True, help="Phụ lục này là minh họa.")
@click.option("--province", metavar="TỈNH", help="Tìm cơ quan thẩm định trong tỉnh này.")
@click.option("--out", metavar="TỆP.yaml", type=click.Path(path_type=Path), help="Ghi ra YAML.")
@click.option("--save", is_flag=True, help="Lưu thành một phiên bản mới của tỉnh (--province).")
@click.option("--force", is_flag=True, help="Ghi đè tệp YAML đã có.")
def import_command(
    file: Path, province: str | None, out: Path | None, save: bool, force: bool, **given: Any
) -> None:
    """Đọc phụ lục bộ tiêu chí từ .xlsx hoặc .csv; luôn in ra để xem trước.

    Cách chấm nhận ra từ câu chữ chỉ là đề xuất. Có lỗi thì báo mọi dòng lỗi và không ghi gì.
    Phụ lục của văn bản cần --code, --title, --kind, --grading, --pending; tệp do "criteria export"
    hay trang Bộ tiêu chí xuất ra đã có đủ, ghi thêm thì thay.
    """
    if save and not province:
        raise click.UsageError("--save cần --province TỈNH.")
    if out is not None and out.exists() and not force:
        raise Conflict(f"Tệp {out} đã có. Hãy chọn tên khác hoặc thêm --force để ghi đè.")
    annex, agencies = read_annex(file), _agencies(province, stored=save)
    header = _header(given, annex)
    click.echo(_preview(annex, agencies))
    criteria = annex_set(annex, agencies=agencies, **header)
    for finding in lint(criteria):
        word = "LỖI" if finding.severity == "error" else "nên xem"
        click.echo(f"{word:<9} {finding.place}: {finding.message} [{finding.code}]")
    if out is not None:
        write_whole(out, _yaml(criteria, annex).encode())
        click.echo(f"Đã ghi bộ tiêu chí ra {out}; hãy xem lại các cách chấm đề xuất.")
    if save and province:
        _save(province, criteria)


@click.command("save")
@click.argument("code", metavar="TỈNH")
@click.argument("file", metavar="TỆP.yaml", type=click.Path(path_type=Path, exists=True))
def save_command(code: str, file: Path) -> None:
    """Lưu một bộ tiêu chí đã xem lại trong tệp YAML thành một phiên bản mới của tỉnh."""
    _save(code, load(CriteriaSet, file))


@click.command("export")
@click.argument("target", metavar="TỆP|BỘ")
@click.argument("file", metavar="TỆP.xlsx", type=click.Path(path_type=Path))
@stored_option
@click.option("--force", is_flag=True, help="Ghi đè tệp đã có.")
def export_command(target: str, file: Path, stored: bool, force: bool) -> None:
    """Xuất một bộ tiêu chí ra bảng tính theo mẫu phụ lục."""
    check_target(file, force=force)
    criteria = set_of(target, stored=stored)
    province = target.partition("/")[0] if "/" in target and not Path(target).exists() else None
    names = {key: name for name, key in _agencies(province, stored=stored).items()}
    write_whole(file, annex_workbook(criteria, agencies=names))
    click.echo(f"Đã ghi {len(criteria.leaves)} tiêu chí được chấm vào {file}.")


def _agencies(province: str | None, *, stored: bool) -> dict[str, str]:
    """Keys of the province's units by name."""
    if province is None:
        return {}
    if not stored:
        return {unit.name: unit.key for unit in load_registry().province(province).spec.units}
    with here() as runtime, runtime.in_province(runtime.province_id(province)) as session:
        return {line.name: line.key for line in unit_lines(session, by=operator())}


def _header(given: Mapping[str, Any], annex: Annex) -> dict[str, Any]:
    """The fields of the set that were given; an annex that was not exported needs some of them."""
    missing = [name for name in _NEEDED if not given[name]]
    if missing and annex.kept is None:
        options = ", ".join(f"--{name.removesuffix('s')}" for name in missing)
        raise Invalid.one(annex.file, f"phụ lục không nói hết về bộ; hãy ghi thêm {options}.")
    own = {} if annex.kept else {"version": "1", "source": annex.file}
    chosen = {
        **{name: given[name] for name in (*_NEEDED, "version", "bonus_cap")},
        "first_year": given["year"],
        "provenance": "illustrative" if given["illustrative"] else None,
        "legal_basis": [{"title": title} for title in given["basis"]],
    }
    return {**own, **{name: value for name, value in chosen.items() if value}}


def _preview(annex: Annex, agencies: Mapping[str, str]) -> str:
    """The tree as read, proposals marked, and every problem by its line."""
    rows = [f"{annex.file}{f', trang {annex.sheet}' if annex.sheet else ''}"]
    rows += [_line(line) for line in annex.lines]
    if annex.total is not None:
        rows.append(f"{'':>14}{written(annex.total):>8}  Tổng cộng")
    for problem in annex.problems:
        word = "LỖI" if problem.fatal else "nên xem"
        rows.append(f"{word:<9} dòng {problem.line}: {problem.reason}")
    rows += [
        f"nên xem   chưa khớp cơ quan thẩm định “{name}”, được giữ trong ghi chú"
        for name in unknown_agencies(annex, agencies)
    ]
    leaves = [line for line in annex.lines if line.is_leaf]
    proposed = sum(line.rule is not None for line in leaves)
    rows.append(
        f"{len(annex.lines)} dòng, {len(leaves)} tiêu chí được chấm: {proposed} có cách chấm đề "
        f"xuất, {len(leaves) - proposed} chấm trực tiếp."
    )
    return "\n".join(rows)


def _line(line: AnnexLine) -> str:
    name = line.name if len(line.name) <= WIDTH else line.name[: WIDTH - 1] + "…"
    points = "" if line.points is None else written(line.points.normalize() + 0)
    kind = {"points": "", "bonus": " [điểm thưởng]", "penalty": " [điểm trừ]"}[line.counts_as]
    indent = "  " * (line.level - 1)
    proposal = f"\n{'':>26}ĐỀ XUẤT {_words(line)}" if line.rule else ""
    return f"{line.line:>5} {line.code:<8}{points:>8}  {indent}{name}{kind}{proposal}"


def _words(line: AnnexLine) -> str:
    leaf = {"code": "x", "name": line.name or "x", "max_points": line.points, "rule": line.rule}
    return rule_words(Leaf(Domain.model_validate(leaf)))


def _yaml(criteria: CriteriaSet, annex: Annex) -> str:
    """The set as a province keeps it, with what is to be looked at on top."""
    text = yaml.safe_dump(document(criteria), allow_unicode=True, sort_keys=False, width=100)
    looked = [f"# dòng {item.line}: {item.reason}" for item in annex.problems]
    proposed = [
        f"# {line.code}: cách chấm đề xuất, hãy xem lại" for line in annex.lines if line.rule
    ]
    return "\n".join([f"# Đọc từ {annex.file}.", *looked, *proposed, text])


def _save(province: str, criteria: CriteriaSet) -> None:
    with here() as runtime, runtime.in_province(runtime.province_id(province)) as session:
        done = import_set(session, criteria=criteria, by=operator())
        name = f"{done.row.code} phiên bản {done.row.version}"
    said = "Đã lưu bộ" if done.is_new else "Không đổi gì: đã có đúng nội dung này,"
    click.echo(f"{said} {name}.")
