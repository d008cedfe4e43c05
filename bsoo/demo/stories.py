"""What partners tell: the written signals, and how often each theme comes up where and when."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from bsoo.demo.chance import happens, pick, share, shuffled, weighted, whole
from bsoo.demo.organisations import Partner
from bsoo.demo.texts import read
from bsoo.quarters import Quarter
from bsoo.registry.models import Sector
from bsoo.signals.models import Band, Frequency, Kind, Level, Wish

THEMES: dict[str, float] = {
    "onderdak": 0.16,
    "voedsel": 0.11,
    "medische-zorg": 0.15,
    "psychische-gezondheid": 0.09,
    "rechten": 0.11,
    "gezinnen": 0.09,
    "onderwijs": 0.07,
    "arbeid": 0.07,
    "uitbuiting": 0.045,
    "geld": 0.06,
    "veiligheid": 0.06,
    "detentie": 0.03,
    "terugkeer": 0.03,
    "discriminatie": 0.04,
    "informatie": 0.08,
    "samenwerking": 0.06,
    "anders": 0.015,
}
"""How likely an organisation is to bring a theme in an ordinary quarter."""

AT_HOME, ELSEWHERE = 2.8, 0.5
"""An organisation brings its own themes more often than those of others."""

ACTIVE: dict[Sector, float] = {
    Sector.SHELTER: 3,
    Sector.NGO: 2,
    Sector.MIGRANT_LED: 2,
    Sector.LEGAL: 2,
    Sector.FAITH: 1.5,
}
"""How many times as ready as others an organisation of a sector is to share what it sees; 1 for the rest."""

TELLS_DETAIL = 0.7

TURNS: dict[tuple[str, str], tuple[int, float]] = {
    ("amsterdam", "onderdak"): (2, 2.0),
    ("amsterdam", "psychische-gezondheid"): (3, 2.2),
    ("amsterdam", "voedsel"): (2, 0.25),
    ("almere", "gezinnen"): (2, 3.0),
    ("almere", "medische-zorg"): (3, 1.9),
    ("rotterdam", "arbeid"): (3, 2.6),
    ("rotterdam", "geld"): (2, 2.4),
    ("groningen", "veiligheid"): (2, 3.0),
    ("groningen", "onderwijs"): (3, 0.2),
}
"""Where something changed: since so many quarters, so many times as often."""

SEASONS: dict[str, tuple[int, ...]] = {"winter": (4, 1), "spring": (2,), "summer": (3,), "autumn": (3,)}
COLD_QUARTERS = (1, 4)
SINCE: dict[Frequency, tuple[int, int]] = {
    Frequency.ONCE: (0, 1),
    Frequency.SOMETIMES: (2, 5),
    Frequency.MORE_OFTEN: (1, 5),
    Frequency.LONG: (11, 30),
}
"""How many months ago it began, by how often it is seen."""

NUMBERS = ("vijf", "zes", "zeven", "acht", "negen", "tien", "elf", "twaalf", "dertien", "veertien")
MONTHS = (
    "januari", "februari", "maart", "april", "mei", "juni",
    "juli", "augustus", "september", "oktober", "november", "december",
)  # fmt: skip
BANDS: dict[Band, float] = {
    Band.ONE_OR_TWO: 2,
    Band.A_FEW: 4,
    Band.TENS: 3,
    Band.DOZENS: 1,
    Band.HUNDREDS: 0.2,
    Band.UNKNOWN: 1,
}
WISHES: dict[Wish, float] = {Wish.DISCUSS: 45, Wish.COUNT: 52, Wish.CONTACT: 3}


@dataclass(frozen=True, slots=True)
class Story:
    """Something that happens in the network; each teller words it a little differently."""

    theme: str
    kind: Kind
    title: str
    text: tuple[str, ...]
    """What happens, then details of which a teller leaves some out."""
    outcome: str
    ask: str = ""
    groups: tuple[str, ...] = ()
    frequency: Frequency = Frequency.MORE_OFTEN
    level: Level = Level.SOURCE_CONFIDENTIAL
    season: str = ""
    language: str = "nl"
    who: tuple[str, ...] = ()
    """Sectors and kinds of organisation whose story this can be; empty means anybody's."""

    def fits(self, partner: Partner, quarter: Quarter) -> bool:
        """Whether this organisation could tell it in this season."""
        mine = {str(partner.sector), partner.name.split()[0].lower()}
        in_season = not self.season or quarter.number in SEASONS[self.season]
        return in_season and (not self.who or bool(mine.intersection(self.who)))


