"""``thidua awards``: the council, its meeting, the vote, what it concluded."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import Any

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from thidua.awards.voting import Votes
from thidua.cli.base import echo_json, here, json_option, operator
from thidua.cli.given import (
    DAY,
    day_of,
    in_province,
    paper_given,
    paper_options,
    unit_of_key,
)
from thidua.errors import Invalid, NotFound
from thidua.store.people import User
from thidua.work.conclusions import conclusions_of, decide_otherwise
from thidua.work.councils import (
    MemberFacts,
    add_member,
    council_by_id,
    end_member,
    list_councils,
    members_on,
    set_up_council,
)
from thidua.work.votes import close_vote, enter_counts, open_meeting
from thidua.work.windows import local_day

of_round = click.argument("round_id", metavar="ĐỢT", type=int)
of_meeting = click.argument("meeting_id", metavar="PHIÊN_HỌP", type=int)
on_day = click.option("--on", metavar="NGÀY", type=DAY, help="Ngày; mặc định: hôm nay.")


@click.command("council")
@in_province
@click.argument("name", metavar="TÊN")
@click.option(
    "--member",
    "members",
    metavar="TÊN=NHIỆM_VỤ[=ĐƠN_VỊ]",
    multiple=True,
    required=True,
    help="Một thành viên; đơn vị ghi bằng khóa.",
)
@paper_options
def council_command(code: str, name: str, members: tuple[str, ...], **said: Any) -> None:
    """Ghi một Hội đồng thi đua, khen thưởng theo quyết định thành lập."""
    with here() as runtime, runtime.in_province(runtime.province_id(code)) as session:
        facts = [_member(session, text) for text in members]
        with paper_given(said) as paper:
            made = set_up_council(
                session, name=name, paper=paper, members=facts, by=operator(),
                at=datetime.now(UTC), files=runtime.files,
            )  # fmt: skip
        click.echo(f"Đã ghi Hội đồng {made.id}: {made.name}, {len(facts)} thành viên.")
        for member in members_on(session, made, paper.issued_on):
            click.echo(f"{member.id:>4}  {member.name}, {member.duty}")


def _member(session: Session, text: str) -> MemberFacts:
    name, _, rest = text.partition("=")
    duty, _, key = rest.partition("=")
    return MemberFacts(name, duty, unit_of_key(session, key) if key else None)


@click.command("member")
@in_province
@click.argument("council_id", metavar="HỘI_ĐỒNG", type=int)
@click.argument("text", metavar="TÊN=NHIỆM_VỤ[=ĐƠN_VỊ]")
@click.option("--account", metavar="TÀI_KHOẢN", help="Tài khoản để bỏ phiếu trên hệ thống.")
@on_day
def member_command(
    code: str, council_id: int, text: str, account: str | None, on: datetime | None
) -> None:
    """Ghi thêm một thành viên Hội đồng, từ ngày nào."""
    day = day_of(on, local_day(datetime.now(UTC)))
    with here() as runtime, runtime.in_province(runtime.province_id(code)) as session:
        facts = replace(
            _member(session, text), user_id=_user(session, account) if account else None
        )
        made = add_member(
            session, council_id=council_id, member=facts, joined_on=day, by=operator()
        )  # fmt: skip
        click.echo(f"Đã ghi thành viên {made.id}: {made.name}, từ ngày {day:%d/%m/%Y}.")


def _user(session: Session, account: str) -> int:
    found = session.scalar(select(User.id).where(User.username == account))
    if found is None:
        raise NotFound(f"Không có tài khoản “{account}”.")
    return found


@click.command("leave")
@in_province
@click.argument("member_id", metavar="THÀNH_VIÊN", type=int)
@on_day
@click.option("--reason", metavar="LÝ_DO", default="", help="Vì sao.")
def leave_command(code: str, member_id: int, on: datetime | None, reason: str) -> None:
    """Ghi một thành viên thôi tham gia Hội đồng sau một ngày."""
    day = day_of(on, local_day(datetime.now(UTC)))
    with here() as runtime, runtime.in_province(runtime.province_id(code)) as session:
        made = end_member(
            session, member_id=member_id, left_on=day, by=operator().because(reason)
        )  # fmt: skip
        click.echo(f"Đã ghi {made.name} thôi tham gia sau ngày {day:%d/%m/%Y}.")


@click.command("councils")
@in_province
@on_day
def councils_command(code: str, on: datetime | None) -> None:
    """Liệt kê các Hội đồng và thành viên của một ngày."""
    day = day_of(on, local_day(datetime.now(UTC)))
    with here() as runtime, runtime.in_province(runtime.province_id(code)) as session:
        for made in list_councils(session, by=operator()):
            click.echo(f"Hội đồng {made.id}: {made.name}")
            for member in members_on(session, made, day):
                click.echo(f"{member.id:>4}  {member.name}, {member.duty}")


@click.command("meet")
@in_province
@click.argument("council_id", metavar="HỘI_ĐỒNG", type=int)
@of_round
@on_day
@click.option("--absent", metavar="THÀNH_VIÊN", type=int, multiple=True, help="Ai vắng mặt.")
@click.option("--here", "held_here", is_flag=True, help="Thành viên bỏ phiếu trên hệ thống.")
def meet_command(
    code: str,
    council_id: int,
    round_id: int,
    on: datetime | None,
    absent: tuple[int, ...],
    held_here: bool,
) -> None:
    """Mở phiên họp về đề xuất mới nhất của một đợt; ai không nêu vắng mặt là có mặt."""
    now = datetime.now(UTC)
    day = day_of(on, local_day(now))
    with here() as runtime, runtime.in_province(runtime.province_id(code)) as session:
        members = members_on(session, council_by_id(session, council_id), day)
        made = open_meeting(
            session, council_id=council_id, round_id=round_id, held_on=day,
            present=[member.id for member in members if member.id not in absent],
            how="here" if held_here else "typed", by=operator(), at=now,
        )  # fmt: skip
        click.echo(
            f"Đã mở phiên họp {made.id}: có mặt {len(made.present)} trên {len(made.members)}."
        )


@click.command("count")
@in_province
@of_meeting
@click.option(
    "--votes",
    metavar="ĐỀ_NGHỊ=ĐỒNG_Ý/KHÔNG/TRẮNG",
    multiple=True,
    help="Số phiếu của một đề nghị; bỏ trống nếu đã bỏ phiếu trên hệ thống.",
)
@click.option(
    "--ballots",
    metavar="SỐ",
    type=int,
    help="Bỏ phiếu trên hệ thống: số người đã bỏ phiếu, để xác nhận khóa; bỏ trống để hỏi số ấy.",
)
@paper_options
def count_command(
    code: str, meeting_id: int, votes: tuple[str, ...], ballots: int | None, **said: Any
) -> None:
    """Khóa phiên họp với biên bản kiểm phiếu: nhập số phiếu, hoặc đếm phiếu đã bỏ trên hệ thống."""
    counts = dict(map(_votes, votes))
    with here() as runtime, runtime.in_province(runtime.province_id(code)) as session:
        with paper_given(said) as minutes:
            given: dict[str, Any] = {
                "meeting_id": meeting_id, "minutes": minutes, "by": operator(),
                "at": datetime.now(UTC), "files": runtime.files,
            }  # fmt: skip
            if counts:
                enter_counts(session, counts=counts, **given)
            else:
                close_vote(session, ballots=ballots, **given)
        click.echo(f"Đã khóa phiên họp {meeting_id}.")


def _votes(text: str) -> tuple[int, Votes]:
    key, _, rest = text.partition("=")
    numbers = rest.split("/")
    if not key.isdecimal() or len(numbers) != 3 or not all(map(str.isdecimal, numbers)):
        raise Invalid.one("--votes", f"“{text}”: hãy ghi như 12=10/1/0.")
    agree, disagree, blank = map(int, numbers)
    return int(key), Votes(agree, disagree, blank)


@click.command("choose")
@in_province
@of_meeting
@click.argument("nomination_id", metavar="ĐỀ_NGHỊ", type=int)
@click.option("--slot", metavar="SUẤT", default="", help="Mã suất; bỏ trống: không chọn.")
@click.option("--reason", metavar="CHỮ", required=True, help="Lý do của Hội đồng.")
def choose_command(code: str, meeting_id: int, nomination_id: int, slot: str, reason: str) -> None:
    """Ghi Hội đồng quyết định khác với đề xuất, hoặc chọn khi đồng hạng."""
    with here() as runtime, runtime.in_province(runtime.province_id(code)) as session:
        decide_otherwise(
            session, meeting_id=meeting_id, nomination_id=nomination_id, slot=slot,
            reason=reason, by=operator(), at=datetime.now(UTC),
        )  # fmt: skip
        click.echo("Đã ghi kết luận của Hội đồng.")


@click.command("concluded")
@in_province
@of_round
@json_option
def concluded_command(code: str, round_id: int, as_json: bool) -> None:
    """Kết luận của Hội đồng về một đợt: phiếu, ai được chọn, vì sao."""
    with here() as runtime, runtime.in_province(runtime.province_id(code)) as session:
        found = conclusions_of(session, round_id=round_id, by=operator())
    if as_json:
        echo_json(asdict(found) if found else None)
        return
    for line in found.lines if found else ():
        what = f"chọn, suất {line.slot}" if line.chosen else "không chọn"
        click.echo(f"{line.nomination:>4}  {line.name}: {what}. {line.vote} {line.reason}".rstrip())
    for problem in found.problems if found else ("Hội đồng chưa kết luận về đợt này.",):
        click.echo(problem)


COMMANDS = (
    council_command, councils_command, member_command, leave_command, meet_command, count_command,
    choose_command, concluded_command,
)  # fmt: skip
"""Those of ``thidua awards``."""
