"""Birth dates and the numbers of papers, files and vehicles: only beside a word that says so."""

import re
from collections.abc import Iterator

from bsoo.signals.guard.kinds import HARD, Cues, Finding, What

_MONTH = (
    "jan(?:uari|uary)?|feb(?:ruari|ruary)?|mrt|maart|mar(?:ch)?|apr(?:il)?|mei|may|jun(?:i|e)?|jul(?:i|y)?|aug(?:ustus|ust)?"
    "|sep(?:t|tember)?|okt(?:ober)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?"
)
_YEAR = r"(?:'?\d{2}|(?:19|20)\d{2})"
_DATE = re.compile(
    rf"(?<![\d.\-/])(?:\d{{1,2}}\s?[-/. ]\s?\d{{1,2}}\s?[-/. ]\s?{_YEAR}|(?:19|20)\d{{2}}[-/.]\d{{1,2}}[-/.]\d{{1,2}}"
    rf"|\d{{1,2}}(?:e|st|nd|rd|th)?[ .\-]{{1,2}}(?:of )?(?:{_MONTH})\.?,?[ \-]{{1,2}}{_YEAR}"
    rf"|(?:{_MONTH})\.? \d{{1,2}}(?:st|nd|rd|th)?,? {_YEAR}|[0-3]\d[01]\d(?:19|20)\d{{2}})(?!\d)",
    re.IGNORECASE,
)
_BIRTH = re.compile(
    r"\bgeb\.|\bgeb\b|\bgeboren\b|\bgeboorte(?:datum|dag)?\b|\bborn\b|\bbirth(?:day|date)?\b|\bd\.?o\.?b\b|\bjarig\b|\bverjaar\w*",
    re.IGNORECASE,
)
_LIMIT = re.compile(r"\b(?:voor|vóór|na|vanaf|tot|before|after|since|until|sinds|uiterlijk)\s+$", re.IGNORECASE)

_PAPER = re.compile(
    r"\b(?:paspoort|passport|identiteitskaart|identiteitsbewijs|id-?kaart|id-?bewijs|id[ -]card|identity card"
    r"|laissez[ -]passer|verblijfs(?:document|pas|kaart|vergunning)|residence (?:permit|document|card)|permit"
    r"|w-?document|vreemdelingendocument|rijbewijs|driving licen[cs]e|document)(?:en)?"
    r"(?:[ -]?(?:nummer|nr|number|no))?\b",
    re.IGNORECASE,
)
_PAPER_NUMBER = re.compile(r"\b(?:[A-Z]{1,3}[ \-]?\d{5,9}|(?=[A-Z]{0,8}\d)[A-Z0-9]{7,12})\b", re.IGNORECASE)
FEWEST_DIGITS = 4
_FILE = re.compile(
    r"\b(?:pati[eë]nt|cli[eë]nt|client|dossier|klant|polis|verzekerden|zorg|bewoners|cjib|detainee|case)"
    r"(?:en)?[ -]?(?:nummer|nr|number|no)\b\.?[\W]{0,3}(?:is |was )?#?"
    r"(?P<number>[A-Z]{0,3}[ \-]?\d[\d.\-/]{3,14})(?!\s?(?:-|tot|t/m|to)\s?\d)",
    re.IGNORECASE,
)
_VEHICLE = re.compile(
    r"\b(?:kenteken|nummerplaat|nummerbord|licen[cs]e plate|number plate|registration|plate|auto|busje|bus"
    r"|bestelbus|scooter|car|taxi|brommer)\b",
    re.IGNORECASE,
)
_PLATE = re.compile(
    r"(?<![\w\-])(?=[A-Z0-9]{1,3}[- ]?[A-Z0-9]{2,3}[- ]?[A-Z0-9]{1,2}(?![\w\-]))"
    r"(?:[A-Z]{2}-?\d{2}-?\d{2}|\d{2}-?\d{2}-?[A-Z]{2}|\d{2}-?[A-Z]{2}-?\d{2}|[A-Z]{2}-?\d{2}-?[A-Z]{2}|[A-Z]{2}-?[A-Z]{2}-?\d{2}"
    r"|\d{2}-?[A-Z]{2}-?[A-Z]{2}|\d{2}-?[A-Z]{3}-?\d|\d-?[A-Z]{3}-?\d{2}|[A-Z]{2}-?\d{3}-?[A-Z]|[A-Z]-?\d{3}-?[A-Z]{2}"
    r"|[A-Z]{3}-?\d{2}-?[A-Z]|[A-Z]-?\d{2}-?[A-Z]{3}|\d-?[A-Z]{2}-?\d{3}|\d{3}-?[A-Z]{2}-?\d)(?![\w\-])",
    re.IGNORECASE,
)


def birth_dates(text: str) -> Iterator[Finding]:
    """A full date within 25 characters of a word for being born; "geboren voor 1 januari 2006" is a limit."""
    cues = Cues(_BIRTH, text)
    if not cues.ends:
        return
    for date in _DATE.finditer(text):
        near = cues.near(date.start(), date.end(), before=25, after=25)
        if near and not _LIMIT.search(text, max(0, date.start() - 12), date.start()):
            yield Finding(date.start(), date.end(), What.BIRTH_DATE, HARD)


def paper_numbers(text: str) -> Iterator[Finding]:
    """Passport, permit, file and vehicle numbers, within 40 characters after the word for the thing."""
    for cue in _PAPER.finditer(text):
        for number in _PAPER_NUMBER.finditer(text, cue.end(), cue.end() + 45):
            if sum(map(str.isdigit, number.group())) >= FEWEST_DIGITS and ". " not in text[cue.end() : number.start()]:
                yield Finding(number.start(), number.end(), What.DOCUMENT, HARD)
                break
    for match in _FILE.finditer(text):
        yield Finding(*match.span("number"), What.DOCUMENT, HARD)
    for cue in _VEHICLE.finditer(text):
        if plate := _PLATE.search(text, cue.end(), cue.end() + 40):
            yield Finding(plate.start(), plate.end(), What.DOCUMENT, HARD)
