"""`python3 -m bsoo COMMAND`: exit 0 fine, 1 refused with a clear message, 2 wrong use."""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError
from sqlalchemy.exc import SQLAlchemyError

from bsoo import backups, clock, i18n, installation, jobs, testing
from bsoo import doctor as checks
from bsoo.access import actions as access
from bsoo.access.actor import SYSTEM
from bsoo.access.models import Role
from bsoo.db import Database
from bsoo.errors import DomainError, NotFound
from bsoo.exports import making
from bsoo.mail import restored
from bsoo.mail.returning.lines import lines
from bsoo.mail.returning.sorting import sort
from bsoo.meetings import held_mail as decided
from bsoo.meetings.fetching import sorted_by
from bsoo.meetings.receiving import receive
from bsoo.regions import all_regions, region_by_slug
from bsoo.registry.imports import importing
from bsoo.registry.imports.changes import Verdict
from bsoo.registry.imports.judging import Judged
from bsoo.settings import Settings
from bsoo.signals import guarding

app = typer.Typer(
    help="Plans the quarterly BSOO meetings, keeps their network right and closes the loop on what partners signal.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)

WORKER_START_SECONDS = 60
"""How long a server process may take to import everything before it counts as stuck."""

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line, for machines.")]


@app.command()
def demo(
    port: Annotated[int, typer.Option(help="The port on 127.0.0.1.")] = 8000,
    data: Annotated[Path, typer.Option(help="Folder of the demo; filled when it is empty.")] = Path("demo-data"),
    fresh: Annotated[bool, typer.Option(help="Begin again with new demo data.")] = False,
) -> None:
    """Run the whole product with a living demo network and a mailbox page."""
    from bsoo.demo import running  # noqa: PLC0415 -- the server's packages are only needed here

    with refusing():
        running.run(port, data, fresh)


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def test(context: typer.Context) -> None:
    """Run every test: unit, web, property, both databases, browser. Arguments go to pytest."""
    raise typer.Exit(testing.run(context.args))


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port to listen on.")] = 8000,
    workers: Annotated[int, typer.Option(min=1, help="Processes.")] = 1,
    migrate: Annotated[bool, typer.Option(help="Bring the tables to the newest version first.")] = False,
) -> None:
    """Run the product for real; the database is changed only with --migrate."""
    import uvicorn  # noqa: PLC0415 -- the server's packages are only needed here

    with refusing():
        settings = read_settings()
        installation.secret_of(settings)
        installation.prepare(settings, Database(settings.database), migrate=migrate)
    # No access log: addresses of personal pages are keys, and a key must never stand in a log.
    uvicorn.run(
        "bsoo.app:from_environment",
        factory=True,
        host=host,
        port=port,
        workers=workers,
        access_log=False,
        server_header=False,
        timeout_worker_healthcheck=WORKER_START_SECONDS,
        forwarded_allow_ips=settings.trusted_proxies,
        log_level=settings.log_level,
    )


@app.command()
def run(name: Annotated[str, typer.Argument(help="The name of the job; `jobs` lists them.")]) -> None:
    """Run one job of the timetable now."""
    with ready() as (database, settings):
        job = jobs.job(name)
        if job is None:
            raise NotFound(f"There is no job {name}. The jobs are: {', '.join(one.name for one in jobs.JOBS)}.")
        typer.echo(f"{job.name}: {job.work(database, settings)}")


@app.command(name="jobs")
def timetable(as_json: AsJson = False) -> None:
    """Show the timetable."""
    for job in jobs.JOBS:
        facts = {"name": job.name, "when": job.when, "why": job.why}
        typer.echo(json.dumps(facts) if as_json else f"{job.name:18} {job.when:18} {job.why}")


@app.command()
def import_contacts(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A spreadsheet or a CSV file.")],
    region: Annotated[str, typer.Option(help="The region, for example amsterdam.")],
    apply: Annotated[bool, typer.Option("--apply", help="Write it; without this nothing is changed.")] = False,
    as_json: AsJson = False,
) -> None:
    """Import a contact list: a dry run with a verdict for each row, unless --apply is given."""
    with ready() as (database, _settings), database.transaction() if apply else database.reading() as db:
        plan = importing.plan(db, SYSTEM, region_by_slug(db, region), file.read_bytes(), file.name)
        if apply:
            importing.apply(db, SYSTEM, plan)
        asks = [each for each in plan.judged if each.verdict is Verdict.POSSIBLE or each.clashes]
        if as_json:
            typer.echo(json.dumps({**plan.totals, "written": plan.would_write if apply else 0, "asks": len(asks)}))
            return
        for each in plan.judged:
            typer.echo(f"{each.row.number:5} {each.verdict:10} {_in_short(each)}")
        verdicts = ", ".join(f"{count} {verdict}" for verdict, count in plan.verdicts.items())
        typer.echo(f"{len(plan.judged)} rows: {verdicts}.")
        nothing = f"Nothing was written. Add --apply to import; rows that would be written: {plan.would_write}."
        typer.echo(f"Rows written: {plan.would_write}." if apply else nothing)
        if asks:
            typer.echo(f"Rows that ask something: {len(asks)}. Import the file on /netwerk/import to answer them.")


