"""Words of a list for which we have words of our own: what each becomes, known to us or chosen by a person. Pure."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from bsoo.i18n import gettext as _
from bsoo.registry import values, words
from bsoo.registry.imports.headers import Meaning
from bsoo.registry.imports.listed import Row
from bsoo.registry.imports.statuses import status_of
from bsoo.registry.models import MemberStatus, Sector
from bsoo.terms.models import Vocabulary
from bsoo.terms.words import Words

KEEP, DROP = "note", "-"
"""What may be chosen beside one of our words: keep it in the notes, or leave it out."""
NO_WORD = ("",)
"""What is known to say nothing here."""
_LONGEST = 120

_ENGLISH = frozenset({"en", "eng", "engels", "english", "uk", "gb"})
_DUTCH = frozenset({"nl", "ned", "nederlands", "dutch", "nld"})
_OTHER_SECTOR = frozenset({"anders", "other", "overig", "overige"})
"""Our own word for it, as lists that leave here say it, and what others write."""
_PLACES = {
    "a'dam": "Amsterdam",
    "adam": "Amsterdam",
    "asd": "Amsterdam",
    "r'dam": "Rotterdam",
    "rdam": "Rotterdam",
    "den bosch": "'s-Hertogenbosch",
    "s-gravenhage": "Den Haag",
    "'s-gravenhage": "Den Haag",
    "the hague": "Den Haag",
}


@dataclass(frozen=True, slots=True)
class Ours:
    """What words of a list can become: the managed lists, our regions, and the region into which it is imported."""

    listed: Words
    regions: tuple[str, ...] = ()
    here: str = ""


@dataclass(slots=True)
class Word:
    """A word under one of the columns, how often it is there, and what it becomes."""

    meaning: Meaning
    said: str
    known: tuple[str, ...]
    """Our own words (codes) for it, before anybody chose; none when we do not know it."""
    chosen: str
    """What a person chose instead; empty when nobody did."""
    count: int = 0

    @property
    def codes(self) -> tuple[str, ...]:
        if not self.chosen:
            return self.known
        return () if self.chosen in (KEEP, DROP) else (self.chosen,)

    @property
    def is_unknown(self) -> bool:
        """Whether nobody said yet what it is."""
        return not self.known and not self.chosen

    @property
    def is_kept(self) -> bool:
        """Whether it goes into the notes, so that it is not lost."""
        return self.is_unknown or self.chosen == KEEP


def _sector(said: str, ours: Ours) -> tuple[str, ...]:
    found = words.sector_of(said, ours.listed) or (str(Sector.OTHER) if said.casefold() in _OTHER_SECTOR else "")
    return (found,) if found else ()


def _language(said: str, _ours: Ours) -> tuple[str, ...]:
    word = said.casefold()
    return ("en",) if word in _ENGLISH else ("nl",) if word in _DUTCH else ()


def _invited(said: str, _ours: Ours) -> tuple[str, ...]:
    """That somebody left is read elsewhere; here it says neither yes nor no."""
    found = values.yes_or_no(said)
    if found is None:
        return NO_WORD if values.says_left(said) else ()
    return ("yes" if found else "no",)


def _status(said: str, _ours: Ours) -> tuple[str, ...]:
    """As above, of somebody who left."""
    found = status_of(said)
    return (found.value,) if found else NO_WORD if values.says_left(said) else ()


def _place(said: str, _ours: Ours) -> tuple[str, ...]:
    """A town is what it is called; only of a few we know that they are written otherwise."""
    return (_PLACES.get(said.casefold().strip("."), said),)


def _region(said: str, ours: Ours) -> tuple[str, ...]:
    """One of our regions: called so or as its town is, or named in what is said ("Almere Stad", "BSOO Amsterdam")."""
    town = values.folded(_place(said, ours)[0])
    there = _WORD.findall(town)
    found = [name for name in ours.regions if values.folded(name) == town or values.folded(name) in there]
    return tuple(found) if len(found) == 1 else ()


_WORD = re.compile(r"[^\W_]+")


def _themes(said: str, ours: Ours) -> tuple[str, ...]:
    """Google puts a star before the groups that it makes itself, as "* myContacts"."""
    return NO_WORD if said.startswith("*") else words.themes_of(said, ours.listed)


_GUESSES: dict[Meaning, Callable[[str, Ours], tuple[str, ...]]] = {
    Meaning.SECTOR: _sector,
    Meaning.THEMES: _themes,
    Meaning.LANGUAGE: _language,
    Meaning.STATUS: _status,
    Meaning.INVITED: _invited,
    Meaning.CITY: _place,
    Meaning.REGION: _region,
}
KINDS = tuple(_GUESSES)
"""Columns whose words have words of our own."""


def may_become(meaning: Meaning, choice: str, ours: Ours) -> bool:
    """Whether a word of such a column can become this; of towns the reader knows what there is."""
    fixed: dict[Meaning, Iterable[str]] = {
        Meaning.SECTOR: ours.listed.offered(Vocabulary.SECTOR),
        Meaning.THEMES: ours.listed.offered(Vocabulary.THEME),
        Meaning.LANGUAGE: ("nl", "en"),
        Meaning.STATUS: [status.value for status in MemberStatus],
        Meaning.INVITED: ("yes", "no"),
        Meaning.REGION: ours.regions,
    }
    return choice in (KEEP, DROP) or (choice in fixed[meaning] if meaning in fixed else 0 < len(choice) <= _LONGEST)


def key(meaning: Meaning, said: str) -> str:
    """How a choice is remembered; capitals and accents do not matter."""
    return f"{meaning}:{values.folded(said)}"


class Glossary:
    """The words of one list, each looked up once."""

    def __init__(self, chosen: Mapping[str, str], ours: Ours) -> None:
        self.chosen, self.ours = chosen, ours
        self.found: dict[tuple[Meaning, str], Word] = {}

    def of(self, meaning: Meaning, said: str) -> Word:
        word = self.found.get((meaning, said))
        if word is None:
            choice = self.chosen.get(key(meaning, said), "")
            usable = choice if choice and may_become(meaning, choice, self.ours) else ""
            word = self.found[meaning, said] = Word(meaning, said, _GUESSES[meaning](said, self.ours), usable)
        word.count += 1
        return word


def settle(rows: Sequence[Row], chosen: Mapping[str, str], ours: Ours) -> list[Word]:
    """Put our words into the rows in place of theirs; says which words there were, those that nobody knows first."""
    glossary = Glossary(chosen, ours)
    for row in rows:
        if row.sector:
            row.sector = _one(row, glossary.of(Meaning.SECTOR, row.sector))
        if row.city:
            row.city = _one(row, glossary.of(Meaning.CITY, row.city))
        if row.region_said:
            said = _one(row, glossary.of(Meaning.REGION, row.region_said))
            row.elsewhere = said if said != ours.here else ""
        if row.language:
            row.language = _one(row, glossary.of(Meaning.LANGUAGE, row.language))
        if row.status_said:
            said = _one(row, glossary.of(Meaning.STATUS, row.status_said))
            row.status = MemberStatus(said) if said else None
        if row.invited_said:
            said = _one(row, glossary.of(Meaning.INVITED, row.invited_said))
            row.invited = {"yes": True, "no": False}.get(said)
        if row.themes:
            found = [glossary.of(Meaning.THEMES, said) for said in row.themes]
            row.themes = tuple(dict.fromkeys(code for word in found for code in word.codes if code))
            row.kept += [kept(word) for word in found if word.is_kept]
    return sorted(glossary.found.values(), key=lambda word: (not word.is_unknown, -word.count, word.said))


def _one(row: Row, word: Word) -> str:
    if word.is_kept:
        (row.kept_of_person if word.meaning in _OF_PERSONS else row.kept).append(kept(word))
    return word.codes[0] if word.codes else ""


_OF_PERSONS = (Meaning.LANGUAGE, Meaning.STATUS, Meaning.INVITED)


def kept(word: Word) -> str:
    """A word that is not lost, with the column that it stood in."""
    return f"{word.meaning}:{word.said[:_LONGEST]}"


_MOST_NOTES = 2_000


def noted(notes: str, fresh: Sequence[str]) -> str:
    """Notes with words of a list below them, as far as there is room."""
    for each in fresh:
        meaning, _colon, said = each.partition(":")
        line = _("In the list, %(column)s: %(word)s", column=_(words.MEANINGS[Meaning(meaning)]).lower(), word=said)
        if line not in notes and len(notes) + len(line) < _MOST_NOTES:
            notes = f"{notes}\n{line}".strip()
    return notes


def not_yet(before: str, now: Sequence[str]) -> list[str]:
    """The kept words that no earlier list said; who took one out of the notes does not get it back."""
    return [each for each in dict.fromkeys(now) if each not in before.split("\n")]
