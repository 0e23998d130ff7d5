"""What the commands share: errors as sentences, the runtime, who is acting."""

from __future__ import annotations

import getpass
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click
import structlog
from sqlalchemy.exc import InterfaceError, OperationalError

from thidua.cli.usage import usage_sentence
from thidua.errors import ThiduaError
from thidua.runtime import Runtime, open_database, open_runtime
from thidua.settings import read_settings
from thidua.store.actor import Actor


class SentenceGroup(click.Group):
    """A group whose user errors are one sentence on stderr and exit status 2, no traceback."""

    def make_context(self, *args: Any, **more: Any) -> click.Context:
        """Read the group's own options."""
        with _sentences():
            return super().make_context(*args, **more)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; the log goes to stderr, so that what is printed can be read on."""
        structlog.configure(logger_factory=lambda *_: structlog.PrintLogger(sys.stderr))
        with _sentences():
            return super().invoke(ctx)


@contextmanager
def _sentences() -> Iterator[None]:
    try:
        yield
    except ThiduaError as error:
        _end(str(error), 2)
    except click.exceptions.NoArgsIsHelpError:
        raise
    except click.UsageError as error:
        _end(usage_sentence(error), 2)
    except (OperationalError, InterfaceError) as error:
        reason = str(error.orig).partition("\n")[0]
        _end(f"Cơ sở dữ liệu ngừng trả lời, việc chưa được ghi: {reason}. Hãy chạy lại.", 2)
    except (click.Abort, KeyboardInterrupt):
        _end("Đã dừng giữa chừng, việc chưa được ghi.", 1)


def _end(sentence: str, status: int) -> None:
    click.echo(sentence, err=True)
    sys.exit(status)


@contextmanager
def here() -> Iterator[Runtime]:
    """The runtime of this machine's settings, open for the length of a command."""
    settings = read_settings()
    with open_database(settings) as database, open_runtime(settings, database) as runtime:
        yield runtime


def operator() -> Actor:
    """The command as an actor, named by the account that runs it."""
    try:
        name = getpass.getuser()
    except (OSError, KeyError):  # a container may run under a number without a name
        name = f"uid {os.getuid()}"
    return Actor(kind="command", name=name)


def echo_json(value: object) -> None:
    """Print JSON as a program reads it; decimals become strings."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))


json_option = click.option("--json", "as_json", is_flag=True, help="In dạng JSON.")
