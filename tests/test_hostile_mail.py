"""Anybody can write to the role mailbox: a mail made to be slow is read in a moment, one made to break is a mail."""

from datetime import date
from time import process_time

import pytest

from bsoo.mail.returning.kinds import Kind, Mail
from bsoo.mail.returning.sorting import sort

pytestmark = pytest.mark.once

LONGEST = 5.0
"""Seconds of computing; without a measure each of these takes minutes or hours."""

PERSON = "From: Ria Smit <ria@kade.example.org>\r\nSubject: Onze vraag\r\n"
MACHINE = "From: MAILER-DAEMON@kade.example.org\r\nSubject: Undelivered\r\n"
PAGE = PERSON + "Content-Type: text/html\r\n\r\n"

SLOW = {
    "an address that does not come": MACHINE + "\r\n" + "a.b-c" * 60_000,
    "addresses without end": MACHINE + "\r\n" + "a@a." * 75_000,
    "comments that stay open": PAGE + "<!--" * 75_000,
    "declarations that stay open": PAGE + "<![CDATA[>" * 30_000,
    "endings that stay open": PAGE + "</" * 150_000,
    "empty lines": PERSON + "\r\n" + "\r\n" * 200_000 + "x",
    "a name in the charset of domain names": PERSON + "Content-Type: text/plain; charset=idna\r\n\r\n" + "a." * 150_000,
    "groups of fields": MACHINE + "Content-Type: message/delivery-status\r\n\r\n" + "\n" * 900_000,
    "a header with parameters": PERSON + "Content-Type: text/plain" + "; a*0*=x" * 40_000 + "\r\n\r\nhoi",
}

BREAKING = {
    "parts in parts": PERSON
    + "".join(f"Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}\r\n" for n in range(1200)),
    "mails in mails": PERSON + "Content-Type: message/rfc822\r\n\r\n" * 1500,
    "parts in a charset that is none": PERSON + "Content-Type: multipart/mixed; boundary*=undefined''b\r\n\r\n--b\r\n",
    "a file name in a charset that is none": PERSON + "Content-Type: text/plain; name*=undefined''a.ics\r\n\r\nhoi",
    "a charset with a sign that is none": PERSON + "Content-Type: text/plain; charset*=\0''b\r\n\r\nhoi",
    "a moment that no clock shows": PERSON + f"Date: Mon, 23 Nov 2026 10:00:00 +{'9' * 20}\r\n\r\nhoi",
}

CALENDAR = (
    "{}Content-Type: text/calendar; method=REPLY\r\n\r\n"
    "BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\nUID:x\r\n{}\r\n"
    "ATTENDEE;PARTSTAT=ACCEPTED:mailto:ria@kade.example.org\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)


def read(mail: str) -> Mail:
    return sort(mail.encode(), date(2026, 11, 23))


@pytest.mark.no_cover  # measuring what is covered takes longer than what is measured here
@pytest.mark.parametrize("mail", SLOW.values(), ids=SLOW.keys())
def test_a_mail_that_was_made_to_be_slow_is_read_in_a_moment(mail: str) -> None:
    began = process_time()

    read(mail)

    assert process_time() - began < LONGEST


@pytest.mark.parametrize("mail", BREAKING.values(), ids=BREAKING.keys())
def test_of_a_mail_that_cannot_be_read_it_is_still_known_who_wrote_it(mail: str) -> None:
    found = read(mail)

    assert (found.sender, found.kind) == ("ria@kade.example.org", Kind.REPLY)


def test_a_sender_in_brackets_without_end_is_nobody() -> None:
    assert read("From: " + "(" * 5000 + "ria@kade.example.org\r\n\r\nhoi").sender == ""


def test_signs_that_no_database_takes_are_not_in_a_sender() -> None:
    found = read("From: =?unicode_escape?q?=5Cud800?= Ria\x00 <ria@kade.example.org>\r\n\r\nhoi")

    assert (found.sender_name, found.sender) == ("Ria", "ria@kade.example.org")


def test_signs_that_no_database_takes_are_not_in_what_is_looked_up() -> None:
    escaped = CALENDAR.replace("method=REPLY", "charset=unicode_escape").replace("UID:x", "UID:a\\x00\\ud800b")
    found = read(escaped.format(PERSON + "In-Reply-To: <abc\0d@kade.example.org>\r\n", "SEQUENCE:0"))

    assert found.calendar is not None
    assert (found.calendar.uid, found.message_ids) == ("ab", ("<abcd@kade.example.org>",))


@pytest.mark.parametrize(
    "line",
    ["DTSTAMP:99999999T999999Z", "SEQUENCE:²", "SEQUENCE:" + "9" * 30],
)
def test_an_answer_with_an_impossible_moment_or_number_is_still_an_answer(line: str) -> None:
    found = read(CALENDAR.format(PERSON, line))

    assert (found.kind, found.calendar and (found.calendar.stamp, found.calendar.sequence)) == (
        Kind.CALENDAR_REPLY,
        (None, None),
    )
