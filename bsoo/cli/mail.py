"""Mail that came in, and mail that waits for a decision."""

import json
import os
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated, BinaryIO

import typer

from bsoo import clock
from bsoo.access.actor import SYSTEM
from bsoo.cli.ready import AsJson, ready, to_be_tried_again
from bsoo.mail import restored
from bsoo.mail.mailbox import LONGEST
from bsoo.mail.models import HeldBecause
from bsoo.mail.returning.lines import lines
from bsoo.mail.returning.sorting import sort
from bsoo.meetings import held_mail as decided
from bsoo.meetings.fetching import sorted_by
from bsoo.meetings.receiving import receive


def receive_mail(
    files: Annotated[list[Path] | None, typer.Argument(help="Messages; none means one on standard input.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what they are; change nothing.")] = False,
    as_json: AsJson = False,
) -> None:
    """Sort incoming messages (bounces, answers, absence) and act on them; for a mail server's pipe too."""
    messages = [(str(file), _of_file(file)) for file in files or []] or [("-", top_of(sys.stdin.buffer))]
    if not files and not messages[0][1].strip():
        typer.echo("There is no message on standard input.", err=True)
        raise typer.Exit(os.EX_DATAERR)
    if not dry_run:
        with nullcontext() if files else to_be_tried_again(), ready() as (database, settings):
            for _name, raw in messages:
                mail = sorted_by(settings, raw)
                with database.transaction() as db:
                    receive(db, SYSTEM, raw, mail, house=settings.mail_from)
    for name, raw in messages:
        for line in lines(name, sort(raw, clock.today())):
            typer.echo(json.dumps(line) if as_json else "  ".join(value for value in line.values() if value))


def top_of(stream: BinaryIO) -> bytes:
    """What is looked at of a mail. The rest is read too, or the mail server would think that it was not wanted."""
    top = stream.read(LONGEST)
    while stream.read(LONGEST):
        pass
    return top


def _of_file(file: Path) -> bytes:
    with file.open("rb") as stream:
        return top_of(stream)


def held_mail(
    send: Annotated[bool, typer.Option("--send", help="Let all of it go, and new mailings again.")] = False,
    keep: Annotated[
        bool, typer.Option("--keep", help="Send none of it; on its page a mailing can be put back for an hour.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show the mail that may have gone out already, and decide about it.

    It waits because this database is a copy that was put back, or was another site's. New mailings wait with it; new
    letters to one person, such as a link to sign in, go out. Without an option nothing changes.
    """
    if send and keep:
        raise typer.BadParameter("Choose --send or --keep.")
    with ready() as (database, settings), database.transaction() if send or keep else database.reading() as db:
        act = decided.send if send else decided.keep_at_home if keep else None
        found = act(db, SYSTEM, settings) if act else restored.held(db, settings)
    if as_json:
        facts = {"letters": found.letters, "mailings": found.mailings, "because": found.because} if found else {}
        typer.echo(json.dumps({"held": found is not None and act is None, **facts}))
    elif found is None:
        typer.echo("Nothing is held.")
    else:
        said = "Sent on" if send else "Kept at home" if keep else "Held"
        typer.echo(f"{said}: {found.letters} letters, of {found.mailings} mailings and to single people.")
        if act is None:
            is_copy = found.because is HeldBecause.PUT_BACK
            typer.echo("A copy of the database was put back." if is_copy else "This is the database of another site.")
            typer.echo(f"Queued until {found.before:%Y-%m-%d %H:%M} UTC; they may have gone. Add --send or --keep.")
