"""Absence messages and other automatic answers: what they are called, and until when somebody is away."""

from datetime import date

import pytest

from bsoo.mail.returning.absences import away, away_until
from bsoo.mail.returning.kinds import Kind
from tests.test_returning import TODAY, mail, written

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Ik ben afwezig tot 3 december.", date(2026, 12, 3)),
        ("Afwezig t/m 2 december", date(2026, 12, 3)),
        ("Ik ben vrij tot en met woensdag 2 december 2026", date(2026, 12, 3)),
        ("Ik ben met verlof tot 4-1.", date(2027, 1, 4)),
        ("Vanaf 14 december ben ik weer bereikbaar; nu afwezig.", date(2026, 12, 14)),
        ("Ik ben weer aanwezig op maandag 30 november", date(2026, 11, 30)),
        ("I am out of the office until December 3rd, 2026", date(2026, 12, 3)),
        ("I am away and will be back on 14/12.", date(2026, 12, 14)),
        ("On leave through 2 December", date(2026, 12, 3)),
        ("Ik ben afwezig.", None),
        ("Het overleg is op 10 december, tot dan.", None),
        ("Ik ben afwezig tot 31-13.", None),
        ("Ik ben afwezig tot ma. 30 nov.", date(2026, 11, 30)),
        ("Ik ben afwezig tot uiterlijk de 30e november", date(2026, 11, 30)),
        ("Ik ben afwezig tot 2027-01-04", date(2027, 1, 4)),
        ("Ik ben afwezig tot 10.12 uur.", None),
        ("Maandag 30 november ben ik weer terug.", date(2026, 11, 30)),
        ("Vanaf maandag 30 november lees ik mijn mail weer. Ik ben met vakantie.", date(2026, 11, 30)),
        ("Afwezig: 20 november - 29 november 2026", date(2026, 11, 30)),
        ("Out of office 20-29 November", date(2026, 11, 30)),
        ("I am on holiday and back at work from Mon 30 Nov", date(2026, 11, 30)),
    ],
)
def test_until_when_somebody_is_away(text: str, day: date | None) -> None:
    assert away_until(text, TODAY) == day


def test_around_new_year_a_day_without_a_year_is_the_one_nearby() -> None:
    new_year, twelfth_night = date(2027, 1, 1), date(2027, 1, 6)

    assert away_until("Afwezig t/m 31 december.", new_year) == new_year
    assert away_until("Afwezig t/m 31 december.", twelfth_night) is None
    assert away_until("Afwezig van 20 december tot 4 januari.", new_year) == date(2027, 1, 4)


@pytest.mark.parametrize(
    ("subject", "day"),
    [
        ("Automatisch antwoord: Gaat niet door: overleg Amsterdam op donderdag 10 december", None),
        ("Automatisch antwoord: Uw signaal telt mee: opvang tot 1 december", None),
        ("Verslag van het overleg in Amsterdam op 10 december", None),
        ("Re: Afwezig t/m 29 november: Uitnodiging", date(2026, 11, 30)),
    ],
)
def test_the_day_in_our_own_subject_is_not_when_somebody_is_back(subject: str, day: date | None) -> None:
    assert away(subject, "Ik ben met verlof.", TODAY) == day


def test_an_absence_is_shown_with_its_day() -> None:
    days = {name: mail(name).away_until for name in ("oof-nl", "oof-en", "oof-no-headers", "oof-left")}

    assert days == {
        "oof-nl": date(2026, 12, 3),
        "oof-en": date(2026, 12, 3),
        "oof-no-headers": date(2026, 12, 3),
        "oof-left": None,
    }


@pytest.mark.parametrize(
    ("subject", "words"),
    [
        ("Niet op kantoor: Uitnodiging", "Ik ben er niet."),
        ("Automatisch afwezigheidsbericht", "Ik ben er niet."),
        ("I'm out of the office", "Call my colleague."),
        ("[#1234] Uw bericht is ontvangen", "Dank."),
        ("Met verlof t/m vrijdag 4 december: Uitnodiging", ""),
        ("Zwangerschapsverlof", "Ik ben met zwangerschapsverlof tot 1 maart 2027."),
        ("Ziek", "Ik ben ziek, terug op 1 december."),
    ],
)
def test_a_machine_without_the_headers_of_one_is_known_by_its_subject(subject: str, words: str) -> None:
    assert written(subject, words).kind is Kind.AUTO_REPLY


@pytest.mark.parametrize(
    ("subject", "words"),
    [
        (
            "Onbestelbaar",
            "Mijn mail aan piet@example.org kon niet worden bezorgd: 550 5.1.1 user unknown. Klopt zijn adres?",
        ),
        ("Post niet bezorgd", "De uitnodiging is niet bezorgd bij piet@example.org. De mailbox was vol."),
        ("Verlof", "Ik heb verlof die dag, sorry."),
        ("Vakantie: kan het later?", "Ik ben er 10 december niet."),
        ("Auto delen?", "Wie rijdt er mee?"),
        ("Niet meer werkzaam bij De Kade", "Per 1 november werk ik hier niet meer."),
    ],
)
def test_what_a_person_writes_is_read_by_a_person(subject: str, words: str) -> None:
    assert written(subject, words).kind is Kind.REPLY
