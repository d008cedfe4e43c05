"""`python3 -m bsoo demo`: the whole product with an invented network, in one process."""

import socket
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

import typer
import uvicorn
from fastapi import FastAPI

from bsoo import installation
from bsoo.app import make_app
from bsoo.db import Database
from bsoo.demo import fill
from bsoo.demo.mailbox import Mailbox
from bsoo.demo.people import has_moved
from bsoo.demo.sink import HOST, receiving
from bsoo.errors import DomainError
from bsoo.routes import demo as pages
from bsoo.settings import Settings

WRITTEN = ("bsoo.sqlite3", "bsoo.sqlite3-wal", "bsoo.sqlite3-shm", "secret.key", "mail/*.eml")
"""What a demo leaves in its folder."""


class PortTaken(DomainError):
    """Something else listens there."""


def run(port: int, data: Path, fresh: bool) -> None:
    """Fill an empty folder, then serve until somebody stops it."""
    _check_port(port)
    if fresh:
        _clear(data)
    mailbox = Mailbox(data / "mail")
    with receiving(mailbox.add, has_moved) as smtp_port:
        settings = settings_of(port, data, smtp_port)
        database = Database(settings.database)
        # First the application: it sets the secret with which the demo's personal links are made.
        app = make_app(settings, database, extra=with_demo(mailbox))
        prepare(settings, database)
        typer.echo(_where(settings))
        uvicorn.run(app, host=HOST, port=port, access_log=False, server_header=False, log_level="warning")


def settings_of(port: int, data: Path, smtp_port: int) -> Settings:
    """The demo's own settings; it never listens to the environment of a real installation."""
    return Settings(
        _env_file=None,
        data=data,
        database_url="",
        base_url=f"http://{HOST}:{port}",
        smtp_url=f"smtp://{HOST}:{smtp_port}",
        mail_from="bsoo@demo.example.org",
        mail_per_minute=0,
        mail_hold=10,
    )


def prepare(settings: Settings, database: Database) -> None:
    """Tables, regions and, when there is nobody yet, the demo's people and history."""
    installation.prepare(settings, database)
    if fill.is_empty(database):
        began = perf_counter()
        typer.echo("Inventing a network …")
        fill.fill(database)
        typer.echo(f"Done in {perf_counter() - began:.0f} s.")


def with_demo(mailbox: Mailbox) -> Callable[[FastAPI], None]:
    """What the demo adds to the application: its pages and its mailbox."""

    def mount(app: FastAPI) -> None:
        app.state.mailbox = mailbox
        app.include_router(pages.router)

    return mount


def _check_port(port: int) -> None:
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((HOST, port))
        except OSError:
            raise PortTaken(
                f"Port {port} is in use. Choose another one: python3 -m bsoo demo --port {port + 1}"
            ) from None


def _clear(data: Path) -> None:
    for pattern in WRITTEN:
        for file in data.glob(pattern):
            file.unlink()


def _where(settings: Settings) -> str:
    base = settings.base_url
    return "\n".join(
        (
            "",
            f"  Sign in as each role with one click:  {base}/demo",
            f"  Everybody's mail:                     {base}/demo/postvak",
            f"  What the public sees:                 {base}/",
            "",
            "  Stop with Ctrl+C. Begin again with: python3 -m bsoo demo --fresh",
            "",
        )
    )
