"""The placeholders: what may stand in braces, in which letters, and what each is."""

from dataclasses import MISSING, dataclass, fields
from enum import StrEnum
from functools import cache

from bsoo.i18n import N_
from bsoo.mail.letters import LETTERS
from bsoo.mail.wording.built_in import letter_of


class Shape(StrEnum):
    """How a placeholder stands in a text."""

    WORDS = "words"
    LINK = "link"
    BLOCK = "block"
    """On a line of its own: a card, a list, a button."""
    FLAG = "flag"
    """Prints nothing; a paragraph can depend on it."""


@dataclass(frozen=True, slots=True)
class Field:
    """A placeholder, under its English and its Dutch name: both mean the same in every text."""

    en: str
    nl: str
    fact: str
    """The fact of the letter that it is made of; empty when every letter has it."""
    about: str
    shape: Shape = Shape.WORDS
    must: bool = False
    """Whether a text may not leave it out: somebody wrote it, or the letter is about it."""

    def named(self, language: str) -> str:
        return self.nl if language == "nl" else self.en


FIELDS = (
    Field("name", "naam", "", N_("the first name of the reader, or else the whole name")),
    Field("region", "regio", "", N_("the name of the region")),
    Field("sender", "afzender", "", N_("who signs: the coordinator, or the team of the region")),
    Field("day", "dag", "meeting", N_("Thursday 10 December")),
    Field("date", "datum", "meeting", N_("Thursday 10 December 2026")),
    Field("start", "begin", "meeting", N_("when the meeting begins")),
    Field("hours", "tijd", "meeting", N_("from when to when the meeting is")),
    Field("place", "plek", "meeting", N_("where the meeting is")),
    Field("meeting", "overleg", "meeting", N_("a card with day, time and place"), Shape.BLOCK),
    Field("answers", "antwoordknoppen", "yes", N_("the three buttons: yes, no, somebody else"), Shape.BLOCK),
    Field("button", "knop", "page", N_("the button, to the reader's own page"), Shape.BLOCK),
    Field("button", "knop", "token", N_("the button, to sign in"), Shape.BLOCK),
    Field("page", "pagina", "page", N_("the words “your own page”, as a link"), Shape.LINK),
    Field("introduction", "inleiding", "introduction", N_("your own words of this meeting"), Shape.BLOCK, must=True),
    Field("agenda", "agenda", "agenda", N_("the items of the agenda, with their times"), Shape.BLOCK, must=True),
    Field("online", "online", "online", N_("whether one can come online"), Shape.FLAG),
    Field("video link", "videolink", "online_link", N_("the link to take part online"), Shape.BLOCK, must=True),
    Field("until", "uiterlijk", "signals_until", N_("the last day for signals")),
    Field("replaces", "vervangt", "stands_in_for", N_("the colleague whose place the reader takes")),
    Field("colleague", "collega", "colleague_name", N_("who comes instead")),
    Field("was", "was", "before", N_("day and time as they were"), must=True),
    Field("old place", "oude plek", "before", N_("the place as it was, when that changed"), must=True),
    Field("note", "toelichting", "note", N_("what the coordinator wrote with it"), Shape.BLOCK, must=True),
    Field("title", "titel", "title", N_("what it is about")),
    Field("reason", "reden", "reason", N_("why the signal is not taken over"), Shape.BLOCK, must=True),
    Field("question", "vraag", "question", N_("the question of the coordinator"), Shape.BLOCK, must=True),
    Field("decisions", "besluiten", "decisions", N_("how many decisions; empty when there are none")),
    Field("actions", "acties", "actions", N_("how many actions; empty when there are none")),
    Field("version", "versie", "version", N_("the number of the version")),
    Field("correction", "wijziging", "erratum", N_("what a later version corrects"), must=True),
    Field("summary", "samenvatting", "summary", N_("the short version"), Shape.BLOCK),
    Field("organisation", "organisatie", "organisation", N_("the organisation")),
    Field("details", "gegevens", "email", N_("who asks, with organisation and address"), Shape.BLOCK, must=True),
    Field("message", "bericht", "message", N_("what they wrote"), Shape.BLOCK, must=True),
    Field("message", "bericht", "words", N_("what they wrote"), Shape.BLOCK, must=True),
    Field("who", "wie", "name", N_("who it is about"), must=True),
    Field("subject", "onderwerp", "subject", N_("the subject of their mail")),
    Field("count", "aantal", "count", N_("how many")),
    Field("days", "dagen", "days", N_("in how many days")),
    Field("oldest", "oudste", "oldest_days", N_("how long the oldest waits")),
    Field("minutes", "minuten", "minutes", N_("how many minutes the link works")),
)

LACKING = {
    "answer_confirmed.on-site": {"colleague", "video link"},
    "answer_confirmed.online": {"colleague"},
    "answer_confirmed.no": {"colleague", "video link"},
    "answer_confirmed.colleague": {"video link"},
    "signal_accepted.counts": {"day", "date", "start", "hours", "place", "meeting"},
    "mail_received.complaint": {"message", "subject"},
    "join_request": {"who"},
    "staff_sign_in": {"who"},
}
"""What the facts of a letter could tell, and this text of it cannot."""

DATED = ("meeting", "day", "date")
LINKED = ("answers", "button", "page")


@cache
def known(key: str) -> dict[str, Field]:
    """The placeholders of a text, by their English name."""
    facts = {one.name for one in fields(LETTERS[letter_of(key)].facts)}
    lacking = LACKING.get(key, set())
    return {one.en: one for one in FIELDS if (not one.fact or one.fact in facts) and one.en not in lacking}


@cache
def named(key: str) -> dict[str, Field]:
    """The same by each name that they may be typed with."""
    return {name: one for one in known(key).values() for name in (one.nl, one.en)}


@cache
def required(key: str) -> tuple[tuple[Field, ...], ...]:
    """What a text may not leave out; of each group one is enough."""
    there = known(key)
    groups = [tuple(there[name] for name in group if name in there) for group in (LINKED, DATED)]
    groups += [(one,) for one in there.values() if one.must and not _is_extra(key, one)]
    return tuple(group for group in groups if group)


def is_certain(key: str, field: Field) -> bool:
    """Whether it is there in every letter, so that no paragraph is left out for it."""
    return not field.fact or (_needs(key, field.fact) and field.en != "old place")


def _is_extra(key: str, field: Field) -> bool:
    """The agenda is what one letter is about, and an extra in others."""
    return field.en == "agenda" and not _needs(key, field.fact)


@cache
def _needs(key: str, fact: str) -> bool:
    """Whether the letter cannot be queued without this fact."""
    found = {one.name: one for one in fields(LETTERS[letter_of(key)].facts)}
    return found[fact].default is MISSING or key == "signal_accepted.agenda"
