"""What comes in is sorted: mails written from the standards, and what a real Postfix and a real Exim sent back.

The mails and what they are stand in data/incoming; every address in them is an example.
"""

import csv
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bsoo.mail.returning.absences import away_until
from bsoo.mail.returning.causes import judge
from bsoo.mail.returning.kinds import Cause, Kind, Mail
from bsoo.mail.returning.quoting import own_words
from bsoo.mail.returning.sorting import sort

pytestmark = pytest.mark.once

FOLDER = Path(__file__).parent / "data" / "incoming"
LABELS = list(csv.DictReader((FOLDER / "labels.tsv").read_text(encoding="utf-8").splitlines(), delimiter="\t"))
TODAY = date(2026, 11, 23)
TOKEN = "0123456789abcdef0123456789abcdef"


def mail(name: str) -> Mail:
    return sort((FOLDER / f"{name}.eml").read_bytes(), TODAY)


def found(name: str) -> dict[str, str]:
    sorted_ = mail(name)
    causes = sorted({str(one.cause or "") for one in sorted_.about})
    answers = sorted({str(one.answer or "") for one in sorted_.about})
    return {
        "mail": name,
        "kind": str(sorted_.kind),
        "class": " ".join(causes),
        "address": " ".join(one.address for one in sorted_.about),
        "answer": " ".join(answers),
    }


def test_the_set_holds_mails_of_every_kind_and_every_cause() -> None:
    kinds = Counter(label["kind"] for label in LABELS)
    causes = {label["class"] for label in LABELS if label["class"]}

    assert len(LABELS) >= 60
    assert set(kinds) == {str(kind) for kind in Kind}
    assert causes == {str(cause) for cause in Cause}
    assert {label["mail"] for label in LABELS} == {file.stem for file in FOLDER.glob("*.eml")}


@pytest.mark.parametrize("label", LABELS, ids=lambda label: str(label["mail"]))
def test_a_mail_is_what_it_is(label: dict[str, str]) -> None:
    assert found(label["mail"]) == label


def test_no_address_that_lives_is_called_dead_and_no_answer_a_bounce() -> None:
    living = [label["mail"] for label in LABELS if label["class"] != "dead"]
    answers = [label["mail"] for label in LABELS if label["kind"] in {"auto-reply", "reply", "calendar-reply"}]

    assert [name for name in living if any(one.cause is Cause.DEAD for one in mail(name).about)] == []
    assert [name for name in answers if mail(name).kind is Kind.BOUNCE] == []


def test_a_report_names_the_letter_by_its_return_token_and_by_its_number() -> None:
    report = mail("postfix-dead-dead")

    assert report.tokens == (TOKEN,)
    assert report.message_ids == ("<019ab000000070008000000000000001@bsoo.example>",)


def test_a_report_for_people_names_the_letter_by_the_number_in_its_copy() -> None:
    assert mail("gmail-old-text").message_ids == ("<019ab000000070008000000000000001@bsoo.example>",)


def test_the_words_are_those_of_the_server() -> None:
    words = {
        name: mail(name).about[0].words for name in ("postfix-dead-oldstyle", "exim-dead-bestaatniet", "qmail-dead")
    }

    assert words == {
        "postfix-dead-oldstyle": "550 No such user here",
        "exim-dead-bestaatniet": "Unrouteable address",
        "qmail-dead": "Remote host said: 550 5.1.1 <jan@example.org>: Recipient address rejected: User unknown",
    }


def test_a_forward_that_fails_says_to_whom_we_wrote() -> None:
    about = mail("forward-dead").about[0]

    assert (about.address, about.original) == ("priv@example.com", "jan@example.org")


@pytest.mark.parametrize(
    ("status", "words", "cause"),
    [
        ("5.1.1", "550 5.1.1 User unknown", Cause.DEAD),
        ("", "550 unknown user", Cause.DEAD),
        ("5.0.0", "550 5.1.1 no such mailbox", Cause.DEAD),
        ("5.1.1", "450 4.1.1 user unknown, try again later", Cause.OTHER),
        ("5.1.1", "550 5.1.1 rejected, your IP is on our blocklist", Cause.OUR_FAULT),
        ("5.7.1", "554 5.7.1 Recipient address rejected: Access denied", Cause.OUR_FAULT),
        ("5.4.1", "550 5.4.1 Recipient address rejected: Access denied", Cause.DEAD),
        ("5.1.8", "550 5.1.8 Sender address rejected: Domain not found", Cause.OUR_FAULT),
        ("5.1.0", "550 5.1.0 sender rejected: unknown user", Cause.OUR_FAULT),
        ("5.4.4", "Host or domain name not found. Name service error: Host not found, try again", Cause.OTHER),
        ("5.4.4", "Host or domain name not found. Name service error for name=weg.example", Cause.DEAD),
        ("5.2.2", "", Cause.FULL),
        ("4.2.2", "452 4.2.2 over quota", Cause.FULL),
        ("5.2.1", "550 5.2.1 account disabled", Cause.OTHER),
        ("5.3.4", "552 5.3.4 message size exceeds fixed limit", Cause.OTHER),
        ("5.7.1", "", Cause.OUR_FAULT),
        ("", "", Cause.OTHER),
        ("", "554 hourly sending quota exceeded, too many messages", Cause.OUR_FAULT),
        ("", "550 spam@example.org: recipient accepted nothing", Cause.OTHER),
    ],
)
def test_only_what_is_certain_makes_an_address_dead(status: str, words: str, cause: Cause) -> None:
    assert judge(status, words) is cause


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
    ],
)
def test_until_when_somebody_is_away(text: str, day: date | None) -> None:
    assert away_until(text, TODAY) == day


