"""How far reading or importing a big list is, in a small file beside the database: a transaction shows nothing.

The file is touched while the work goes on. An old one means that the process is gone; nothing was written then.
"""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from bsoo import clock

Tell = Callable[[str, int, int], None]
"""Hears the stage, how much of it is done, and of how much."""

OPENING, READING, COMPARING, WRITING = STAGES = ("opening", "reading", "comparing", "writing")
_GONE = timedelta(seconds=30)
_EVERY = timedelta(milliseconds=300)


@dataclass(frozen=True, slots=True)
class Progress:
    """Where an import is; `failed` says why it ended without a result."""

    stage: str = OPENING
    done: int = 0
    of: int = 0
    failed: str = ""
    at: str = ""

    def is_gone(self, now: datetime) -> bool:
        """Whether nobody works on it any more."""
        return not self.failed and datetime.fromisoformat(self.at) < now - _GONE


def quiet(stage: str, done: int, of: int) -> None:
    """For imports that nobody watches."""


class Stopped(Exception):
    """Somebody does not want it any more."""


class Teller:
    """Writes down how far it is, a few times a second, and asks as often whether it is still wanted."""

    def __init__(self, folder: Path, upload_id: UUID, is_wanted: Callable[[], bool] = lambda: True) -> None:
        self.folder, self.path = folder, _path(folder, upload_id)
        self.last, self.is_wanted = Progress(), is_wanted
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._write(self.last)

    def __call__(self, stage: str, done: int, of: int) -> None:
        soon = clock.now() < datetime.fromisoformat(self.last.at) + _EVERY
        if not soon or stage != self.last.stage:
            self._write(Progress(stage, done, of))
            if not self.is_wanted():
                raise Stopped

    def fail(self, why: str) -> None:
        self._write(replace(self.last, failed=why))

    def end(self) -> None:
        self.path.unlink(missing_ok=True)

    def _write(self, progress: Progress) -> None:
        self.last = replace(progress, at=clock.now().isoformat())
        beside = self.path.with_suffix(".new")
        beside.write_text(json.dumps(asdict(self.last)))
        beside.replace(self.path)  # a reader sees the old one or the new one, never half of it


def progress_of(folder: Path, upload_id: UUID) -> Progress | None:
    """How far it is; None when nobody began."""
    try:
        return Progress(**json.loads(_path(folder, upload_id).read_text()))
    except (OSError, ValueError, TypeError):
        return None


def _path(folder: Path, upload_id: UUID) -> Path:
    return folder / "imports" / f"{upload_id}.json"
