"""Makes a letter: subject, text and HTML from the text of its name, in the language of its reader."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import Any, NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template, select_autoescape
from markupsafe import escape

from bsoo import i18n
from bsoo.i18n import gettext as _
from bsoo.mail import quoting
from bsoo.mail.letters import stored
from bsoo.mail.outbox import Recipient
from bsoo.mail.purpose_words import foot_words
from bsoo.mail.wording.built_in import Wording, built_in, key_of
from bsoo.mail.wording.filling import fill
from bsoo.mail.wording.values import Told, absolute

FOLDER = Path(__file__).parent.parent / "templates"
WIDTH = 76
"""Columns of the plain text; an address is never broken."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A letter as its reader gets it."""

    subject: str
    text: str
    html: str
    html_quoted: str = field(default="", compare=False)
    """The same as it goes into a message, where it was made already."""


def preview(name: str, to: Recipient, context: Mapping[str, Any], *, base_url: str, region: str = "") -> Rendered:
    """The letter as this reader would get it, from facts that are not queued."""
    return render(name, to.name, to.language, stored(name, context), base_url=base_url, region=region)


PERSONAL = ("page", "yes", "no", "colleague", "own_page", "stop", "called", "organisation")
"""Facts in which the letters of one mailing differ. Templates ask whether they are there, and nothing else of them."""


OPENS = "\ue000"
"""A sign for private use (Unicode, 23.5), with which a blank begins."""


def render(
    name: str, to_name: str, language: str, facts: Mapping[str, Any], *, base_url: str, region: str = ""
) -> Rendered:
    """A letter from its stored facts. `region` is the region's name, empty for the installation as a whole.

    The letters of a mailing are one form in which personal facts are filled in: a tenth of the CPU of rendering each.
    """
    personal = {"to_name": to_name, **{key: str(facts[key]) for key in PERSONAL if key in facts}}
    shared = {key: value for key, value in facts.items() if key not in PERSONAL}
    common = json.dumps(shared, sort_keys=True, ensure_ascii=False).replace(OPENS, "")  # nobody types a blank
    blanks = {key: _blank(key, value) for key, value in personal.items()}
    form = _form(name, language, base_url, region, common, tuple(blanks.items()))
    filled = {blanks[key]: value for key, value in personal.items() if value}
    html, html_quoted = form.fill({blank: _lf(str(escape(value))) for blank, value in filled.items()})
    return Rendered(_one_line(_fill(form.subject, filled)), _trim(form.told(filled)), html, html_quoted)


class _Form(NamedTuple):
    """A letter with blanks; its page is taken apart at them."""

    subject: str
    text: tuple[str | tuple[str, ...], ...]
    """Lines that are the same for all, and those with blanks, taken apart at them."""
    html: tuple[str, ...]
    """What is the same for all, and blanks, in turns."""
    html_quoted: tuple[str, ...]

    def told(self, filled: Mapping[str, str]) -> str:
        """The plain letter."""
        lines = (
            line if isinstance(line, str) else _wrap("".join(filled.get(piece, piece) for piece in line))
            for line in self.text
        )
        return "\n".join(lines)

    def fill(self, filled: Mapping[str, str]) -> tuple[str, str]:
        """The page, and how it goes into a message."""
        quoted = {blank: quoting.open_ended(quoting.quoted(value)) for blank, value in filled.items()}
        html = "".join(filled.get(piece, piece) for piece in self.html)
        return html, quoting.joined(quoted.get(piece, piece) for piece in self.html_quoted)


@lru_cache(32)
def _form(
    name: str, language: str, base_url: str, region: str, common: str, blanks: tuple[tuple[str, str], ...]
) -> _Form:
    facts = {**json.loads(common), **dict(blanks)}
    with i18n.speaking(language):
        subject, body, page = whole(name, facts["to_name"], facts, base_url=base_url, region=region)
    marks = {blank for _key, blank in blanks if blank}
    apart = re.compile(f"({'|'.join(map(re.escape, marks))})") if marks else None
    pieces = tuple(apart.split(page)) if apart else (page,)
    encoded = (piece if piece in marks else quoting.open_ended(quoting.quoted(piece)) for piece in pieces)
    lines = body.splitlines()
    text = tuple(tuple(apart.split(line)) if apart and apart.search(line) else _wrap(line) for line in lines)
    return _Form(subject, text, pieces, tuple(encoded))


def whole(
    name: str, to_name: str, facts: Mapping[str, Any], *, base_url: str, region: str = ""
) -> tuple[str, str, str]:
    """Subject, text and page of a letter, in the language in force."""
    key = key_of(name, facts)
    wording = Wording(**facts["wording"]) if facts.get("wording") else built_in(key, i18n.language())
    filled = fill(key, wording, Told(facts, to_name, region, base_url, wording.button))
    subject = _("[Test] %(subject)s", subject=filled.subject) if facts.get("is_test") else filled.subject
    frame = {
        **{one: facts.get(one, "") for one in FRAME},
        "why": _why(facts),
        "stop_words": _(foot_words(name)),
        "language": i18n.language(),
    }
    text, html = _templates(base_url)
    page = html.render(frame, subject=subject, blocks=filled.blocks, summary=filled.summary)
    return subject, text.render(frame, body=filled.text), _lf(page)


FRAME = ("own_page", "stop", "is_test")
"""Facts that the frame of every letter shows."""


def _why(facts: Mapping[str, Any]) -> str:
    """Why somebody gets an invitation, and that it is theirs alone."""
    if "yes" not in facts:
        return ""
    alone = _(
        "The buttons and the link are yours alone, so please do not forward this mail. If you choose “Somebody else”, "
        "your colleague gets an invitation of their own."
    )
    house = facts["organisation"]
    because = _("You get this mail because %(organisation)s takes part in the meeting.", organisation=house)
    return f"{alone} {because}" if house else alone


def _blank(key: str, value: str) -> str:
    """A place to fill in, of characters for private use; a path stays a path, and nothing stays nothing."""
    if not value:
        return ""
    return f"{'/' if value.startswith('/') else ''}{OPENS}{key}\ue001"


def _fill(form: str, filled: Mapping[str, str]) -> str:
    for blank, value in filled.items():
        form = form.replace(blank, value)
    return form


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _lf(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


@cache
def _templates(base_url: str) -> tuple[Template, Template]:
    """The frames of the plain letter and of the page."""
    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    # A plain function: what it returns is escaped as a whole, and it costs a third of Jinja's own.
    environment.globals.update(_=i18n.gettext)
    environment.filters["absolute"] = partial(absolute, base_url=base_url)
    return environment.get_template("mail/_letter.txt"), environment.get_template("mail/_letter.html")


def _trim(text: str) -> str:
    """At most one empty line in a row, none around."""
    while "\n\n\n" in text:
        text = text.replace("\n\n\n", "\n\n")
    return text.strip("\n") + "\n"


def _wrap(lines: str) -> str:
    """Lines of at most WIDTH columns."""
    return "\n".join(piece for line in lines.splitlines() for piece in _wrapped(line.rstrip()))


def _wrapped(line: str) -> list[str]:
    if len(line) <= WIDTH:
        return [line]
    margin = " " * (len(line) - len(line.lstrip()))
    pieces = [margin + line.lstrip()]
    while len(pieces[-1]) > WIDTH:
        last = pieces[-1]
        at = last.rfind(" ", len(margin) + 1, WIDTH + 1)
        at = at if at > 0 else last.find(" ", WIDTH)
        if at < 0:
            break
        pieces[-1:] = [last[:at], margin + last[at + 1 :]]
    return pieces
