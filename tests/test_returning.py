"""What comes in is sorted: mails written from the standards, and what a real Postfix and a real Exim sent back.

The mails and what they are stand in data/incoming; every address in them is an example.
"""

import csv
from base64 import b64encode
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bsoo.mail.returning.causes import judge
from bsoo.mail.returning.kinds import Cause, Kind, Mail
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


def written(subject: str, words: str, head: str = "") -> Mail:
    raw = f"From: Jan <jan@example.org>\n{head}Subject: {subject}\nDate: Mon, 23 Nov 2026 10:00:00 +0100\n\n{words}\n"
    return sort(raw.encode(), TODAY)


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
        ("", "550 5.7.1 The user does not accept mail from this sender", Cause.OUR_FAULT),
        ("", "550 your address is not listed in our whitelist", Cause.OUR_FAULT),
        ("", "554 You are not a member of this mailing list; address not registered", Cause.OUR_FAULT),
        ("", "550 Your domain has no mx or a records", Cause.OUR_FAULT),
        ("5.1.7", "550 5.1.7 Invalid address", Cause.OUR_FAULT),
        ("5.1.8", "550 5.1.8 invalid domain in sender", Cause.OUR_FAULT),
        ("5.1.1", "550 5.1.1 Invalid domain (in reply to MAIL FROM command)", Cause.OUR_FAULT),
        ("", "550 5.6.0 Bad address in header Reply-To", Cause.OUR_FAULT),
        ("", "554 Your message contains unknown recipient header", Cause.OUR_FAULT),
        ("", "550 Het adres van de afzender bestaat niet", Cause.OUR_FAULT),
        ("", "550 Uw domein bestaat niet", Cause.OUR_FAULT),
        ("", "U bent niet gemachtigd om berichten te verzenden naar deze geadresseerde.", Cause.OUR_FAULT),
        ("5.0.0", "550 Recipient address rejected: unverified address", Cause.OTHER),
        ("5.0.0", "550 De postbus van de ontvanger is vol", Cause.FULL),
        ("5.0.0", "552 opslagruimte van jan@example.org is overschreden", Cause.FULL),
        ("5.0.0", "550 gebruiker niet gevonden", Cause.DEAD),
        ("5.0.0", "550 adres onbekend", Cause.DEAD),
        ("", "Gebruiker jan (jan@example.org) niet in adresboek", Cause.DEAD),
        ("", "Het e-mailadres dat u hebt opgegeven, is niet gevonden.", Cause.DEAD),
    ],
)
def test_only_what_is_certain_makes_an_address_dead(status: str, words: str, cause: Cause) -> None:
    assert judge(status, words) is cause


def test_a_calendar_answer_says_which_event_when_and_why() -> None:
    declined, delegated = mail("itip-outlook-decline"), mail("itip-delegated")

    assert declined.calendar is not None
    assert delegated.calendar is not None
    assert declined.calendar.uid == "019ab000-0000-7000-8000-00000000aaaa@bsoo.example"
    assert declined.calendar.stamp == datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    assert declined.calendar.sequence == 0
    assert declined.about[0].words == "Die dag ben ik vrij."
    assert (delegated.calendar.delegate, delegated.calendar.delegate_name) == ("piet@example.org", "Piet")


def test_a_calendar_of_windows_or_of_an_old_mac_is_read_too() -> None:
    answer = (FOLDER / "itip-bare-file.eml").read_bytes().replace(b"\r\n", b"\n")
    head = b"From: jan@example.org\nContent-Type: text/calendar; charset=UTF-8\n\n"

    kinds = [sort(head + made, TODAY).kind for made in (b"\xef\xbb\xbf" + answer, answer.replace(b"\n", b"\r"))]

    assert kinds == [Kind.CALENDAR_REPLY, Kind.CALENDAR_REPLY]


@pytest.mark.parametrize(("said", "answer"), [("ACCEPTED", "tentative"), ("DECLINED", "declined")])
def test_who_proposes_another_time_does_not_come_at_ours(said: str, answer: str) -> None:
    counter = (FOLDER / "itip-counter.eml").read_bytes().replace(b"PARTSTAT=TENTATIVE", f"PARTSTAT={said}".encode())

    assert str(sort(counter, TODAY).about[0].answer) == answer


@pytest.mark.parametrize(
    ("kind", "encoding"),
    [("delivery-status", "base64"), ("global-delivery-status", "8bit"), ("delivery-status", "7bit")],
)
def test_a_report_is_read_however_it_is_packed(kind: str, encoding: str) -> None:
    fields = "Reporting-MTA: dns; mx\n\nFinal-Recipient: utf-8; jan@example.org\nStatus: 5.1.1\nAction: failed\n"
    packed = b64encode(fields.encode()).decode() if encoding == "base64" else fields
    part = f"Content-Type: message/{kind}\nContent-Transfer-Encoding: {encoding}\n\n{packed}"
    report = sort(f"Content-Type: multipart/report; boundary=b\n\n--b\n{part}\n--b--\n".encode(), TODAY)

    assert [(one.address, one.cause) for one in report.about] == [("jan@example.org", Cause.DEAD)]


def test_a_complaint_is_read_however_it_is_packed() -> None:
    packed = b64encode(b"Feedback-Type: abuse\nOriginal-Rcpt-To: jan@example.org\n").decode()
    raw = f"Content-Type: message/feedback-report\nContent-Transfer-Encoding: base64\n\n{packed}\n"

    complaint = sort(raw.encode(), TODAY)

    assert (complaint.kind, complaint.about[0].address) == (Kind.COMPLAINT, "jan@example.org")


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