@dataclass(frozen=True, slots=True)
class Telling:
    """A story as one organisation tells it in one quarter."""

    story: Story
    text: str
    since: date
    band: Band
    wish: Wish


@cache
def stories(theme: str) -> tuple[Story, ...]:
    """The stories of one theme."""
    return tuple(_story(theme, written) for written in read(f"signals/{theme}")["story"])


def brought(partner: Partner, region: str, quarter: Quarter, ago: int, told: "Counter[str]") -> list[Telling]:
    """What an organisation brings to a quarter that lies so many quarters back: often nothing, at most three.

    `told` counts what others told already: people see different things, and sometimes the same.
    """
    key = (partner.name, quarter.slug)
    drawn = [
        theme
        for theme, likelihood in THEMES.items()
        if happens(likelihood * _leaning(partner, region, theme, quarter, ago), "brings", *key, theme)
    ]
    tellings = [_told(theme, partner, quarter, told) for theme in shuffled(drawn, "first", *key)[:3]]
    return [telling for telling in tellings if telling is not None]


def active(partners: list[Partner], number: int) -> list[Partner]:
    """The organisations of a region that share what they see, quarter after quarter."""
    return sorted(partners, key=lambda one: -(share("active", one.name) ** (1 / ACTIVE.get(one.sector, 1))))[:number]


def _leaning(partner: Partner, region: str, theme: str, quarter: Quarter, ago: int) -> float:
    """How much more or less than ordinary this theme is on this organisation's mind."""
    own = AT_HOME if theme in partner.themes else ELSEWHERE
    since, times = TURNS.get((region, theme), (-1, 1.0))
    cold = 1.5 if theme == "onderdak" and quarter.number in COLD_QUARTERS else 1.0
    return own * cold * (times if ago <= since else 1.0)


def _told(theme: str, partner: Partner, quarter: Quarter, told: "Counter[str]") -> Telling | None:
    key = (partner.name, quarter.slug, theme)
    fitting = [story for story in stories(theme) if story.fits(partner, quarter)]
    if not fitting:
        return None
    story = min(shuffled(fitting, "story", *key), key=lambda one: told[one.title])
    told[story.title] += 1
    since = _months_before(quarter.first_day, whole(*SINCE[story.frequency], "since", *key))
    facts = {"n": pick(NUMBERS, "number", *key), "since": MONTHS[since.month - 1]}
    core, *details = story.text
    kept = [detail for detail in details if happens(TELLS_DETAIL, "detail", detail, *key)] or details[:1]
    text = " ".join([core, *kept]).format(**facts)
    return Telling(story, text, since, weighted(BANDS, "band", *key), weighted(WISHES, "wish", *key))


def _story(theme: str, written: dict[str, Any]) -> Story:  # Any: as tomllib gives it
    level = {"public": Level.PUBLIC, "network": Level.NETWORK, "sensitive": Level.SENSITIVE}
    return Story(
        theme=theme,
        kind=Kind(written["kind"]),
        title=written["title"],
        text=tuple(written["text"]),
        outcome=written["outcome"],
        ask=written.get("ask", ""),
        groups=tuple(written["groups"]),
        frequency=Frequency(written["frequency"]),
        level=level.get(written.get("level", ""), Level.SOURCE_CONFIDENTIAL),
        season=written.get("season", ""),
        language=written.get("language", "nl"),
        who=tuple(written.get("who", ())),
    )


def _months_before(day: date, months: int) -> date:
    years, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(years, month + 1, 1)
