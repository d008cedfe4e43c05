"""Names of people, the Dutch way: given name, tussenvoegsel, family name; titles and a role in brackets apart. Pure."""

import re
from functools import lru_cache
from typing import NamedTuple

from bsoo.registry import values
from bsoo.registry.values import cleaned, folded


class Name(NamedTuple):
    """The parts of one person's name."""

    given: str = ""
    infix: str = ""
    family: str = ""
    titles: str = ""
    role: str = ""


_PREFIXES = """
    dhr heer hr mw mevr mevrouw mej mr mrs miss dr drs ir ing prof bsc msc llm llb phd mba ds eerw pastor
"""
_SUFFIXES = "msc bsc llm llb phd mba mph ma ba rn"
_INFIXES = """
    van de den der des ter ten te in op 't 's t s het uit aan bij voor over onder tot toe
    von vom zu zum zur da das do dos du di del della dela la le les lo
"""
_BEGINNINGS = "el al ben bin bint bou abu abou ait aït ould oulad o' mac st. san santa"

_TITLES = frozenset(_PREFIXES.split())
_TITLES_BEHIND = frozenset(_SUFFIXES.split())
_INFIX_WORDS = frozenset(_INFIXES.split())
_INFIX_STARTS = _INFIX_WORDS - {"t", "s", "het", "toe", "do"}
_INFIX_ALONE = _INFIX_WORDS | {"d'", "l'"}
_SALUTATION = re.compile(r"^(?:de\s+heer|dhr\.?\s*/\s*mw\.?|mw\.?\s*/\s*dhr\.?)\s+", re.IGNORECASE)
_BRACKETS = re.compile(r"\s*[(\[]([^()\[\]]*)[)\]]\s*")
_GIVEN_AND_FAMILY = 2
_A_WORD = 4
"""Fewer letters say nothing about how somebody writes capitals."""
_FAMILY_BEGINS = frozenset(_BEGINNINGS.split())
_ELIDED = re.compile(r"^(d|l)'(?=\w)", re.IGNORECASE)
_INITIALS = re.compile(r"(?:[^\W\d_]{1,2}\.)+[^\W\d_]?\.?|[A-Z]{1,3}")
_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "`": "'", "´": "'", "ʼ": "'"})


def joined(given: str, infix: str, family: str) -> str:
    """The name as one writes it: Lotte van Dijk, Chloë d'Hondt."""
    end = infix + family if infix.endswith("'") else f"{infix} {family}"
    return f"{given} {end}".strip().replace("  ", " ")


def split_name(written: str) -> Name:
    """Take a whole name apart: "mw. drs. Zoë in 't Veld (coördinator)", "Vries, Femke de", "El Idrissi, S.".

    That somebody left ("Kees Bos - uit dienst") is no part of the name.
    """
    bare, roles = cleaned(written if written.isascii() else written.translate(_APOSTROPHES)).replace("`", "'"), ""
    if "(" in bare or "[" in bare:
        bare, roles = _without_brackets(bare)
    bare = values.without_leaving(bare)
    if not roles and (job := _JOB.search(bare)):
        bare, roles = bare[: job.start()], job[1]
    bare, titles = _without_titles(bare)
    if "," in bare:
        given, infix, family, more = _family_first(bare)
        return Name(given, infix, family, " ".join(filter(None, (titles, more))), roles)
    given, infix, family = _split_words(_capitalised(bare).split())
    return Name(given, infix, family, titles, roles)


_JOB = re.compile(
    r"(?:,|\s[-–|])\s*((?:[a-z]+\s){0,3}(?:co[oö]rdinator|\w*werk(?:st)?er|\w*adviseur|jurist|advocaat|\w*manager|\w*directeur|"
    r"voorzitter|secretaris|\w*begeleider|(?:huis)?arts|\w*verpleegkundige|consulent|\w*leider|predikant|pastor|vrijwilliger|"
    r"bestuurslid|hulpverlener|docent|tolk))$",
    re.IGNORECASE,
)
"""A column of names and jobs together: "Jan de Wit, coördinator"."""


@lru_cache(maxsize=20_000)
def split_family(written: str) -> tuple[str, str]:
    """The tussenvoegsel and the rest of a family name: "van den Berg", "Berg, van den"."""
    bare = cleaned(written.translate(_APOSTROPHES))
    if "," in bare:
        family, _, infix = bare.partition(",")
        if is_infix(infix):
            return infix.strip(), family.strip()
    words = bare.split()
    if end := _infix_end(bare.casefold().split(), 0):
        return " ".join(words[:end]), " ".join(words[end:])
    if match := _ELIDED.match(bare):
        return match[0], bare[match.end() :]
    return "", bare


@lru_cache(maxsize=2_000)
def clean_infix(written: str) -> str:
    """A tussenvoegsel with straight apostrophes; in capitals only where somebody wrote it so."""
    return cleaned(written.translate(_APOSTROPHES))


