"""Postmen in processes of their own, that may be killed at any moment."""

import multiprocessing
from multiprocessing.process import BaseProcess
from time import sleep

from bsoo import house, tables
from bsoo.db import Database
from bsoo.house import House
from bsoo.mail import postman
from bsoo.settings import Settings

_CONTEXT = multiprocessing.get_context("forkserver")  # whose children are at work at once, and share no line
_CONTEXT.set_forkserver_preload([__name__])


def postman_at_work(database_url: str, smtp_url: str, connections: int) -> BaseProcess:
    """One that works until it is killed."""
    process = _CONTEXT.Process(target=_work, args=(database_url, smtp_url, connections), daemon=True)
    process.start()
    return process


def _work(database_url: str, smtp_url: str, connections: int) -> None:
    assert tables.metadata.tables
    house.use(House(secret="only for a proof, opens nothing"))
    settings = Settings(
        _env_file=None, database_url=database_url, smtp_url=smtp_url, mail_connections=connections, mail_preset=""
    )
    database = Database(settings.database)
    while True:
        postman.deliver_due(database, settings)
        sleep(0.01)
