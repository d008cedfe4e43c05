"""E-mail addresses, also when written to be overlooked; shared mailboxes of services are no person."""

import re
from collections.abc import Iterator

from bsoo.signals.guard.kinds import HARD, Finding, Known, What

ROLES = frozenset(
    [
        "aanmelding",
        "aanmeldingen",
        "aanmelden",
        "administratie",
        "advies",
        "advocaten",
        "afspraken",
        "afspraak",
        "algemeen",
        "backoffice",
        "balie",
        "beheer",
        "bestuur",
        "bezwaar",
        "bsoo",
        "bureau",
        "care",
        "communicatie",
        "contact",
        "coordinatie",
        "dagopvang",
        "desk",
        "directie",
        "docs",
        "donaties",
        "events",
        "frontdesk",
        "gemeente",
        "geschillen",
        "hallo",
        "health",
        "hello",
        "help",
        "helpdesk",
        "huisarts",
        "hulp",
        "hulpverlening",
        "info",
        "infodesk",
        "informatie",
        "inloop",
        "intake",
        "inschrijving",
        "juridisch",
        "kantoor",
        "klachten",
        "klacht",
        "legal",
        "loket",
        "mail",
        "maatschappelijkwerk",
        "medisch",
        "meldpunt",
        "melding",
        "meldingen",
        "melden",
        "nachtopvang",
        "nieuwsbrief",
        "noreply",
        "no-reply",
        "office",
        "onderwijs",
        "ondersteuning",
        "opvang",
        "planning",
        "post",
        "poli",
        "praktijk",
        "pers",
        "postbus",
        "press",
        "privacy",
        "projecten",
        "receptie",
        "recht",
        "redactie",
        "registratie",
        "school",
        "secretariaat",
        "secretaris",
        "service",
        "servicedesk",
        "shelter",
        "signaal",
        "signalen",
        "spreekuur",
        "studenten",
        "support",
        "team",
        "tolken",
        "training",
        "vacatures",
        "veiligheid",
        "vragen",
        "vrijwilliger",
        "vrijwilligers",
        "webmaster",
        "welkom",
        "werk",
        "winteropvang",
        "wonen",
        "zorg",
    ]
)

_ENDINGS = "nl|com|org|net|be|de|eu|info|uk|fr|example|amsterdam|frl"
_AROUND = re.compile(r"@")
_LOCAL = re.compile(r"[\w.+%'-]{1,64}\Z")
_DOMAIN = re.compile(r"(?:[^\W_](?:[\w-]{0,62}\.)){1,6}[^\W\d_]{2,24}")
_SPELT = re.compile(
    r"(?<![\w.])(?P<local>[\w.+-]{1,64}(?:\s(?:punt|dot)\s[\w.+-]{1,64}){0,3})\s{0,2}"
    r"(?:@|[(\[{<]\s?(?:at|@|apenstaart(?:je)?)\s?[)\]}>]|\b(?:apenstaart(?:je)?|at)\b)\s{0,2}"
    r"(?P<domain>[\w-]{2,63}(?:\s{0,2}(?:\.|\b(?:punt|dot)\b|[(\[{]\s?(?:punt|dot|\.)\s?[)\]}])\s{0,2}[\w-]{2,63}){0,3}?)"
    rf"\s{{0,2}}(?:\.|\b(?:punt|dot)\b|[(\[{{]\s?(?:punt|dot|\.)\s?[)\]}}])\s{{0,2}}(?P<ending>{_ENDINGS})\b",
    re.IGNORECASE,
)
_HINT = re.compile(r"@|\bat\b|apenstaart|\(at|\[at", re.IGNORECASE)


def addresses(text: str, known: Known) -> Iterator[Finding]:
    """Every address that is not a shared mailbox."""
    if not _HINT.search(text):
        return
    taken: set[int] = set()
    for sign in _AROUND.finditer(text):
        local = _LOCAL.search(text, max(0, sign.start() - 64), sign.start())
        domain = _DOMAIN.match(text, sign.end())
        if local and domain:
            taken.add(sign.start())
            yield from _unless_shared(local.start(), domain.end(), local.group() + "@" + domain.group(), known)
    for match in _SPELT.finditer(text):
        if not any(match.start() <= place < match.end() for place in taken):
            yield from _unless_shared(match.start(), match.end(), _written_out(match), known)


def _unless_shared(start: int, end: int, address: str, known: Known) -> Iterator[Finding]:
    local = address.partition("@")[0].lower().strip(".'-")
    if address.lower() in known.emails or local in ROLES or re.split(r"[.+_-]", local)[0] in ROLES:
        return
    yield Finding(start, end, What.E_MAIL, HARD)


def _written_out(match: re.Match[str]) -> str:
    dotted = re.sub(r"\s*(?:\bpunt\b|\bdot\b|[()\[\]{}])\s*", ".", match["local"] + "@" + match["domain"])
    return re.sub(r"\.{2,}|\s+", ".", dotted) + "." + match["ending"]