def is_infix(written: str) -> bool:
    """Whether a text is a tussenvoegsel and nothing else."""
    words = written.casefold().translate(_APOSTROPHES).split()
    return bool(words) and _INFIX_ALONE.issuperset(words)


def are_titles(written: str) -> bool:
    """Whether a text is one or more titles and nothing else: "mw. drs."."""
    words = written.replace(".", ". ").split()
    return bool(words) and all(_is_title(word) or _is_title_behind(word) for word in words)


def _without_brackets(written: str) -> tuple[str, str]:
    roles = ", ".join(filter(None, map(values.without_leaving, _BRACKETS.findall(written))))
    return cleaned(_BRACKETS.sub(" ", written)), roles


def _without_titles(written: str) -> tuple[str, str]:
    """Titles before and behind the name; what is left is never empty."""
    titles: list[str] = []
    if match := _SALUTATION.match(written):
        titles.append(cleaned(match[0]))
        written = written[match.end() :]
    words = written.split()
    while len(words) > 1 and _is_title(words[0]):
        titles.append(words.pop(0))
    behind: list[str] = []
    while len(words) > _GIVEN_AND_FAMILY and _is_title_behind(words[-1]):
        behind.insert(0, words.pop())
    if not titles and not behind:
        return written, ""
    if behind and words[-1].endswith(","):
        words[-1] = words[-1].rstrip(",")
    return " ".join(words), " ".join(titles + behind)


def _is_title(word: str) -> bool:
    return word.casefold().rstrip(".,") in _TITLES


def _is_title_behind(word: str) -> bool:
    return word.casefold().strip(".,") in _TITLES_BEHIND


def _family_first(written: str) -> tuple[str, str, str, str]:
    """ "Vries, Femke de", "Vries, F. de, MSc", "de Vries, Femke"."""
    family, _, rest = written.partition(",")
    rest, _, more = rest.partition(",")
    words = _capitalised(rest).split()
    cut = next((place for place, word in enumerate(words) if is_infix(" ".join(words[place:])) and place), len(words))
    infix = " ".join(words[cut:])
    infix_before, family = split_family(_capitalised(family))
    return " ".join(words[:cut]), " ".join(filter(None, (infix, infix_before))), family, cleaned(more)


def _split_words(words: list[str]) -> tuple[str, str, str]:
    if len(words) < _GIVEN_AND_FAMILY:
        return "", *split_family(" ".join(words))
    if "." in words[-1] and _INITIALS.fullmatch(words[-1]) and not _INITIALS.fullmatch(words[0]):
        words = words[-1:] + words[:-1]
    lowered = [word.casefold() for word in words]
    first = 0 if len(words) > _GIVEN_AND_FAMILY and _INFIX_ALONE.issuperset(lowered[:2]) else 1
    for place in range(first, len(words)):
        if end := _infix_end(lowered, place):
            return " ".join(words[:place]), " ".join(words[place:end]), " ".join(words[end:])
        if "'" in words[place] and (match := _ELIDED.match(words[place])):
            tail = " ".join([words[place][match.end() :], *words[place + 1 :]])
            return " ".join(words[:place]), match[0], tail
        if lowered[place] in _FAMILY_BEGINS or ("-" in words[place] and _is_double(words[place])):
            break
    else:
        place = len(words) - 1
    if end := _infix_end(lowered, 0):
        return "", " ".join(words[:end]), " ".join(words[end:])
    return " ".join(words[:place]), "", " ".join(words[place:])


def _infix_end(lowered: list[str], start: int) -> int:
    """Where the tussenvoegsel that begins at this word ends; 0 when none does or no name would follow."""
    last = len(lowered) - 1
    if start >= last or lowered[start] not in _INFIX_STARTS:
        return 0
    end = start + 1
    while end < last and lowered[end] in _INFIX_WORDS:
        end += 1
    return end


def _is_double(word: str) -> bool:
    """Hendriks-de, the first half of Hendriks-de Wit."""
    _, hyphen, after = word.rpartition("-")
    return bool(hyphen) and after.casefold() in _INFIX_WORDS


def _capitalised(written: str) -> str:
    """Names that were shouted or whispered get ordinary capitals; all others stay as they are."""
    if not (written.isupper() or written.islower()) or sum(map(str.isalpha, written)) < _A_WORD:
        return written
    return " ".join(_proper(word) for word in written.split(" "))


def _proper(word: str) -> str:
    lowered = word.lower()
    if lowered in _INFIX_WORDS:
        return lowered
    if "." in word:
        return word.upper()
    parts = (part if part in _INFIX_WORDS else part[:1].upper() + part[1:] for part in lowered.split("-"))
    return "-".join(parts)


def sort_name(given: str, infix: str, family: str) -> str:
    """Sorted the Dutch way: by family name without tussenvoegsel, then given name, then tussenvoegsel."""
    return folded(f"{family} {given} {infix}".strip())[:240]