def test_an_absence_is_shown_with_its_day() -> None:
    days = {name: mail(name).away_until for name in ("oof-nl", "oof-en", "oof-no-headers", "oof-left")}

    assert days == {
        "oof-nl": date(2026, 12, 3),
        "oof-en": date(2026, 12, 3),
        "oof-no-headers": date(2026, 12, 3),
        "oof-left": None,
    }


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


def test_a_calendar_answer_says_which_event_when_and_why() -> None:
    declined, delegated = mail("itip-outlook-decline"), mail("itip-delegated")

    assert declined.calendar is not None
    assert delegated.calendar is not None
    assert declined.calendar.uid == "019ab000-0000-7000-8000-00000000aaaa@bsoo.example"
    assert declined.calendar.stamp == datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    assert declined.calendar.sequence == 0
    assert declined.about[0].words == "Die dag ben ik vrij."
    assert (delegated.calendar.delegate, delegated.calendar.delegate_name) == ("piet@example.org", "Piet")


def test_only_our_own_mail_server_is_believed_about_who_wrote() -> None:
    raw = (FOLDER / "itip-google-accept.eml").read_bytes()
    passed = b"Authentication-Results: mx.bsoo.example; dmarc=pass header.from=example.org\n" + raw
    forged = (
        b"Authentication-Results: mx.bsoo.example; dmarc=fail\nAuthentication-Results: mx.bsoo.example; dmarc=pass\n"
    )

    assert sort(raw, TODAY, believed="mx.bsoo.example").passed is None
    assert sort(passed, TODAY, believed="mx.bsoo.example").passed is True
    assert sort(passed, TODAY, believed="other.example").passed is None
    assert sort(forged + raw, TODAY, believed="mx.bsoo.example").passed is False


@pytest.mark.parametrize(
    "said",
    [
        "spf=pass smtp.mailfrom=dmarc=pass@other.example; dmarc=fail header.from=example.org",
        'spf=pass smtp.mailfrom="; dmarc=pass;"@other.example; dmarc=fail header.from=example.org',
        "spf=pass (sender at (x; dmarc=pass)) smtp.helo=other.example; dmarc=fail header.from=example.org",
        "dmarc=pass header.from=other.example",
        "dmarc=pass header.from=other.example; dmarc=fail header.from=example.org",
        'dmarc=pass header.from="other.example"',
        "spf=pass smtp.mailfrom=example.org",
    ],
)
def test_what_a_sender_chooses_themselves_does_not_vouch_for_them(said: str) -> None:
    raw = (FOLDER / "itip-google-accept.eml").read_bytes()

    found = sort(f"Authentication-Results: mx.bsoo.example; {said}\n".encode() + raw, TODAY, believed="mx.bsoo.example")

    assert found.passed is False


def test_a_name_that_looks_like_an_address_is_a_name() -> None:
    raw = b"From: =?utf-8?Q?Jan_=3Cjan=40example.org=3E=2C?= <piet@other.example>\n\nhoi"

    found = sort(raw, TODAY)

    assert (found.sender_name, found.sender) == ("Jan <jan@example.org>,", "piet@other.example")


@given(st.binary(max_size=2000))
def test_anything_at_all_can_come_in(raw: bytes) -> None:
    assert sort(raw, TODAY).about != ()


@given(st.sampled_from(LABELS), st.integers(0, 3000), st.binary(max_size=40))
def test_a_damaged_mail_is_still_sorted(label: dict[str, str], place: int, damage: bytes) -> None:
    raw = (FOLDER / f"{label['mail']}.eml").read_bytes()

    assert sort(raw[:place] + damage + raw[place + len(damage) :], TODAY).about != ()