@app.command()
def export(
    what: Annotated[str, typer.Argument(help="contacts or services.")],
    form: Annotated[str, typer.Option("--format", help="csv, xlsx, vcf; hxl, hsds, helpful-information.")],
    region: Annotated[str, typer.Option(help="The region; without it all of them.")] = "",
    out: Annotated[Path, typer.Option(help="The file, or a folder for several.")] = Path(),
    as_json: AsJson = False,
) -> None:
    """Export contacts (it is noted in the logbook), or public services as open data."""
    with ready() as (database, _settings), database.transaction() as db, i18n.speaking(i18n.DEFAULT):
        regions = [region_by_slug(db, region)] if region else all_regions(db)
        for place in making.write(making.make(db, SYSTEM, what, form, regions), out):
            typer.echo(json.dumps({"file": str(place)}) if as_json else place)


@app.command()
def guard(
    files: Annotated[list[Path] | None, typer.Argument(help="Text files; none means standard input.")] = None,
    as_json: AsJson = False,
) -> None:
    """Say what the privacy guard finds in a text; exit 1 when something may not be stored."""
    hard = False
    for name, text in _texts(files or []):
        report = guarding.guard_report(name, text)
        hard = hard or any(finding["level"] == "hard" for finding in report["findings"])
        if as_json:
            typer.echo(json.dumps(report))
            continue
        for finding in report["findings"]:
            typer.echo(f"{name}:{finding['start']}-{finding['end']} {finding['level']} {finding['kind']}")
    raise typer.Exit(1 if hard else 0)


@app.command()
def receive_mail(
    files: Annotated[list[Path] | None, typer.Argument(help="Messages; none means one on standard input.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what they are; change nothing.")] = False,
    as_json: AsJson = False,
) -> None:
    """Sort incoming messages (bounces, answers, absence) and act on them; for a mail server's pipe too."""
    messages = [(str(file), file.read_bytes()) for file in files or []] or [("-", sys.stdin.buffer.read())]
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


@app.command()
def held_mail(
    send: Annotated[bool, typer.Option("--send", help="Let all of it go.")] = False,
    keep: Annotated[bool, typer.Option("--keep", help="Send none of it.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show the mail that waits because a copy of the database was put back, and decide about it."""
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
            typer.echo(f"Queued until {found.before:%Y-%m-%d %H:%M} UTC; they may have gone. Add --send or --keep.")


@app.command()
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


@app.command()
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


@app.command()
def bench(
    name: Annotated[str, typer.Argument(help="One benchmark; none means all.")] = "", as_json: AsJson = False
) -> None:
    """Measure what must be fast, each as a ratio to the plain limit in the same run."""
    from bsoo import bench as benchmarks  # noqa: PLC0415 -- starts servers; only needed here

    raise typer.Exit(benchmarks.run(name, as_json))


@app.command()
def backup(file: Annotated[Path, typer.Argument(help="Where to write the copy.")]) -> None:
    """Make a consistent copy of a SQLite database while it runs, and check it."""
    with ready() as (database, _settings):
        typer.echo(backups.backup(database, file))


@app.command()
def restore(file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A copy by `backup`.")]) -> None:
    """Put a copy back in place of the SQLite database; stop the server first."""
    with refusing():
        typer.echo(backups.restore(read_settings(), file))


@contextmanager
def ready() -> Iterator[tuple[Database, Settings]]:
    """The database of this installation, prepared; refusals end the command with exit 1."""
    with refusing():
        settings = read_settings()
        installation.introduce(settings)
        database = Database(settings.database)
        installation.prepare(settings, database)
        yield database, settings


@contextmanager
def to_be_tried_again() -> Iterator[None]:
    """Whatever goes wrong, the mail server keeps the message and brings it again (sysexits: EX_TEMPFAIL)."""
    try:
        yield
    except (typer.Exit, SQLAlchemyError, OSError) as mistake:
        typer.echo(f"Not taken in; try again later. {mistake}".strip(), err=True)
        raise typer.Exit(os.EX_TEMPFAIL) from None


@contextmanager
def refusing() -> Iterator[None]:
    """Turn a rule that says no into its message and exit 1."""
    with i18n.speaking("en"):
        try:
            yield
        except NotFound as refusal:
            _refuse(str(refusal) or "That is not there. Check the name.")
        except DomainError as refusal:
            _refuse(str(refusal) or "That is not allowed.")


def read_settings() -> Settings:
    """The settings, or exit 1 with a line for each one that is wrong."""
    try:
        return Settings()
    except ValidationError as mistake:
        for error in mistake.errors(include_url=False, include_input=False):
            place = "BSOO_" + str(error["loc"][0]).upper() if error["loc"] else "Settings"
            typer.echo(f"{place}: {error['msg']}", err=True)
        raise typer.Exit(1) from None


def _in_short(judged: Judged) -> str:
    row = judged.row
    who = f"{row.name or row.organisation} <{', '.join(row.emails)}>"
    if row.fault is not None:
        return f"{who}: {row.fault.kind} {row.fault.cell} {row.fault.value}".rstrip()
    if judged.namesake is not None:
        return f"{who}: perhaps {judged.namesake.name} <{judged.namesake.email}>; not imported"
    changes = [f"{each.field}: {each.before or '-'} -> {each.after or '-'}" for each in judged.differences]
    changes += [f"{each.field}: stays {each.before or '-'}, the list says {each.after}" for each in judged.clashes]
    return f"{who} {'; '.join(changes)}".rstrip()


def _refuse(message: str) -> None:
    typer.echo(message, err=True)
    raise typer.Exit(1)


def _texts(files: list[Path]) -> Iterator[tuple[str, str]]:
    if not files:
        yield "-", sys.stdin.read()
    for file in files:
        yield str(file), file.read_text(encoding="utf-8", errors="replace")
