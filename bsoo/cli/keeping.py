"""Keeping an installation: who may sign in, whether it is well, and copies of it."""

import json
from pathlib import Path
from typing import Annotated

import typer

from bsoo import backups
from bsoo import doctor as checks
from bsoo.access import actions as access
from bsoo.access.actor import SYSTEM
from bsoo.access.models import Role
from bsoo.cli.ready import AsJson, read_settings, ready, refusing
from bsoo.db import Database
from bsoo.regions import region_by_slug


def grant(
    email: str,
    role: Role,
    region: Annotated[str, typer.Option(help="The region; without it the role holds everywhere.")] = "",
    name: Annotated[str, typer.Option(help="The name of somebody new.")] = "",
) -> None:
    """Give a member of staff a role, and print a sign-in link that works once."""
    with ready() as (database, settings), database.transaction() as db:
        where = region_by_slug(db, region) if region else None
        user = access.grant(db, SYSTEM, email=email, role=role, region=where, name=name)
        typer.echo(f"{user.name} <{user.email}>: {role}{' in ' + where.name if where else ', everywhere'}")
        typer.echo(f"Sign in once, within half an hour: {settings.base_url}/inloggen/met/{access.make_link(db, user)}")


def doctor(
    as_json: AsJson = False,
    letter: Annotated[
        bool, typer.Option(help="Also send a letter to ourselves and wait for it, at most 90 s.")
    ] = False,
) -> None:
    """Check settings, database, migrations, mail, DNS, logbook, clock and disk, and say what to do."""
    with refusing():
        settings = read_settings()
        findings = checks.examine(settings, Database(settings.database), with_letter=letter)
    for finding in findings:
        if as_json:
            typer.echo(json.dumps({"check": finding.name, "ok": finding.ok, "text": finding.text}))
        else:
            typer.echo(f"{'ok ' if finding.ok else 'NOT'} {finding.name:16} {finding.text}")
    raise typer.Exit(0 if all(finding.ok for finding in findings) else 1)


def backup(file: Annotated[Path, typer.Argument(help="Where to write the copy.")]) -> None:
    """Make a consistent copy of a SQLite database while it runs, and check it."""
    with ready() as (database, _settings):
        typer.echo(backups.backup(database, file))


def restore(file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A copy by `backup`.")]) -> None:
    """Put a copy back in place of the SQLite database; stop the server first."""
    with refusing():
        typer.echo(backups.restore(read_settings(), file))
