"""For administrators: the managed lists of words, one word of them, and what was merged."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from sqlmodel import Session
from starlette.responses import Response

from bsoo import i18n
from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, require
from bsoo.errors import NotFound
from bsoo.i18n import N_, ngettext
from bsoo.i18n import gettext as _
from bsoo.routes.edge import (
    UNTRIED,
    ReadDB,
    Staff,
    Tried,
    TypedForm,
    WriteDB,
    attempt,
    done,
    identifier,
    path_to,
    render,
)
from bsoo.terms.first import KEPT
from bsoo.terms.models import Vocabulary
from bsoo.terms.words import known
from bsoo.vocabularies import actions, merging, queries
from bsoo.vocabularies.actions import Facts

router = APIRouter()

LISTS: dict[str, tuple[Vocabulary, str]] = {
    "soorten": (Vocabulary.SECTOR, N_("Kinds of organisation")),
    "themas": (Vocabulary.THEME, N_("Themes")),
    "doelgroepen": (Vocabulary.GROUP, N_("Target groups")),
    "talen": (Vocabulary.LANGUAGE, N_("Languages")),
}
"""The lists by their word in the address."""


class WordForm(BaseModel):
    """A word as somebody types it; texts that are too long are refused with a sentence of their own."""

    name_nl: Annotated[str, Field(max_length=1000)] = ""
    name_en: Annotated[str, Field(max_length=1000)] = ""
    definition_nl: Annotated[str, Field(max_length=2000)] = ""
    definition_en: Annotated[str, Field(max_length=2000)] = ""
    after: Annotated[str, Field(max_length=40)] = ""

    def facts(self) -> Facts:
        return Facts(**{name: getattr(self, name) for name in WordForm.model_fields})


class NewWordForm(WordForm):
    """A language is chosen by its code of ISO 639; its names are filled in when they are left empty."""

    code: Annotated[str, Field(max_length=40)] = ""

    def completed(self) -> Facts:
        iso = queries.iso_languages().get(self.code, {})
        names = {f"name_{language}": getattr(self, f"name_{language}") or name for language, name in iso.items()}
        return Facts(**{**{name: getattr(self, name) for name in WordForm.model_fields}, **names})


class ChangedWordForm(WordForm):
    """What the page showed, so that nobody overwrites somebody else."""

    seen: Annotated[str, Field(max_length=40)] = ""


@router.get("/beheer/woordenlijsten/{word_list}")
def word_list(request: Request, db: ReadDB, actor: Staff, word_list: str) -> Response:
    return _list_page(request, db, actor, word_list)


@router.post("/beheer/woordenlijsten/{word_list}")
def word_add(request: Request, db: WriteDB, actor: Staff, word_list: str, typed: TypedForm) -> Response:
    require(actor, Permission.ADMINISTER)
    kind = _kind(word_list)
    with Tried(typed) as tried, attempt(db):
        form = typed.check(NewWordForm)
        facts = form.completed() if kind is Vocabulary.LANGUAGE else form.facts()
        actions.add(db, actor, kind, facts, code=form.code)
    if tried.refusal:
        return _list_page(request, db, actor, word_list, tried=tried)
    toast = _("‘%(name)s’ is on the list.", name=_in_reader(facts))
    return done(request, path_to(request, "word_list", word_list=word_list), toast=toast)


@router.get("/beheer/woordenlijsten/{word_list}/{word}")
def word_edit(request: Request, db: ReadDB, actor: Staff, word_list: str, word: str) -> Response:
    return _word_page(request, db, actor, word_list, word)


@router.post("/beheer/woordenlijsten/{word_list}/{word}")
def word_save(request: Request, db: WriteDB, actor: Staff, word_list: str, word: str, typed: TypedForm) -> Response:
    require(actor, Permission.ADMINISTER)
    with Tried(typed) as tried, attempt(db):
        form = typed.check(ChangedWordForm)
        actions.change(db, actor, _kind(word_list), word, form.facts(), seen=form.seen)
    if tried.refusal:
        db.expire_all()
        return _word_page(request, db, actor, word_list, word, tried=tried)
    return done(request, path_to(request, "word_list", word_list=word_list), toast=_("Saved."))


@router.post("/beheer/woordenlijsten/{word_list}/{word}/sluit")
def word_close(request: Request, db: WriteDB, actor: Staff, word_list: str, word: str) -> Response:
    require(actor, Permission.ADMINISTER)
    with Tried() as tried, attempt(db):
        actions.close(db, actor, _kind(word_list), word)
    if tried.refusal:
        db.expire_all()
        return _word_page(request, db, actor, word_list, word, tried=tried)
    toast = _("‘%(name)s’ is no longer offered.", name=known(db).name(_kind(word_list), word))
    undo = path_to(request, "word_open", word_list=word_list, word=word)
    return done(request, path_to(request, "word_list", word_list=word_list), toast=toast, undo=undo)


@router.post("/beheer/woordenlijsten/{word_list}/{word}/open")
def word_open(request: Request, db: WriteDB, actor: Staff, word_list: str, word: str) -> Response:
    require(actor, Permission.ADMINISTER)
    with Tried() as tried, attempt(db):
        actions.open_again(db, actor, _kind(word_list), word)
    if tried.refusal:
        db.expire_all()
        return _word_page(request, db, actor, word_list, word, tried=tried)
    toast = _("‘%(name)s’ is offered again.", name=known(db).name(_kind(word_list), word))
    return done(request, path_to(request, "word_list", word_list=word_list), toast=toast)


@router.post("/beheer/woordenlijsten/{word_list}/{word}/samen")
def word_merge(request: Request, db: WriteDB, actor: Staff, word_list: str, word: str, typed: TypedForm) -> Response:
    require(actor, Permission.ADMINISTER)
    with Tried(typed) as tried, attempt(db):
        made = merging.merge(db, actor, _kind(word_list), word, typed.get("into", "")[:40])
    if tried.refusal:
        db.expire_all()
        return _word_page(request, db, actor, word_list, word, tried=tried)
    listed, kind = known(db), _kind(word_list)
    toast = _("‘%(lost)s’ became ‘%(kept)s’.", lost=listed.name(kind, made.lost), kept=listed.name(kind, made.kept))
    undo = path_to(request, "word_part", merge_id=made.id)
    return done(request, path_to(request, "word_list", word_list=word_list), toast=toast, undo=undo)


@router.post("/beheer/woorden-samen/{merge_id}/terug")
def word_part(request: Request, db: WriteDB, actor: Staff, merge_id: str) -> Response:
    """Undo a merge."""
    made = merging.term_merge(db, actor, identifier(merge_id))
    word_list = next(name for name, (kind, _word) in LISTS.items() if kind == made.kind)
    with Tried() as tried, attempt(db):
        stayed = merging.undo(db, actor, made)
    if tried.refusal:
        db.expire_all()
        return _list_page(request, db, actor, word_list, tried=tried)
    toast = _("Put back.")
    if stayed:
        left = ngettext(
            "%(num)s place was changed since and stays.", "%(num)s places were changed since and stay.", stayed
        )
        toast = f"{toast} {left}"
    return done(request, path_to(request, "word_list", word_list=word_list), toast=toast)


def _kind(word_list: str) -> Vocabulary:
    if word_list not in LISTS:
        raise NotFound
    return LISTS[word_list][0]


def _in_reader(facts: Facts) -> str:
    return facts.name_nl if i18n.language() == "nl" else facts.name_en


def used_in_words(uses: Mapping[str, int]) -> str:
    """Where a word is used, and how often."""
    told = {
        "organisation": ngettext("%(num)s organisation", "%(num)s organisations", uses.get("organisation", 0)),
        "signal": ngettext("%(num)s signal", "%(num)s signals", uses.get("signal", 0)),
        "service": ngettext("%(num)s service", "%(num)s services", uses.get("service", 0)),
        "saved_list": ngettext("%(num)s saved list", "%(num)s saved lists", uses.get("saved_list", 0)),
    }
    return ", ".join(words for place, words in told.items() if uses.get(place))


def _list_page(request: Request, db: Session, actor: Actor, word_list: str, *, tried: Tried = UNTRIED) -> Response:
    kind = _kind(word_list)
    lines = queries.lines(db, actor, kind)
    on_it = {line.word.code for line in lines}
    iso = queries.iso_languages() if kind is Vocabulary.LANGUAGE else {}
    called = {code: names[i18n.language()] for code, names in iso.items() if code not in on_it}
    return render(
        request,
        "vocabularies/list.html",
        actor=actor,
        section="",
        word_list=word_list,
        lists=[(name, _(word), path_to(request, "word_list", word_list=name)) for name, (_kind, word) in LISTS.items()],
        title=_(LISTS[word_list][1]),
        kind=kind,
        lines=lines,
        listed=known(db),
        places=_places(lines),
        to_add=sorted(called.items(), key=lambda one: one[1].casefold()),
        merges=[one for one in queries.merges(db, actor, kind) if merging.can_undo(one)],
        used=used_in_words,
        tried=tried,
    )


def _word_page(
    request: Request, db: Session, actor: Actor, word_list: str, word: str, *, tried: Tried = UNTRIED
) -> Response:
    kind = _kind(word_list)
    lines = queries.lines(db, actor, kind)
    line = next((one for one in lines if one.word.code == word), None)
    if line is None:
        raise NotFound
    row = queries.word(db, actor, kind, word)
    others = [one for one in lines if one.word.code != word]
    before = [one.word.code for one in others if one.word.position < line.word.position]
    return render(
        request,
        "vocabularies/word.html",
        actor=actor,
        section="",
        word_list=word_list,
        title=_(LISTS[word_list][1]),
        kind=kind,
        line=line,
        row=row,
        seen=queries.mark(row),
        listed=known(db),
        places=_places(others),
        stands_after=before[-1] if before else "",
        into=[(one.word.code, one.word.name()) for one in others if one.word.is_open],
        is_kept=word in KEPT[kind],
        used=used_in_words,
        days=merging.UNDO_WITHIN.days,
        tried=tried,
    )


def _places(lines: list[queries.Line]) -> list[tuple[str, str]]:
    """Where in the list a word can stand."""
    behind = [(one.word.code, _("after ‘%(name)s’", name=one.word.name())) for one in _in_order(lines)]
    return [("", _("at the top")), *behind]


def _in_order(lines: list[queries.Line]) -> list[queries.Line]:
    return sorted(lines, key=lambda one: (one.word.position, one.word.code))
