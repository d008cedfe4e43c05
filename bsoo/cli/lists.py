"""Contact lists in, and contacts and services out."""

import json
from pathlib import Path
from typing import Annotated

import typer

from bsoo import i18n
from bsoo.access.actor import SYSTEM
from bsoo.cli.ready import AsJson, ready
from bsoo.exports import making
from bsoo.regions import all_regions, region_by_slug
from bsoo.registry.imports import importing
from bsoo.registry.imports.changes import Verdict
from bsoo.registry.imports.judging import Judged


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
