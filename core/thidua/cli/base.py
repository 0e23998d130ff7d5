"""What the commands share: errors as sentences, the runtime, who is acting."""

from __future__ import annotations

import getpass
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from thidua.cli.usage import usage_sentence
from thidua.errors import ThiduaError
from thidua.runtime import Runtime, open_database, open_runtime
from thidua.settings import read_settings
from thidua.store.actor import Actor


class SentenceGroup(click.Group):
    """A group whose user errors are one sentence on stderr and exit status 2, no traceback."""

    def main(self, *args: Any, **extra: Any) -> Any:
        """Parse and run; what click refuses becomes a Vietnamese sentence too."""
        try:
            status = super().main(*args, **{**extra, "standalone_mode": False})
        except click.exceptions.NoArgsIsHelpError as error:
            click.echo(error.format_message())
            sys.exit(2)
        except click.ClickException as error:
            click.echo(usage_sentence(error), err=True)
            sys.exit(2)
        except click.Abort:
            click.echo("Đã dừng, chưa làm gì thêm.", err=True)
            sys.exit(130)
        sys.exit(status if isinstance(status, int) else 0)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; ``ThiduaError`` becomes its sentence."""
        try:
            return super().invoke(ctx)
        except ThiduaError as error:
            click.echo(str(error), err=True)
            sys.exit(2)


@contextmanager
def here() -> Iterator[Runtime]:
    """The runtime of this machine's settings, open for the length of a command."""
    settings = read_settings()
    with open_database(settings) as database, open_runtime(settings, database) as runtime:
        yield runtime


def operator() -> Actor:
    """The command as an actor, named by the account that runs it."""
    return Actor(kind="command", name=getpass.getuser())


def echo_json(value: object) -> None:
    """Print JSON as a program reads it."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))


json_option = click.option("--json", "as_json", is_flag=True, help="In dạng JSON.")
