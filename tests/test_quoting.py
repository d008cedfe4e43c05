"""What somebody wrote, without the letter that they answer to and without what their mail program adds."""

import pytest

from bsoo.mail.returning.quoting import own_words
from tests.test_returning import mail, written

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    "below",
    [
        "*Van:* BSOO <a@bsoo.example>\n*Verzonden:* maandag\n*Aan:* Jan\n\nBeste Jan",
        "Outlook voor iOS downloaden\n________________________________\nVan: BSOO",
    ],
)
def test_what_a_mail_program_adds_is_cut_off(below: str) -> None:
    assert written("RE: Uitnodiging", f"Ik kom graag.\n\n{below}").text == "Ik kom graag."


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("reply-outlook", "Beste Noor,\n\nIk kom graag, maar pas om 14.00 uur.\n\nGroet, Jan"),
        ("reply-gmail-html", "Dank, ik ben er.\nMag mijn collega mee?"),
        ("reply-forwards-bounce", "Wat betekent dit?"),
        ("reply-bottom", "Ja, ik kom."),
        ("reply-latin1", "Dat is een goed idee, één vraag: hoe laat?"),
        ("reply-bad-charset", "Ik kom."),
    ],
)
def test_what_somebody_quotes_is_cut_off(name: str, words: str) -> None:
    assert mail(name).text == words


def test_a_line_that_only_looks_like_a_header_is_no_quote() -> None:
    assert own_words("Van: het station is het tien minuten lopen.\n\nTot dan.") == (
        "Van: het station is het tien minuten lopen.\n\nTot dan."
    )
