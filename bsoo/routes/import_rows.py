"""The rows of a list that is about to be imported: what happens with each, and what somebody decides about it."""

import re
from collections.abc import Callable, Collection
from uuid import UUID

from fastapi import APIRouter, Request
from sqlmodel import Session
from starlette.responses import Response

from bsoo.access.actor import Actor
from bsoo.errors import NotFound
from bsoo.i18n import gettext as _
from bsoo.registry import words
from bsoo.registry.imports import deciding, kept, marking, uploads, verdicts
from bsoo.registry.imports.changes import Answer, Verdict
from bsoo.registry.imports.judging import Judged
from bsoo.registry.imports.outcome import Outcome
from bsoo.registry.models import Upload
from bsoo.routes.edge import (
    ReadDB,
    Staff,
    Typed,
    TypedForm,
    WriteDB,
    done,
    identifier,
    my_regions,
    page_number,
    path_to,
    render,
    settings,
)

router = APIRouter()

ROWS = 50
"""Rows of a list on one page of the preview."""
FILTERS = ("attention", *(verdict.value for verdict in Verdict), "all")
_MOST_SIGNS = 500
"""Of a corrected cell."""


@router.get("/netwerk/import/{upload_id}")
def import_review(
    request: Request, db: ReadDB, actor: Staff, upload_id: str, toon: str = "", bladzijde: str = "1"
) -> Response:
    upload = uploads.upload(db, actor, identifier(upload_id))
    if upload.applied_at is not None:
        return done(request, path_to(request, "network"), toast=_("This list has already been imported."))
    if not upload.layout:
        return done(request, path_to(request, "import_reading", upload_id=upload.id))
    planned = kept.outcome(db, actor, upload, settings(request).data)
    shown = toon if toon in FILTERS else _first_filter(planned)
    rows = [each for each in planned.judged if _is_shown(each, shown)]
    pages = max(1, -(-len(rows) // ROWS))
    page = min(page_number(bladzijde), pages)
    going = [each.row for each in planned.judged if each.verdict not in (*verdicts.ASKING, Verdict.LEFT_OUT)]
    return render(
        request,
        "registry/import_review.html",
        actor=actor,
        section="network",
        upload=upload,
        region=next(each for each in my_regions(request) if each.id == upload.region_id),
        planned=planned,
        verdicts=planned.verdicts,
        words=verdicts.VERDICTS,
        attention=sum(1 for each in planned.judged if each.verdict in verdicts.ASKING),
        skipped=sum(len(table.skipped) for table in planned.found.tables),
        left=sum(1 for row in going if row.left),
        not_invited=sum(1 for row in going if row.invited is False),
        shown=shown,
        rows=rows[(page - 1) * ROWS : page * ROWS],
        count=len(rows),
        page=page,
        pages=pages,
        first=(page - 1) * ROWS + 1,
        last=min(page * ROWS, len(rows)),
        explain=verdicts.reason,
        field_name=verdicts.field_name,
        shown_value=verdicts.shown_value,
    )


@router.post("/netwerk/import/{upload_id}/rijen")
def import_decide(request: Request, db: WriteDB, actor: Staff, upload_id: str, typed: TypedForm) -> Response:
    """Decide about one row, or about all rows with a verdict."""
    upload = _waiting(db, actor, upload_id)
    decide = _DECISIONS.get(typed.get("doe", ""))
    rows = _rows_meant(typed, kept.outcome(db, actor, upload, settings(request).data))
    if decide is None or not rows:
        raise NotFound
    decide(db, actor, upload, rows)
    shown, page = typed.get("toon", ""), typed.get("bladzijde", "")
    return done(request, path_to(request, "import_review", upload_id=upload.id, toon=shown, bladzijde=page))


def _rows_meant(typed: Typed, planned: Outcome) -> list[str]:
    """The row that was chosen, or every row with the verdict that was chosen."""
    row, verdict = typed.get("rij", ""), typed.get("oordeel", "")
    return [each.row.key for each in planned.judged if each.row.key == row or each.verdict == verdict]


def _answered(said: Answer) -> Callable[[Session, Actor, Upload, Collection[str]], None]:
    return lambda db, actor, upload, rows: deciding.answer(db, actor, upload, rows, said)


_DECISIONS: dict[str, Callable[[Session, Actor, Upload, Collection[str]], None]] = {
    "weglaten": deciding.leave_out,
    "meenemen": deciding.take_along,
    "lijst": _answered(Answer.LIST),
    "netwerk": _answered(Answer.OURS),
    "zelfde": _answered(Answer.SAME),
    "ander": _answered(Answer.OTHER),
}


@router.get("/netwerk/import/{upload_id}/rijen/{row}")
def import_row(
    request: Request, db: ReadDB, actor: Staff, upload_id: str, row: str, toon: str = "", bladzijde: str = ""
) -> Response:
    """One row with its cells, to correct them."""
    upload = _waiting(db, actor, upload_id)
    planned = kept.outcome(db, actor, upload, settings(request).data)
    judged = _judged(planned, row)
    return render(
        request,
        "registry/import_row.html",
        actor=actor,
        section="network",
        upload=upload,
        judged=judged,
        cells=deciding.cells_of(planned, upload, row),
        meanings=words.MEANINGS,
        reason=verdicts.reason(judged),
        shown=toon if toon in FILTERS else "",
        page=bladzijde if bladzijde.isdecimal() else "",
    )


@router.post("/netwerk/import/{upload_id}/rijen/{row}")
def import_correct(request: Request, db: WriteDB, actor: Staff, upload_id: str, row: str, typed: TypedForm) -> Response:
    upload = _waiting(db, actor, upload_id)
    planned = kept.outcome(db, actor, upload, settings(request).data)
    cells = deciding.cells_of(planned, upload, _judged(planned, row).row.key)
    texts = {cell.column: typed.get(f"c{cell.column}", cell.said)[:_MOST_SIGNS] for cell in cells}
    changed = {cell.column: texts[cell.column] for cell in cells if texts[cell.column] != cell.said}
    if changed:
        deciding.correct(db, actor, upload, row, changed)
    again = _judged(kept.outcome(db, actor, upload, settings(request).data), row)
    told = verdicts.reason(again) or _(verdicts.VERDICTS[again.verdict])
    where = path_to(
        request, "import_review", upload_id=upload.id, toon=typed.get("toon", ""), bladzijde=typed.get("bladzijde", "")
    )
    return done(request, where, toast=_("Row %(row)s: %(verdict)s", row=again.row.number, verdict=told))


@router.get("/netwerk/import/{upload_id}/lijst.xlsx")
def import_marked(request: Request, db: ReadDB, actor: Staff, upload_id: str) -> Response:
    """The list back, with what happens to each row."""
    upload = _waiting(db, actor, upload_id)
    planned = kept.outcome(db, actor, upload, settings(request).data)
    marked = marking.marked_up(planned, upload.content or b"")
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", upload.file_name.rpartition(".")[0]) or "lijst"
    return Response(
        marked,
        media_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        headers={"Content-Disposition": f'attachment; filename="{name}-nagekeken.xlsx"'},
    )


def _waiting(db: Session, actor: Actor, upload_id: str) -> Upload:
    """An upload about which can still be decided."""
    found: UUID = identifier(upload_id)
    upload = uploads.upload(db, actor, found)
    if upload.content is None:
        raise NotFound
    return upload


def _judged(planned: Outcome, row: str) -> Judged:
    found = next((each for each in planned.judged if each.row.key == row), None)
    if found is None:
        raise NotFound
    return found


def _first_filter(planned: Outcome) -> str:
    return "attention" if any(each.verdict in verdicts.ASKING for each in planned.judged) else "all"


def _is_shown(judged: Judged, shown: str) -> bool:
    return shown in ("all", judged.verdict) or (shown == "attention" and judged.verdict in verdicts.ASKING)
