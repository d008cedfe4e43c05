"""What somebody who wrote back seems to say of coming: a suggestion to a coordinator, better none than a wrong one."""

import pytest

from bsoo.mail.returning.saying import Saying, saying

COMES, ONLINE, NOT = Saying.COMES, Saying.ONLINE, Saying.NOT

SAID = {
    "Ik kom.": COMES,
    "Ik kom graag!": COMES,
    "Dank voor de uitnodiging, ik ben erbij.\n\nGroet, Samira": COMES,
    "Beste Noor,\nWij komen met z'n tweeën.": COMES,
    "Ja, graag": COMES,
    "Ja": COMES,
    "Aanwezig": COMES,
    "Hoi, donderdag ben ik aanwezig.": COMES,
    "Ik zal er zijn. Tot dan!": COMES,
    "Ik sluit graag aan.": COMES,
    "Yes": COMES,
    "I'll be there.": COMES,
    "Thank you, I will attend the meeting.": COMES,
    "We are coming, see you there": COMES,
    "Ik kom online.": ONLINE,
    "Ik sluit digitaal aan via Teams.": ONLINE,
    "I will join online": ONLINE,
    "Ik kom niet.": NOT,
    "Helaas ben ik verhinderd.": NOT,
    "Ik kan er deze keer helaas niet bij zijn": NOT,
    "Ik moet me afmelden voor het overleg.": NOT,
    "Hierbij meld ik me af.": NOT,
    "Sorry, het lukt me niet.": NOT,
    "Ik ben die dag afwezig.": NOT,
    "Unfortunately I can't make it.": NOT,
    "I am not able to attend.": NOT,
    "I regret that I will not come.": NOT,
    "Ik kom misschien.": None,
    "Ik kom hier later op terug.": None,
    "Ik weet nog niet of ik kan komen.": None,
    "Kan ik ook online komen?": None,
    "Ik kom niet, maar mijn collega Bo komt in mijn plaats.": None,
    "Ik kom graag. Alleen kan ik niet voor drie uur.": None,
    "Dank u wel.": None,
    "": None,
    "Kunt u mijn adres veranderen?": None,
    "Ik ben niet meer werkzaam bij De Kade; schrijf mijn opvolger.": None,
    "We try to come.": None,
    "Ik kan de bijlage niet openen.": None,
    "Ik kan niet wachten tot u antwoordt": None,
    "Ik ben het er niet mee eens.": None,
    "De link werkt niet.": None,
    "Ik kom liever niet alleen": None,
}


@pytest.mark.once
@pytest.mark.parametrize(("text", "expected"), SAID.items(), ids=lambda one: str(one)[:40])
def test_a_plain_yes_or_no_is_understood_and_everything_else_is_left_to_a_person(
    text: str, expected: Saying | None
) -> None:
    assert saying(text) is expected


@pytest.mark.once
def test_a_long_mail_is_read_at_its_beginning_alone_and_quickly() -> None:
    text = "Ik ben " + "er nu " * 20_000 + "bij. Ik kom niet."

    assert saying(text) is None
    assert saying("Ik kom. " + "x" * 1000 + " Ik kom niet.") is COMES
