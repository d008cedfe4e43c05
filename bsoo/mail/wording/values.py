"""What stands in the place of each placeholder, in the language in force."""

from collections.abc import Callable, Mapping
from datetime import date, time
from functools import lru_cache
from textwrap import indent
from typing import Any, NamedTuple

from babel.dates import format_date

from bsoo.i18n import gettext as _
from bsoo.i18n import language, ngettext
from bsoo.mail.wording.fields import known

LOCALES = {"nl": "nl_NL", "en": "en_GB"}


class Told(NamedTuple):
    """What a letter is made of: its stored facts, and who it is to and from."""

    facts: Mapping[str, Any]  # Any: whatever JSON holds
    to_name: str
    region: str
    base_url: str
    button: str


class Block(NamedTuple):
    """What takes lines of its own: its kind in the page, what it shows there, and how it reads as plain text."""

    kind: str
    data: Any  # Any: each kind shows something else
    text: str


Value = str | Block | bool


def values(key: str, told: Told) -> dict[str, Value]:
    """Each placeholder of this text with its value; an empty one is false."""
    return {
        name: _MAKERS[name](told) if not one.fact or told.facts[one.fact] or name in _NEVER_EMPTY else ""
        for name, one in known(key).items()
    }


def absolute(path: str, base_url: str) -> str:
    return base_url + path if path.startswith("/") else path


def near_day(value: str) -> str:
    """donderdag 10 december"""
    return _date(value, "EEEE d MMMM", language())


def whole_day(value: str) -> str:
    """donderdag 10 december 2026"""
    return _date(value, "EEEE d MMMM y", language())


def wall_clock(value: str) -> str:
    """13.30 in Dutch, 13:30 in English."""
    moment = time.fromisoformat(value)
    return f"{moment.hour}{'.' if language() == 'nl' else ':'}{moment.minute:02}"


def hours(meeting: Mapping[str, str]) -> str:
    return _("%(start)s to %(end)s", start=wall_clock(meeting["starts"]), end=wall_clock(meeting["ends"]))


def place(meeting: Mapping[str, str]) -> str:
    return ", ".join(part for part in (meeting["venue"], meeting["address"]) if part)


@lru_cache(200)
def _date(value: str, pattern: str, wanted: str) -> str:
    return format_date(date.fromisoformat(value), pattern, locale=LOCALES[wanted])


def _sender(told: Told) -> str:
    signed_by = told.facts.get("signed_by")
    if signed_by:
        job = _("coordinator of %(region)s", region=told.region) if told.region else _("coordinator")
        return f"{signed_by}, {job}"
    return _("the BSOO team in %(region)s", region=told.region) if told.region else "BSOO"


def _meeting(told: Told) -> Block:
    meeting = told.facts["meeting"]
    day = whole_day(meeting["on"])
    lines = [line for line in (day[:1].upper() + day[1:], hours(meeting), place(meeting)) if line]
    return Block("card", lines, _indented(lines))


def _agenda(told: Told) -> Block:
    items = [(wall_clock(item["at"]), item["title"], item.get("presenter", "")) for item in told.facts["agenda"]]
    lines = [f"{at}  {title}" + (f" ({presenter})" if presenter else "") for at, title, presenter in items]
    return Block("agenda", items, _indented(lines))


def _answers(told: Told) -> Block:
    urls = {name: absolute(told.facts[name], told.base_url) for name in ("yes", "no", "colleague", "page")}
    lead = _("Answer on your own page:")
    return Block("answers", urls, f"{lead}\n{_indented([urls['page']])}")


def _button(told: Told) -> Block:
    path = told.facts["page"] if "page" in told.facts else f"/inloggen/met/{told.facts['token']}"
    url = absolute(path, told.base_url)
    return Block("button", (url, told.button), f"{told.button}:\n{_indented([url])}")


def _details(told: Told) -> Block:
    terms = ((_("Name"), "name"), (_("Job"), "role"), (_("Organisation"), "organisation"), (_("E-mail"), "email"))
    pairs = [(term, told.facts[fact]) for term, fact in terms if told.facts[fact]]
    return Block("facts", pairs, _indented([f"{term}: {fact}" for term, fact in pairs]))


def _message(told: Told) -> Block:
    return _quoted(told.facts.get("message") or told.facts["words"])


def _old_place(told: Told) -> str:
    before, now = told.facts["before"], told.facts["meeting"]
    return place(before) if place(before) != place(now) else ""


def _video_link(told: Told) -> Block:
    link = told.facts["online_link"]
    return Block("link", link, _indented([link]))


def _indented(lines: list[str]) -> str:
    return "\n".join(f"  {line}" for line in lines)


def _said(fact: str) -> Callable[[Told], Block]:
    """What a person typed, as they typed it."""
    return lambda told: Block("said", told.facts[fact], told.facts[fact])


def _quoted(words: str) -> Block:
    """Somebody's own words, which nobody takes for ours: set apart in plain text too."""
    return Block("quoted", words, indent(words, "  "))


def _fact(name: str) -> Callable[[Told], str]:
    return lambda told: str(told.facts[name])


_NEVER_EMPTY = {"colleague"}

_MAKERS: dict[str, Callable[[Told], Value]] = {
    "name": lambda told: told.facts.get("called") or told.to_name,
    "region": lambda told: told.region or "BSOO",
    "sender": _sender,
    "day": lambda told: near_day(told.facts["meeting"]["on"]),
    "date": lambda told: whole_day(told.facts["meeting"]["on"]),
    "start": lambda told: wall_clock(told.facts["meeting"]["starts"]),
    "hours": lambda told: hours(told.facts["meeting"]),
    "place": lambda told: place(told.facts["meeting"]),
    "meeting": _meeting,
    "answers": _answers,
    "button": _button,
    "page": lambda told: absolute(told.facts["page"], told.base_url),
    "introduction": _said("introduction"),
    "agenda": _agenda,
    "online": lambda told: bool(told.facts["online"]),
    "video link": _video_link,
    "until": lambda told: _date(told.facts["signals_until"], "d MMMM", language()),
    "replaces": _fact("stands_in_for"),
    "colleague": lambda told: told.facts["colleague_name"] or _("a colleague"),
    "was": lambda told: f"{whole_day(told.facts['before']['on'])}, {hours(told.facts['before'])}",
    "old place": _old_place,
    "note": _said("note"),
    "title": _fact("title"),
    "reason": lambda told: _quoted(told.facts["reason"]),
    "question": lambda told: _quoted(told.facts["question"]),
    "decisions": _fact("decisions"),
    "actions": _fact("actions"),
    "version": _fact("version"),
    "correction": _fact("erratum"),
    "summary": _said("summary"),
    "organisation": _fact("organisation"),
    "details": _details,
    "message": _message,
    "who": _fact("name"),
    "subject": _fact("subject"),
    "count": _fact("count"),
    "days": lambda told: ngettext("%(num)s day", "%(num)s days", told.facts["days"]),
    "oldest": lambda told: ngettext("%(num)s day", "%(num)s days", told.facts["oldest_days"]),
    "minutes": _fact("minutes"),
}
