"""The words of a list beside our own: what each becomes, shown and changeable before anything is imported."""

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Request
from sqlmodel import Session
from starlette.responses import Response

from bsoo.access.actor import Actor
from bsoo.i18n import gettext as _
from bsoo.regions import all_regions
from bsoo.registry import words
from bsoo.registry.imports import deciding, kept, uploads, vocabulary
from bsoo.registry.imports.headers import Meaning
from bsoo.registry.imports.outcome import Outcome
from bsoo.registry.imports.vocabulary import DROP, KEEP, NO_WORD, Word
from bsoo.registry.models import Upload
from bsoo.routes.edge import (
    UNTRIED,
    ReadDB,
    Staff,
    Tried,
    Typed,
    TypedForm,
    WriteDB,
    attempt,
    done,
    identifier,
    my_regions,
    path_to,
    render,
    settings,
)
from bsoo.terms.models import Vocabulary
from bsoo.terms.words import known

router = APIRouter()

_MOST_WORDS = 200
"""Of one column on the page; what comes most often comes first."""


@dataclass(frozen=True, slots=True)
class Group:
    """The words of one column, with what they can become."""

    meaning: Meaning
    unknown: Sequence[Word]
    known: Sequence[Word]
    options: Sequence[tuple[str, str]]


@router.get("/netwerk/import/{upload_id}/woorden")
def import_words(request: Request, db: ReadDB, actor: Staff, upload_id: str) -> Response:
    return _words_page(request, db, actor, uploads.upload(db, actor, identifier(upload_id)))


@router.post("/netwerk/import/{upload_id}/woorden")
def import_worded(request: Request, db: WriteDB, actor: Staff, upload_id: str, typed: TypedForm) -> Response:
    upload = uploads.upload(db, actor, identifier(upload_id))
    with Tried(typed) as tried, attempt(db):
        deciding.choose_words(db, actor, upload, _chosen(typed))
    if tried.refusal:
        db.expire_all()
        return _words_page(request, db, actor, upload, tried=tried)
    return done(request, path_to(request, "import_review", upload_id=upload.id))


def _chosen(typed: Typed) -> dict[str, str]:
    """Each word stands in the form beside its choice, in the same order."""
    return dict(zip(typed.all("woord"), typed.all("wordt"), strict=False))


def _words_page(request: Request, db: Session, actor: Actor, upload: Upload, *, tried: Tried = UNTRIED) -> Response:
    planned = kept.outcome(db, actor, upload, settings(request).data)
    names = {
        Meaning.SECTOR: known(db).offered(Vocabulary.SECTOR),
        Meaning.THEMES: known(db).offered(Vocabulary.THEME),
        Meaning.LANGUAGE: {"nl": _("Dutch"), "en": _("English")},
        Meaning.STATUS: {status.value: _(name) for status, name in words.STATUSES.items()},
        Meaning.INVITED: {"yes": _("yes"), "no": _("no")},
        Meaning.CITY: _towns(request, planned),
        Meaning.REGION: {region.name: region.name for region in all_regions(db)},
    }
    groups = [_group(meaning, planned.found.words, names[meaning]) for meaning in vocabulary.KINDS]
    return render(
        request,
        "registry/import_words.html",
        actor=actor,
        section="network",
        upload=upload,
        groups=[group for group in groups if group.unknown or group.known],
        unknown=sum(1 for word in planned.found.words if word.is_unknown),
        titles=words.MEANINGS,
        names=names,
        key=vocabulary.key,
        tried=tried,
    )


def _group(meaning: Meaning, found: Sequence[Word], names: dict[str, str]) -> Group:
    mine = [word for word in found if word.meaning is meaning and word.known != NO_WORD][:_MOST_WORDS]
    return Group(
        meaning,
        [word for word in mine if word.is_unknown],
        [word for word in mine if not word.is_unknown],
        [*names.items(), (KEEP, _("Keep it in the notes")), (DROP, _("Leave out"))],
    )


def _towns(request: Request, planned: Outcome) -> dict[str, str]:
    """Towns have no list of their own: those of this file, and our regions."""
    here = {code for word in planned.found.words if word.meaning is Meaning.CITY for code in word.codes}
    return {name: name for name in sorted({*here, *(region.name for region in my_regions(request))})}
