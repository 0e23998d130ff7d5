"""The core's commands. A command parses, calls one use case, prints; what fails is a sentence."""

from __future__ import annotations

import sys
from typing import Any

import click

from thidua.cli.criteria import criteria
from thidua.errors import ThiduaError


class SentenceGroup(click.Group):
    """A group whose user errors are one sentence on stderr and exit status 2, no traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; ``ThiduaError`` becomes its sentence."""
        try:
            return super().invoke(ctx)
        except ThiduaError as error:
            click.echo(str(error), err=True)
            sys.exit(2)


@click.group(cls=SentenceGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="thidua", message="thidua %(version)s")
def cli() -> None:
    """Chấm điểm chỉ số cải cách hành chính và xét khen thưởng."""


cli.add_command(criteria)
