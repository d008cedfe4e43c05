"""The form of a signal, for partners and for staff who note one: what was typed, what is asked, what may be chosen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, Field
from sqlmodel import Session, col

from bsoo import clock
from bsoo.access.actor import Actor
from bsoo.errors import NotFound, Refused
from bsoo.i18n import gettext as _
from bsoo.meetings.models import Meeting, MeetingState
from bsoo.regions import Region
from bsoo.registry.rows import columns
from bsoo.routes.edge import Typed
from bsoo.signals import guard, guarding, queries, words
from bsoo.signals.actions import Told
from bsoo.signals.guard import Finding, Known
from bsoo.signals.models import Band, Frequency, Kind, Level, Signal, Wish
from bsoo.signals.themes import OTHER
from bsoo.templating import day_month
from bsoo.terms.models import Vocabulary
from bsoo.terms.words import known

TEXTS = ("tekst", "vraag")
"""The fields that the guard reads while somebody types."""
MONTHS_BACK = 18
EARLIER = "eerder"


class SignalForm(BaseModel):
    """What a signal form may hold; what is wrong or missing gets a sentence beside it."""

    tekst: Annotated[str, Field(max_length=4000)] = ""
    titel: Annotated[str, Field(max_length=160)] = ""
    soort: Kind = Kind.NEED
    thema: Annotated[str, Field(max_length=40)] = ""
    vaak: Frequency | None = None
    sinds: Annotated[str, Field(max_length=10)] = ""
    omvang: Band = Band.UNKNOWN
    groepen: list[Annotated[str, Field(max_length=40)]] = Field(default_factory=list, max_length=60)
    vraag: Annotated[str, Field(max_length=1000)] = ""
    wens: Wish = Wish.COUNT
    niveau: Level = Level.SOURCE_CONFIDENTIAL
    noem: Annotated[str, Field(max_length=5)] = ""
    regio: Annotated[str, Field(max_length=40)] = ""
    organisatie: Annotated[str, Field(max_length=40)] = ""
    geen_naam: list[Annotated[str, Field(max_length=200)]] = Field(default_factory=list, max_length=60)

    def told(self) -> Told:
        return Told(
            text=self.tekst,
            title=self.titel,
            kind=self.soort,
            theme=self.thema,
            frequency=self.vaak,
            since=month_of(self.sinds),
            band=self.omvang,
            groups=self.groepen,
            ask=self.vraag,
            wish=self.wens,
            level=self.niveau,
            name_organisation=bool(self.noem),
            not_names=list(dict.fromkeys(self.geen_naam)),
        )


def month_of(text: str) -> date | None:
    """The first day of a month such as "2026-09"; None for anything else."""
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        return None


def as_typed(signal: Signal, region_slug: str) -> dict[str, object]:
    """A draft as the form shows it."""
    return {
        "tekst": signal.text,
        "soort": signal.kind,
        # A draft without a theme stands under "other"; the form asks again.
        "thema": "" if signal.theme == OTHER else signal.theme,
        "vaak": signal.frequency or "",
        "sinds": f"{signal.since:%Y-%m}" if signal.since else "",
        "omvang": signal.band,
        "groepen": signal.groups,
        "vraag": signal.ask,
        "wens": signal.wish,
        "niveau": signal.level,
        "noem": "1" if signal.name_organisation else "",
        "regio": region_slug,
        "geen_naam": signal.not_names,
    }


def shown(typed: Typed) -> dict[str, object]:
    """Everything that was typed, for the same form again."""
    lists: dict[str, object] = {name: typed.all(name) for name in ("groepen", "geen_naam")}
    return {name: typed[name] for name in typed if name in SignalForm.model_fields} | lists


@dataclass(frozen=True, slots=True)
class Question:
    """What the guard says of one place in a text."""

    field: str
    words: str
    what: str
    is_hard: bool
    replacement: str
    place: str
    """field:start:end, as the button sends it."""


def questions(texts: Mapping[str, str], network: Known, not_names: Sequence[str]) -> list[Question]:
    """What the guard finds in what was typed, each place once."""
    told = network.with_words(not_names)
    return [_question(field, text, found) for field, text in texts.items() for found in guard.findings(text, told)]


def _question(field: str, text: str, found: Finding) -> Question:
    return Question(
        field,
        found.of(text),
        _(words.FOUND[found.kind]),
        found.level is guard.HARD,
        _(guard.replacement(found, text)),
        f"{field}:{found.start}:{found.end}",
    )


def asked(db: Session, actor: Actor, typed: Mapping[str, object], region_ids: Sequence[UUID]) -> list[Question]:
    texts = {name: str(typed.get(name, "")) for name in TEXTS}
    if not any(texts.values()):
        return []
    not_names = typed.get("geen_naam", [])
    return questions(
        texts,
        guarding.known(db, actor, region_ids),
        [str(word) for word in not_names] if isinstance(not_names, list) else [],
    )


def replaced(typed: dict[str, object], place: str) -> dict[str, object]:
    """The same form with one place in a text replaced by neutral words; an odd place changes nothing."""
    field, _sep, rest = place.partition(":")
    start, _sep, end = rest.partition(":")
    text = str(typed.get(field, ""))
    if field not in TEXTS or not (start.isdecimal() and end.isdecimal() and int(start) < int(end) <= len(text)):
        return typed
    for found in guard.findings(text):
        if (found.start, found.end) == (int(start), int(end)):
            words_instead = _(guard.replacement(found, text))
            if not text[: found.start].rstrip() or text[: found.start].rstrip()[-1] in ".!?":
                words_instead = words_instead[:1].upper() + words_instead[1:]
            return typed | {field: text[: found.start] + words_instead + text[found.end :]}
    return typed


def options(db: Session, actor: Actor, regions: Sequence[Region]) -> dict[str, Any]:  # Any: what templates take
    """Everything that the form lets one choose."""
    return {
        "themes": [(one.code, one.name, "", one.icon) for one in queries.all_themes(db, actor)],
        "kinds": [(kind, _(word), _(hint)) for kind, (word, hint) in words.KINDS.items()],
        "frequencies": [(one, _(word)) for one, word in words.FREQUENCIES.items()],
        "bands": [(one, _(word)) for one, word in words.BANDS.items()],
        "groups": list(known(db).offered(Vocabulary.GROUP).items()),
        "levels": [(one, _(word), _(hint)) for one, (word, hint) in words.LEVELS.items()],
        "months": [f"{month.year}-{month.month:02}" for month in _months()],
        "month_days": {f"{month.year}-{month.month:02}": month for month in _months()},
        "regions_to_choose": [(region.slug, region.name) for region in regions],
        "wishes": _wishes(next_meeting_day(db, [region.id for region in regions])),
    }


def _wishes(meeting: date | None) -> list[tuple[Wish, str]]:
    """What a reporter may wish; the meeting is named by its day when there is one."""
    found = {one: _(word) for one, word in words.WISHES.items()}
    if meeting is not None:
        with_day = _("Talk about it at the meeting of %(day)s", day=day_month(meeting))
        found[Wish.DISCUSS] = with_day
    return list(found.items())


def _months() -> list[date]:
    today = clock.today()
    return [
        date(today.year + (today.month - 1 - back) // 12, (today.month - 1 - back) % 12 + 1, 1)
        for back in range(MONTHS_BACK)
    ]


def next_meeting_day(db: Session, region_ids: Sequence[UUID]) -> date | None:
    """The first day on which one of these regions meets; dates are public."""
    found: date | None = db.execute(
        columns(col(Meeting.on))
        .where(
            col(Meeting.region_id).in_(region_ids),
            col(Meeting.state) == MeetingState.PLANNED,
            col(Meeting.on) >= clock.today(),
        )
        .order_by(col(Meeting.on))
        .limit(1)
    ).scalar()
    return found


def region_of(regions: Sequence[Region], slug: str) -> Region:
    """The region that was chosen; the only one when there is no choice."""
    for region in regions:
        if region.slug == slug:
            return region
    if len(regions) == 1:
        return regions[0]
    if not regions:
        raise NotFound
    raise Refused(_("Choose the region."), field="regio")
