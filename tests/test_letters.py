"""The letters themselves: complete in both languages, readable by people, programs and screen readers."""

import re
from collections.abc import Mapping
from datetime import date, time
from email import message_from_bytes, policy
from email.message import EmailMessage
from html.parser import HTMLParser
from typing import Any

import pytest

from bsoo import clock, i18n
from bsoo.mail.letters import LETTERS, known_letters, stored
from bsoo.mail.message import Calendar, Envelope, assemble, return_path
from bsoo.mail.models import LetterState
from bsoo.mail.outbox import Recipient
from bsoo.mail.rendering import WIDTH, Rendered, _trim, _wrap, preview, render, whole
from bsoo.mail.words import GROUPS, LETTER_WORDS, STATE_WORDS

BASE = "https://bsoo.example"
MEETING = {
    "on": date(2026, 12, 10),
    "starts": time(13, 0),
    "ends": time(15, 30),
    "venue": "Buurthuis De Ankerplaats",
    "address": "Kadeplein 3, Amsterdam",
    "page": "/overleg/amsterdam/2026-4",
}
AGENDA = [
    {"at": time(13, 20), "title": "Gezinnen in de nachtopvang", "presenter": "Samira El Idrissi"},
    {"at": time(13, 45), "title": "Contant betalen bij de apotheek"},
]
ASKED = {
    "page": "/u/abc",
    "yes": "/u/abc?antwoord=ja",
    "no": "/u/abc?antwoord=nee",
    "colleague": "/u/abc?antwoord=vervanger",
}
INVITED = {"meeting": MEETING, **ASKED, "agenda": AGENDA, "signals_until": date(2026, 11, 26), "online": True}

EXAMPLES: dict[str, Mapping[str, Any]] = {
    "invitation": {**INVITED, "organisation": "Inloophuis De Kade", "own_page": "/mijn/x", "stop": "/u/afmelden/x"},
    "reminder": {**INVITED, "number": 1, "stop": "/u/afmelden/x"},
    "agenda": {"meeting": MEETING, "page": "/u/abc", "agenda": AGENDA, "online_link": "https://video.example/zaal"},
    "answer_confirmed": {"meeting": MEETING, "page": "/u/abc", "answer": "on-site"},
    "meeting_changed": {
        "meeting": MEETING,
        "before": {**MEETING, "on": date(2026, 12, 3)},
        "page": "/u/abc",
        "asks_again": True,
    },
    "meeting_cancelled": {"meeting": MEETING, "note": "De zaal is dicht."},
    "uninvited": {"meeting": MEETING},
    "signal_received": {"title": "Leefgeld", "page": "/mijn/abc"},
    "signal_accepted": {"title": "Leefgeld", "page": "/mijn/abc", "meeting": MEETING},
    "signal_declined": {"title": "Leefgeld", "reason": "Dit speelt in een andere regio.", "page": "/mijn/abc"},
    "signal_question": {"title": "Leefgeld", "question": "Ziet u dit vaker?", "page": "/mijn/abc"},
    "minutes_published": {"meeting": MEETING, "page": "/publicaties/1", "decisions": 1, "actions": 3},
    "publication": {"title": "Samenvatting 2026-3", "page": "/publicaties/2", "summary": "Wat er speelde."},
    "own_page": {"page": "/mijn/abc"},
    "links_replaced": {"page": "/mijn/abc"},
    "staff_sign_in": {"token": "abc"},
    "confirm_reminder": {"page": "/mijn/abc/kloppen", "organisation": "De Brug"},
    "confirm_details": {"page": "/mijn/abc/kloppen", "organisation": "De Brug"},
    "contacts_expiring": {"count": 2, "days": 30, "page": "/netwerk/vertrokken"},
    "signals_overdue": {"count": 2, "page": "/signalen", "oldest_days": 9},
    "join_request": {
        "name": "An de Wit",
        "organisation": "De Brug",
        "email": "an@brug.example.org",
        "page": "/beheer",
        "role": "arts",
    },
    "join_received": {"organisation": "De Brug"},
    "mail_refused": {"count": 3, "words": "550 5.7.26 Unauthenticated mail is not accepted", "page": "/beheer/mail"},
    "mail_received": {"name": "Jan", "subject": "Re: Overleg", "words": "Mag ik later komen?", "page": "/postvak"},
}
SAMIRA = Recipient("samira@kade.example.org", "Samira El Idrissi")


TYPED = {"Dit speelt in een andere regio.", "550 5.7.26 Unauthenticated mail is not accepted"}
"""Lines that people wrote, which no letter translates."""


def letter(name: str, language: str = "nl", **facts: object) -> Rendered:
    to = Recipient(SAMIRA.address, SAMIRA.name, language)
    return preview(name, to, {**EXAMPLES[name], **facts}, base_url=BASE, region="Amsterdam")


