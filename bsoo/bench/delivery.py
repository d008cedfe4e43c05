"""Delivering 2,000 invitations, beside a bare aiosmtplib loop with the same messages and connections."""

import asyncio
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from datetime import timedelta
from itertools import product
from pathlib import Path
from time import perf_counter, process_time

import aiosmtplib

from bsoo import clock, house
from bsoo.bench import databases, servers
from bsoo.bench.figures import Figure
from bsoo.db import Database
from bsoo.house import House
from bsoo.mail import claims, ledger, outbox, postman
from bsoo.mail.building import make_builder
from bsoo.mail.outbox import Draft, Recipient
from bsoo.regions import Region, region_by_slug
from bsoo.settings import Settings

LETTERS, CONNECTIONS, REPEATS = 2_000, 3, 9
LEAST_OF_THE_LIMIT, LEAST_WITH_MAKING = 0.85, 0.7
INVITATIONS, CPU_FOR_INVITATIONS = 400, 0.6

Opened = AbstractContextManager[Database]

C_SINKS = ("smtp-sink", "/usr/sbin/smtp-sink", "/usr/lib/postfix/sbin/smtp-sink")
"""Postfix's own, in C, where it is installed; else one in Python, which slows both alike."""

_AS_NOBODY = ("-u", "nobody") if hasattr(os, "geteuid") and os.geteuid() == 0 else ()
"""It refuses to run as root."""

Sent = tuple[float, float]
"""Letters a second, and CPU milliseconds of the sender for each."""

Message = tuple[str, bytes]
"""The reader's address, and the letter."""

Pair = tuple[Sent, Sent]
"""Ours and the bare loop."""


def measure(folder: Path) -> Iterator[Figure]:
    """On each engine, with bytes that were made before and with the making in it; the middle one of some repeats."""
    house.use(House(secret="only for the bench of bsoo, opens nothing"))  # noqa: S106 -- it says so itself
    yield _building(folder)
    with ExitStack() as stack:
        port = _sink(stack)
        settings = _settings(folder, port)
        yield from _rounds("SQLite", settings, port, lambda name: _in_file(folder / name))
        with suppress(databases.NoServer):
            server = stack.enter_context(databases.server(folder))
            yield from _rounds("PostgreSQL", settings, port, lambda name: databases.new(server, name))


def _rounds(engine: str, settings: Settings, port: int, new: Callable[[str], Opened]) -> Iterator[Figure]:
    """Ours and the bare loop right after it, so that what else the machine does slows both."""
    pairs: dict[bool, list[Pair]] = {True: [], False: []}
    for repeat, keep in product(range(REPEATS), pairs):
        with new(f"{engine.lower()}{repeat}{keep:d}") as database:
            _queue(database, LETTERS)
            messages = _make(database, settings, keep=keep)
            pairs[keep].append((_deliver(database, settings), _bare(messages, port)))
    yield _figure(f"2,000 letters, {engine}", pairs[True], LEAST_OF_THE_LIMIT)
    yield _figure("and making them", pairs[False], LEAST_WITH_MAKING)


