"""A publication as a list of parts in the reader's language: the page and the PDF show the same parts. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import cast

from babel.dates import format_date

from bsoo.clock import ZONE
from bsoo.i18n import N_, language, ngettext
from bsoo.i18n import gettext as _
from bsoo.publications.faces import BlockFace, ItemFace, MinutesFace
from bsoo.publications.summary import SummaryFace
from bsoo.signals.trends import HIDDEN

LONGEST_LIST = 40
"""Organisations named one by one; the rest is a number."""
MOST_CHARTS = 4
WORDS = {
    "decision": N_("Decision"),
    "action": N_("Action"),
    "signal": N_("Signal"),
    "information": N_("Note"),
}
SEASONS = {1: N_("winter"), 2: N_("spring"), 3: N_("summer"), 4: N_("autumn")}


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a document. `kind` is short, heading, text, outcome, table, chart or quiet."""

    kind: str
    title: str = ""
    text: str = ""
    word: str = ""
    note: str = ""
    tone: str = ""
    """For an outcome: decision, action or signal."""
    anchor: str = ""
    lines: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    numbers: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with what stands under it."""

    title: str
    anchor: str
    parts: tuple[Part, ...]
    is_short: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    title: str
    kicker: str
    lede: str
    parts: tuple[Part, ...] = field(default=())

    @property
    def top(self) -> int:
        """The highest number of all charts, so that they share one scale."""
        charts = (part for part in self.parts if part.kind == "chart")
        return max((int(row[2]) for part in charts for row in part.rows if row[2].isdigit()), default=1)

    @property
    def sections(self) -> list[Section]:
        """The parts under their headings, for a page with a table of contents."""
        found: list[Section] = []
        for part in self.parts:
            if part.anchor:
                is_short = part.kind == "short"
                found.append(Section(part.title, part.anchor, (part,) if is_short else (), is_short))
            else:
                last = found[-1]
                found[-1] = Section(last.title, last.anchor, (*last.parts, part), last.is_short)
        return found


def document(content: Mapping[str, object]) -> Document:
    """The parts of a stored content, with the words of the language in force."""
    if content["kind"] == "minutes":
        return minutes_document(cast("MinutesFace", content))
    return summary_document(cast("SummaryFace", content))


def minutes_title(region: str, on: date) -> str:
    return _("Meeting %(region)s, %(day)s", region=region, day=long_day(on))


def summary_title(region: str, year: int, quarter: int) -> str:
    season = SEASONS[quarter]
    return _("What partners saw in %(region)s: %(season)s %(year)s", region=region, season=_(season), year=year)


def long_day(day: date) -> str:
    return format_date(day, "d MMMM y", locale=_locale())


def colophon(version: int, published_at: datetime, digest: str) -> tuple[str, ...]:
    """What a printed copy says of itself, so that it can be compared with the page."""
    day = long_day(published_at.astimezone(ZONE).date())
    return (
        _("Version %(version)s, published on %(day)s.", version=version, day=day),
        _("Check sum of the text (SHA-256): %(digest)s", digest=digest),
    )


def minutes_document(content: MinutesFace) -> Document:
    on = date.fromisoformat(content["on"])
    return Document(
        title=minutes_title(content["region"], on),
        kicker=_("Minutes · quarter %(quarter)s, %(year)s", quarter=content["quarter"], year=content["year"]),
        lede=_minutes_lede(content),
        parts=tuple(_minutes_parts(content)),
    )


def _minutes_lede(content: MinutesFace) -> str:
    when = _("%(start)s–%(end)s", start=_clock(content["starts"]), end=_clock(content["ends"]))
    place = ", ".join(part for part in (content["venue"], when) if part) + "."
    if not content["people"]:
        return place
    people = ngettext("%(num)s person", "%(num)s persons", content["people"])
    seats = ngettext("%(num)s organisation", "%(num)s organisations", _seats(content))
    return place + " " + _("%(people)s of %(organisations)s.", people=people, organisations=seats)


def _seats(content: MinutesFace) -> int:
    return content.get("seats", len(content["organisations"]))


def _minutes_parts(content: MinutesFace) -> Iterator[Part]:
    if content["in_brief"]:
        yield Part("short", _("In brief"), anchor="kort", lines=tuple(content["in_brief"]))
    for position, item in enumerate(content["items"], start=1):
        yield from _item_parts(item, f"p{position}")
    actions = [block for item in content["items"] for block in item["blocks"] if block["kind"] == "action"]
    if actions:
        yield Part("heading", _("Actions"), anchor="acties")
        columns = (_("Number"), _("What"), _("Who"), _("Before"))
        yield Part("table", columns=columns, rows=tuple(_action_row(block) for block in actions))
    if content["organisations"]:
        yield Part("heading", _("Who was there"), anchor="wie")
        yield Part("text", text=_present(content["organisations"]))
    elif content["people"]:
        yield Part("heading", _("Who was there"), anchor="wie")
        yield Part("text", text=_("We do not publish who was there, so that everybody can speak freely."))
    if content["names"] and content["organisations"]:
        yield Part("quiet", text=_("For staff only: %(names)s.", names=", ".join(content["names"])))


def _item_parts(item: ItemFace, anchor: str) -> Iterator[Part]:
    title = item["title"] or (_("agenda item") if item["number"] else _("General"))
    yield Part("heading", f"{item['number']}. {title}" if item["number"] else title, anchor=anchor)
    for block in item["blocks"]:
        if block["kind"] == "information":
            yield Part("text", text=block["text"])
        else:
            word = WORDS[block["kind"]]
            yield Part("outcome", text=block["text"], word=_(word), note=_promise(block), tone=block["kind"])


def _promise(block: BlockFace) -> str:
    before = _("before %(day)s", day=_day(block["due_on"])) if block["due_on"] else ""
    return ", ".join(part for part in (block["owner"], before) if part)


def _action_row(block: BlockFace) -> tuple[str, str, str, str]:
    return block["code"], block["text"], block["owner"] or "–", _day(block["due_on"]) or _("ongoing")


def _present(organisations: list[str]) -> str:
    named, rest = organisations[:LONGEST_LIST], len(organisations) - LONGEST_LIST
    if rest <= 0:
        return ", ".join(named) + "."
    others = ngettext("%(num)s other organisation", "%(num)s other organisations", rest)
    return _("%(names)s and %(others)s.", names=", ".join(named), others=others)


def summary_document(content: SummaryFace) -> Document:
    return Document(
        title=summary_title(content["region"], content["year"], content["quarter"]),
        kicker=_("Signal summary · quarter %(quarter)s, %(year)s", quarter=content["quarter"], year=content["year"]),
        lede=_(
            "Signals in %(region)s, from %(number)s organisations that took part.",
            region=content["region"],
            number=content["took_part"][-1],
        ),
        parts=tuple(_summary_parts(content)),
    )


def _summary_parts(content: SummaryFace) -> Iterator[Part]:
    if content["introduction"]:
        yield Part("short", _("The heart of it"), anchor="kern", lines=(content["introduction"],))
    dutch = language() == "nl"
    names = [theme["name_nl" if dutch else "name_en"] for theme in content["themes"]]
    yield from _charts(content, names)
    yield Part("heading", _("All figures"), anchor="cijfers")
    ticks = tuple(_tick(slug) for slug in content["quarters"])
    rows = [(name, *theme["shown"]) for name, theme in zip(names, content["themes"], strict=True)]
    rows.append((_("took part"), *map(str, content["took_part"])))
    yield Part("table", columns=(_("Theme"), *ticks), rows=tuple(rows), numbers=True)
    yield Part(
        "quiet",
        text=_("Organisations that mentioned a theme. Under 3 we write “0–2”: otherwise one can guess who said it."),
    )
    yield Part("heading", _("How we know this"), anchor="hoe")
    yield Part("text", text=_("These are signals of organisations, not a count of people."))
    yield Part(
        "text",
        text=_("A coordinator has read every signal. Names and recognisable stories have been left out."),
    )


def _charts(content: SummaryFace, names: list[str]) -> Iterator[Part]:
    """A chart for each of the themes that most organisations named this quarter."""
    loud = [(name, theme) for name, theme in zip(names, content["themes"], strict=True) if theme["shown"][-1] != HIDDEN]
    for name, theme in loud[:MOST_CHARTS]:
        yield Part("heading", name, anchor=f"t-{theme['code']}")
        bars = tuple(
            (_("quarter %(quarter)s, %(year)s", quarter=slug[5], year=slug[:4]), _tick(slug), shown)
            for slug, shown in zip(content["quarters"], theme["shown"], strict=True)
        )
        told = _(
            "%(number)s of the %(all)s organisations named this.",
            number=theme["shown"][-1],
            all=content["took_part"][-1],
        )
        yield Part("chart", name, text=told, note=f"grafiek-{theme['code']}", rows=bars)


def _tick(slug: str) -> str:
    return _("q%(number)s ’%(year)s", number=slug[5], year=slug[2:4])


def _clock(written: str) -> str:
    value = time.fromisoformat(written)
    return f"{value.hour}{'.' if language() == 'nl' else ':'}{value.minute:02}"


def _day(iso: str) -> str:
    return format_date(date.fromisoformat(iso), "d MMMM y", locale=_locale()) if iso else ""


def _locale() -> str:
    return {"nl": "nl_NL", "en": "en_GB"}[language()]
