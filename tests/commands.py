"""The command line, as a program of its own or, when no program needs to begin or end, in this one."""

import os
import subprocess
import sys
from pathlib import Path

from typer.testing import CliRunner, Result

from bsoo.cli import commands

ROOT = Path(__file__).parent.parent


def call(*arguments: str, data: Path, given: bytes = b"", **settings: str) -> Result:
    """What a command says and how it ends, without a program of its own, which takes seconds to begin."""
    nobodys = dict.fromkeys(name for name in os.environ if name.startswith("BSOO_"))
    surroundings = {**nobodys, "BSOO_DATA": str(data), **settings}
    return CliRunner().invoke(commands(list(arguments[:1])), list(arguments), input=given, env=surroundings)


def start(*arguments: str, data: Path, given: bytes = b"", **settings: str) -> subprocess.CompletedProcess[str]:
    """The same by `python3 -m bsoo`, as a person or a mail server does it."""
    surroundings = {"PATH": os.environ["PATH"], "BSOO_DATA": str(data), **settings}
    done = subprocess.run(
        [sys.executable, "-m", "bsoo", *arguments], cwd=ROOT, env=surroundings, input=given, capture_output=True,
        check=False,
    )  # fmt: skip
    return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())