def _figure(name: str, pairs: list[Pair], least: float) -> Figure:
    ours, limit = sorted(pairs, key=_ratio)[len(pairs) // 2]
    ratio = _ratio((ours, limit))
    return Figure(
        name=name,
        ours=ours[0],
        limit=limit[0],
        unit="letters/s",
        cpu=ours[1],
        limit_cpu=limit[1],
        ratio=ratio,
        aim=f">= {least}",
        met=ratio >= least,
    )


def _ratio(pair: Pair) -> float:
    ours, limit = pair
    return ours[0] / limit[0]


def _building(folder: Path) -> Figure:
    """To queue and to make the letters of one meeting, in seconds of CPU."""
    used = []
    for repeat in range(REPEATS):
        with _in_file(folder / f"building{repeat}") as database:
            began = process_time()
            _queue(database, INVITATIONS)
            _make(database, _settings(folder, 25), keep=False)
            used.append(process_time() - began)
    least = min(used)
    return Figure(
        name="400 invitations made",
        ours=least,
        limit=CPU_FOR_INVITATIONS,
        unit="s CPU",
        ratio=least / CPU_FOR_INVITATIONS,
        aim="<= 1",
        met=least <= CPU_FOR_INVITATIONS,
    )


def _sink(stack: ExitStack) -> int:
    port = servers.free_port()
    program = next((found for name in C_SINKS if (found := shutil.which(name))), None)
    command = [program, *_AS_NOBODY, f"127.0.0.1:{port}", "100"] if program else None
    arguments = ["bsoo.bench.sink", str(port)]
    stack.enter_context(servers.running(arguments, port, {}, command=command))
    return port


def _settings(folder: Path, port: int) -> Settings:
    return Settings(
        _env_file=None,
        data=folder,
        smtp_url=f"smtp://127.0.0.1:{port}",
        mail_connections=CONNECTIONS,
        mail_per_minute=0,
        mail_from="bench@bsoo.example",
    )


@contextmanager
def _in_file(path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{path}.sqlite3")
    databases.fill(database)
    yield database
    database.engine.dispose()


def _queue(database: Database, letters: int) -> None:
    with database.transaction() as db:
        region = region_by_slug(db, "amsterdam")
        outbox.queue_many(db, [_invitation(region, n) for n in range(letters)])


def _invitation(region: Region, n: int) -> Draft:
    day = clock.today() + timedelta(days=18)
    meeting = {
        "on": day,
        "starts": "13:00",
        "ends": "15:30",
        "venue": "Buurthuis De Ankerplaats",
        "address": "Kadeplein 3, Amsterdam",
        "page": "/overleg/amsterdam/2026-4",
    }
    page = f"/u/{n:032}"
    answers = {"yes": f"{page}?antwoord=ja", "no": f"{page}?antwoord=nee", "colleague": f"{page}?antwoord=vervanger"}
    return Draft(
        "invitation",
        Recipient(f"s{n}@inloophuis.example.org", f"Samira{n} van den Berg"),
        f"invitation:{n}",
        {"meeting": meeting, "page": page, **answers, "organisation": "Inloophuis De Kade", "called": "Samira"},
        region_id=region.id,
        calendar=f"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nX-N:{n}\r\n"
        + "X-FILL:0123456789\r\n" * 60
        + "END:VCALENDAR\r\n",
        calendar_method="REQUEST",
    )


def _make(database: Database, settings: Settings, *, keep: bool) -> list[Message]:
    """The letters that wait, in bytes. Those of letters that were tried before are kept."""
    with database.transaction() as db:
        builder = make_builder(db, settings)
        claimed = claims.claim(db, "bench", LETTERS, clock.now())
        made = [(one, builder.build(one)) for one in claimed]
        if keep:
            ledger.store_raw(db.connection(), [(one.id, raw) for one, raw in made])
        claims.release(db, "bench", clock.now())
    return [(one.to_address, raw) for one, raw in made]


def _deliver(database: Database, settings: Settings) -> Sent:
    began, cpu = perf_counter(), process_time()
    accepted = 0
    while some := postman.deliver_due(database, settings).accepted:
        accepted += some
    return _speed(began, cpu, accepted)


def _bare(messages: list[Message], port: int) -> Sent:
    began, cpu = perf_counter(), process_time()
    asyncio.run(_send_all(port, messages))
    return _speed(began, cpu, len(messages))


def _speed(began: float, cpu: float, letters: int) -> Sent:
    seconds, used = perf_counter() - began, process_time() - cpu
    if letters != LETTERS:
        raise RuntimeError(f"{letters} of {LETTERS} letters were delivered")
    return letters / seconds, used * 1000 / letters


async def _send_all(port: int, messages: list[Message]) -> None:
    waiting = iter(messages)

    async def carry() -> None:
        async with aiosmtplib.SMTP(hostname="127.0.0.1", port=port, start_tls=False) as connection:
            for address, raw in waiting:
                await connection.sendmail("bench@bsoo.example", [address], raw)

    await asyncio.gather(*(carry() for _ in range(CONNECTIONS)))