def envelope(**changes: Any) -> Envelope:
    usual = {
        "from_name": "BSOO Amsterdam",
        "from_address": "amsterdam@bsoo.example",
        "to_name": "Zoë in 't Veld",
        "to_address": "zoe@kade.example.org",
        "language": "nl",
        "message_id": "<1@bsoo.example>",
        "token": "0f" * 16,
        "date": clock.now(),
    }
    return Envelope(**{**usual, **changes})


def parsed(raw: bytes) -> EmailMessage:
    return message_from_bytes(raw, policy=policy.default)


class Page(HTMLParser):
    """What an HTML letter holds."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in {"href", "src", "action"}]


def test_the_walk_knows_every_letter() -> None:
    assert sorted(EXAMPLES) == known_letters()
    assert "invitation" in known_letters()


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_every_letter_speaks_the_readers_language(name: str) -> None:
    dutch, english = letter(name, "nl"), letter(name, "en")

    assert dutch.text.startswith("Beste Samira El Idrissi,\n")
    assert english.text.startswith("Dear Samira El Idrissi,\n")
    assert {line for line in dutch.text.splitlines() if _is_prose(line)} & set(english.text.splitlines()) == set()
    assert 'lang="nl"' in dutch.html
    assert '<html lang="en" ' in english.html


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_every_letter_is_whole_in_text_and_html(name: str, language: str) -> None:
    made = letter(name, language)
    page = Page(made.html)

    assert made.subject
    assert "\n" not in made.subject
    assert [line for line in made.text.splitlines() if len(line) > WIDTH and "https://" not in line] == []
    assert "\n\n\n" not in made.text
    assert set(page.tags) & {"img", "script", "link", "form", "iframe", "object", "video"} == set()
    assert [link for link in page.links if not link.startswith((BASE, "https://video.example/"))] == []
    assert re.findall(r"%\(|\{\{|\}\}|None", made.text + made.html) == []


@pytest.mark.parametrize("name", [name for name in sorted(EXAMPLES) if "page" in EXAMPLES[name]])
def test_the_link_of_a_letter_stands_in_the_text_and_in_the_html(name: str) -> None:
    made = letter(name)

    path = str(EXAMPLES[name]["page"])
    assert f"  {BASE}{path}\n" in made.text
    assert any(link.startswith(BASE + path) for link in Page(made.html).links)


def test_the_buttons_of_an_invitation_are_large_enough_for_a_thumb() -> None:
    html = letter("invitation").html

    heights = [
        2 * int(padding) + int(line)
        for padding, line in re.findall(r"padding:(\d+)px 10px;font-size:16px;line-height:(\d+)px", html)
    ]
    assert heights == [48, 48, 48]


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_a_letter_is_drawn_as_meant_where_word_draws_it(name: str, language: str) -> None:
    """Outlook on Windows: no max-width, no padding of links, no margin of tables, no font that goes on into a table,
    no hiding, no modern layout; and Gmail cuts at 102 kB."""
    html = letter(name, language).html

    cells = re.findall(r"<td([^>]*)><a [^>]*padding:14px 10px", html)
    opened, closed = html.count("<!--[if mso]>"), html.count("<![endif]-->")
    modern = re.findall(r"float:|flex|grid|position:|background-image|url\(|<img|@import|<link", html)

    assert [cell for cell in cells if "mso-padding-alt:14px 10px" not in cell] == []
    assert re.findall(r"max-width:560px", html) == ["max-width:560px"]
    assert re.findall(r'\[if mso\]><table role="presentation" width="560"', html) != []
    assert re.findall(r"display:none(?![^\"]*mso-hide:all)", html) == []
    rooms = html.count("mso-line-height-rule:exactly;")
    assert rooms == len(re.findall(r"<table[^>]*margin:", html))
    assert re.findall(r"\[if mso\]>.*?<style>.* td, p, h1, h2, a { font-family: ", html, re.DOTALL) != []
    assert (opened, closed, modern) == (3 + rooms, 3 + rooms, [])
    assert html.count("<table") == html.count("</table>")
    assert len(html.encode()) < 60_000


def test_a_long_link_breaks_on_a_phone_and_the_frame_says_which_way_to_read() -> None:
    html = letter("answer_confirmed").html

    paper = re.findall(r'class="paper"[^>]*', html)[0]
    assert "word-break:break-word;" in paper
    assert re.findall(r'lang="nl" dir="(\w+)"', html) == ["ltr", "ltr"]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("mail_received", "Mag ik later komen?"),
        ("mail_refused", "550 5.7.26 Unauthenticated mail is not accepted"),
        ("signal_question", "Ziet u dit vaker?"),
        ("signal_declined", "Dit speelt in een andere regio."),
    ],
)
def test_somebody_elses_words_are_set_apart_in_plain_text(name: str, words: str) -> None:
    assert f"\n\n  {words}\n\n" in letter(name).text


def test_the_plain_letter_has_every_link_of_its_foot() -> None:
    made = letter("invitation")

    foot = made.text.partition("\n--\n")[2]
    assert re.findall(r"(.*): https://bsoo\.example(/\S*)", foot) == [
        ("Uw gegevens", "/mijn/x"),
        ("Geen uitnodigingen meer", "/u/afmelden/x/uitnodigingen"),
    ]


def test_an_invitation_says_when_and_where_in_the_readers_way() -> None:
    dutch, english = letter("invitation", "nl"), letter("invitation", "en")

    assert dutch.subject == "Uitnodiging: overleg Amsterdam, donderdag 10 december, 13.00 uur"
    assert english.subject == "Invitation: meeting in Amsterdam, Thursday 10 December, 13:00"
    assert "  Donderdag 10 december 2026\n  13.00 tot 15.30 uur\n  Buurthuis De Ankerplaats" in dutch.text
    assert "  Thursday 10 December 2026\n  13:00 to 15:30\n" in english.text


@pytest.mark.parametrize(
    ("answer", "subject"),
    [
        ("on-site", "U komt naar het overleg op donderdag 10 december"),
        ("online", "U doet online mee met het overleg op donderdag 10 december"),
        ("colleague", "Uw collega komt naar het overleg op donderdag 10 december"),
        ("no", "U komt niet naar het overleg op donderdag 10 december"),
    ],
)
def test_a_confirmation_repeats_which_answer_was_noted(answer: str, subject: str) -> None:
    assert letter("answer_confirmed", answer=answer, colleague_name="An de Wit").subject == subject


def test_what_people_typed_cannot_become_markup() -> None:
    made = letter("signal_declined", reason="<script>alert(1)</script>\n<img src=x>", title="<b>Leefgeld</b>")

    assert set(Page(made.html).tags) & {"script", "img", "b"} == set()
    assert "<script>alert(1)</script>" in made.text


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_a_form_that_is_filled_in_is_the_letter_as_if_it_were_rendered_whole(name: str, language: str) -> None:
    odd = {"called": "<Zoë> & 'co'", "own_page": "https://elders.example/?a=1&b=2", "stop": ""}
    facts = stored(name, {**EXAMPLES[name], **odd})

    filled = render(name, "O'Brien <x>", language, facts, base_url=BASE, region="Amsterdam")

    assert filled == rendered_whole(name, "O'Brien <x>", language, facts)


def rendered_whole(name: str, to_name: str, language: str, facts: Mapping[str, Any]) -> Rendered:
    """The letter with the facts themselves, without blanks."""
    with i18n.speaking(language):
        subject, body, page = whole(name, to_name, facts, base_url=BASE, region="Amsterdam")
    return Rendered(subject, _trim(_wrap(body)), page)


def test_nobody_can_write_where_a_readers_own_link_is_filled_in() -> None:
    trap = "https://elders.example/\ue000page\ue001"

    made = letter("agenda", page="/u/geheim", agenda=[{"at": time(13, 20), "title": trap}])

    assert "elders.example/page" in made.text
    assert "elders.example/u/geheim" not in made.text + made.html


def test_one_reader_never_gets_the_facts_of_another() -> None:
    first = letter("invitation", page="/u/first", called="Een")
    second = letter("invitation", page="/u/second", called="Twee")

    assert "/u/second" not in first.text + first.html
    assert "/u/first" not in second.text + second.html
    assert (first.text.splitlines()[0], second.text.splitlines()[0]) == ("Beste Een,", "Beste Twee,")


def test_a_missing_or_unknown_fact_is_found_when_the_letter_is_queued() -> None:
    with pytest.raises(ValueError, match="missing 1 required keyword-only argument: 'page'"):
        stored("own_page", {})
    with pytest.raises(ValueError, match="unexpected keyword argument 'pagina'"):
        stored("own_page", {"page": "/mijn/1", "pagina": "x"})
    with pytest.raises(ValueError, match="lacks"):
        stored("uninvited", {"meeting": {"on": date(2026, 12, 10)}})
    with pytest.raises(ValueError, match="no letter 'postcard'"):
        stored("postcard", {})


def test_facts_are_stored_as_plain_text() -> None:
    facts = stored("invitation", EXAMPLES["invitation"])

    assert facts["meeting"] == {**MEETING, "on": "2026-12-10", "starts": "13:00", "ends": "15:30"}
    assert facts["signals_until"] == "2026-11-26"
    assert facts["introduction"] == ""


def test_a_message_reads_back_as_it_was_written() -> None:
    made = letter("invitation")

    message = parsed(assemble(envelope(), made))

    assert [part.get_content_type() for part in message.walk()] == ["multipart/alternative", "text/plain", "text/html"]
    assert _text(message, "plain") == made.text
    assert _text(message, "html").rstrip() == made.html.rstrip()
    assert (message["Subject"], message["To"]) == (made.subject, "Zoë in 't Veld <zoe@kade.example.org>")
    assert message.defects == []


def test_the_calendar_is_inline_and_attached_with_the_same_bytes_and_the_same_method() -> None:
    body = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nSUMMARY:Overleg één\r\nEND:VCALENDAR\r\n"

    message = parsed(assemble(envelope(), letter("invitation"), Calendar("REQUEST", body, "overleg.ics")))

    parts = [part for part in message.walk() if not part.is_multipart()]
    inline, attached = parts[2:]
    assert [part.get_content_type() for part in message.walk()] == [
        "multipart/mixed", "multipart/alternative", "text/plain", "text/html", "text/calendar", "application/ics",
    ]  # fmt: skip
    assert (inline["Content-Type"].params["method"], inline["Content-Type"].params["charset"]) == ("REQUEST", "UTF-8")
    assert [part["Content-Transfer-Encoding"] for part in (inline, attached)] == ["base64", "base64"]
    assert inline.get_payload(decode=True) == attached.get_payload(decode=True) == body.encode()
    assert attached.get_filename() == "overleg.ics"


def test_every_line_of_a_message_is_short_ascii_with_crlf() -> None:
    calendar = Calendar("REQUEST", "X" * 5000, "overleg.ics")
    long_subject = Rendered("Vergadering één " * 20, "tekst " * 400, "<p>" + "é" * 3000 + "</p>")

    raw = assemble(envelope(to_name="Zoë " * 30), long_subject, calendar)

    assert raw.isascii()
    assert raw.count(b"\n") == raw.count(b"\r\n") == raw.count(b"\r")
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert max(len(line) for line in raw.split(b"\r\n\r\n")[1:] for line in line.split(b"\r\n")) <= 78


@pytest.mark.parametrize(
    "trick", ["Jan\r\nBcc: all@example.org", "Jan\nBcc: all@example.org", "Jan\x00\x0bBcc: x", '"; Bcc: x" <a@b>']
)
def test_no_name_or_subject_can_add_a_header(trick: str) -> None:
    made = Rendered(trick, "tekst\n", "<p>tekst</p>\n")

    message = parsed(assemble(envelope(to_name=trick, from_name=trick), made))

    assert message["Bcc"] is None
    assert [address.addr_spec for address in message["To"].addresses] == ["zoe@kade.example.org"]
    assert message.get_all("From", []) == [message["From"]]


def test_a_letter_to_a_contact_can_be_stopped_in_one_click_and_an_answer_says_that_it_is_automatic() -> None:
    listed = parsed(assemble(envelope(stop_url=f"{BASE}/u/afmelden/x"), letter("invitation")))
    answer = parsed(assemble(envelope(automatic=True), letter("own_page")))

    assert listed["List-Unsubscribe"] == f"<{BASE}/u/afmelden/x>"
    assert listed["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert (listed["Auto-Submitted"], answer["Auto-Submitted"]) == (None, "auto-generated")
    assert answer["List-Unsubscribe"] is None


def test_the_sender_and_the_reply_address_are_the_mailbox_of_the_region() -> None:
    message = parsed(assemble(envelope(), letter("invitation")))

    assert [str(message[name].addresses[0].addr_spec) for name in ("From", "Reply-To")] == [
        "amsterdam@bsoo.example"
    ] * 2
    assert message["From"].addresses[0].display_name == "BSOO Amsterdam"
    assert return_path("", "amsterdam@bsoo.example", "abc") == "amsterdam@bsoo.example"
    assert return_path("bounce@bsoo.example", "amsterdam@bsoo.example", "abc") == "bounce+abc@bsoo.example"


def test_the_same_letter_is_always_the_same_bytes() -> None:
    assert assemble(envelope(), letter("invitation")) == assemble(envelope(), letter("invitation"))


def test_every_letter_and_every_state_has_a_word_on_the_page() -> None:
    grouped = [state for _word, states in GROUPS.values() for state in states]

    assert sorted(LETTER_WORDS) == known_letters()
    assert sorted(STATE_WORDS) == sorted(grouped) == sorted(LetterState)


def test_only_letters_that_answer_somebody_call_themselves_automatic() -> None:
    assert sorted(name for name, kind in LETTERS.items() if kind.answers) == [
        "answer_confirmed", "join_received", "join_request", "mail_received", "own_page", "signal_received",
        "staff_sign_in",
    ]  # fmt: skip


def _is_prose(line: str) -> bool:
    return len(line.split()) > 4 and not line.startswith(("  ", "--")) and line not in TYPED


def _text(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")
