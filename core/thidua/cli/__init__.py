"""The core's commands. A command parses, calls one use case, prints; what fails is a sentence."""

from __future__ import annotations

import click

from thidua.cli.audit import audit
from thidua.cli.awards import awards
from thidua.cli.backup import backup, restore
from thidua.cli.base import SentenceGroup
from thidua.cli.campaign import campaign
from thidua.cli.criteria import criteria
from thidua.cli.evidence import evidence
from thidua.cli.installation import migrate, status, worker
from thidua.cli.movement import movement
from thidua.cli.province import province
from thidua.cli.results import results
from thidua.cli.sheet import sheet
from thidua.cli.surveys import survey
from thidua.cli.units import units


@click.group(cls=SentenceGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="thidua", message="thidua %(version)s")
def cli() -> None:
    """Chấm điểm chỉ số cải cách hành chính và xét khen thưởng."""


COMMANDS = (
    audit, awards, backup, campaign, criteria, evidence, migrate, movement, province, restore,
    results, sheet, status, survey, units, worker,
)  # fmt: skip

for command in COMMANDS:
    cli.add_command(command)
