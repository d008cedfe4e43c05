"""SMTP over a bare line: what goes out in groups, what comes back in pieces, and pages encoded in pieces."""

import asyncio
from quopri import decodestring

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session

from bsoo.db import Database
from bsoo.mail import postman, quoting
from bsoo.mail.postman import Delivered
from bsoo.mail.wire import Broken, Reply, Wire, as_data, as_lines
from bsoo.settings import Settings
from tests.mailhost import mailhost
from tests.posting import letters, send_by, states

GROUPS = {"ehlo": "250-mailhost\r\n250 PIPELINING"}


class Line(asyncio.WriteTransport):
    """A line of which we hold the other end."""

    def __init__(self) -> None:
        super().__init__()
        self.said = b""
        self.is_cut = False

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        self.protocol = protocol

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.said += data

    def is_closing(self) -> bool:
        return self.is_cut

    def close(self) -> None:
        self.is_cut = True


def heard(*pieces: bytes, answers: int) -> list[Reply]:
    async def listen() -> list[Reply]:
        wire = Wire(Line())
        for piece in pieces:
            wire.data_received(piece)
        return [await wire.answer(0.05) for _n in range(answers)]

    return asyncio.run(listen())


def test_answers_are_read_in_their_order_however_they_are_cut_up() -> None:
    whole = b"250-2.1.0 first\r\n250 of two lines\r\n550 5.1.1 no\r\n354 go on\r\n"

    replies = heard(whole, answers=3)
    in_bytes = heard(*(bytes([byte]) for byte in whole), answers=3)

    assert replies == [Reply(250, "2.1.0 first\nof two lines"), Reply(550, "5.1.1 no"), Reply(354, "go on")]
    assert in_bytes == replies


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (b"HTTP/1.1 400 Bad\r\n", "not SMTP"),
        (b"999 what\r\n", "not SMTP"),
        (b"250-" + b"x" * 40_000, "no end"),
        (b"250-\r\n" * 40_000, "no end"),
        (b"250 half", "said nothing"),
    ],
)
def test_what_is_not_smtp_ends_the_conversation(said: bytes, why: str) -> None:
    with pytest.raises(Broken, match=why):
        heard(said, answers=1)


def test_signs_that_do_something_to_a_screen_are_left_out_of_what_the_server_said() -> None:
    assert heard(b"550-5.1.1 \x1b[31mno\0\r\n550 such user\x07\r\n", answers=1) == [
        Reply(550, "5.1.1 [31mno\nsuch user")
    ]


@pytest.mark.parametrize(("stage", "becomes"), [("rcpt", "queued"), ("end", "unknown")])
@pytest.mark.parametrize("words", ["354 go on", "999 what"])
def test_an_answer_out_of_place_refuses_no_letter(
    database: Database, db: Session, settings: Settings, stage: str, becomes: str, words: str
) -> None:
    letters(db, 1)

    with mailhost(lambda at, to: words if at == stage else "") as host:
        postman.deliver_due(database, send_by(host, settings))

    assert [state.value for state in states(db)] == [becomes]


def test_the_end_of_a_letter_cannot_be_smuggled_into_it() -> None:
    sent = as_data(as_lines(".\r\nline\n.\nMAIL FROM:<x>\r.\r\n..end\r\n"))

    assert sent == b"..\r\nline\r\n..\r\nMAIL FROM:<x>\r\n..\r\n...end\r\n.\r\n"
    assert sent.count(b"\r\n.\r\n") == 1


def test_a_server_that_takes_groups_gets_each_letter_once(database: Database, db: Session, settings: Settings) -> None:
    letters(db, 30)

    with mailhost(lambda stage, to: GROUPS.get(stage, "")) as host:
        result = postman.deliver_due(database, send_by(host, settings))

    assert result == Delivered(accepted=30)
    assert len(set(host.recipients)) == len(host.recipients) == 30
    assert {one.sender for one in host.taken} == {settings.mail_from}


@pytest.mark.parametrize(("stage", "words"), [("rcpt", "550 5.1.1 no"), ("data", "554 5.7.1 no"), ("end", "554 no")])
def test_a_refusal_in_a_group_is_of_that_letter_alone(
    database: Database, db: Session, settings: Settings, stage: str, words: str
) -> None:
    letters(db, 6)

    def refuses(at: str, to: str) -> str:
        return words if at == stage and to in {"p1@example.org", "p2@example.org"} else GROUPS.get(at, "")

    with mailhost(refuses) as host:
        result = postman.deliver_due(database, send_by(host, settings, mail_connections=1))

    assert (result, host.connections) == (Delivered(accepted=4, refused=2), 1)
    assert [state.value for state in states(db)] == [
        "accepted",
        "refused",
        "refused",
        "accepted",
        "accepted",
        "accepted",
    ]
    assert host.recipients == ["p0@example.org", "p3@example.org", "p4@example.org", "p5@example.org"]


@given(st.lists(st.text(st.characters(exclude_characters="\r", exclude_categories=["Cs"]), max_size=200), max_size=6))
def test_pieces_that_are_encoded_apart_say_the_same_together(texts: list[str]) -> None:
    encoded = quoting.joined(quoting.open_ended(quoting.quoted(text)) for text in texts)

    assert decodestring(encoded.encode()).decode() == "".join(texts)
    assert max(map(len, encoded.split("\n"))) <= quoting.LONGEST_LINE
