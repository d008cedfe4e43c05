"""E-mail addresses, also when written to be overlooked; shared mailboxes of services are no person."""

import re
from collections.abc import Iterator

from bsoo.signals.guard.kinds import HARD, Finding, Known, What
from bsoo.signals.guard.vocabulary import MAILBOXES

_ENDINGS = "nl|com|org|net|be|de|eu|info|uk|fr|example|amsterdam|frl"
_AROUND = re.compile(r"@")
LONGEST_LOCAL = 64
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
        start = _start_of_local(text, sign.start())
        domain = _DOMAIN.match(text, sign.end())
        if start < sign.start() and domain:
            taken.add(sign.start())
            yield from _unless_shared(start, domain.end(), text[start : domain.end()], known)
    for match in _SPELT.finditer(text):
        if not any(match.start() <= place < match.end() for place in taken):
            yield from _unless_shared(match.start(), match.end(), _written_out(match), known)


def _start_of_local(text: str, sign: int) -> int:
    """Where the part before the @ begins."""
    start = sign
    while start and sign - start < LONGEST_LOCAL and (text[start - 1].isalnum() or text[start - 1] in "._%+'-"):
        start -= 1
    return start


def _unless_shared(start: int, end: int, address: str, known: Known) -> Iterator[Finding]:
    local = address.partition("@")[0].lower().strip(".'-")
    if address.lower() in known.emails or local in MAILBOXES or re.split(r"[.+_-]", local)[0] in MAILBOXES:
        return
    yield Finding(start, end, What.E_MAIL, HARD)


def _written_out(match: re.Match[str]) -> str:
    dotted = re.sub(r"\s*(?:\bpunt\b|\bdot\b|[()\[\]{}])\s*", ".", match["local"] + "@" + match["domain"])
    return re.sub(r"\.{2,}|\s+", ".", dotted) + "." + match["ending"]
