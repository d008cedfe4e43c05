"""What the privacy guard says of texts."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from bsoo.cli.ready import AsJson
from bsoo.signals import guarding


def guard(
    files: Annotated[list[Path] | None, typer.Argument(help="Text files; none means standard input.")] = None,
    as_json: AsJson = False,
) -> None:
    """Say what the privacy guard finds in a text; exit 1 when something may not be stored."""
    hard = False
    for name, text in _texts(files or []):
        report = guarding.guard_report(name, text)
        hard = hard or any(finding["level"] == "hard" for finding in report["findings"])
        if as_json:
            typer.echo(json.dumps(report))
            continue
        for finding in report["findings"]:
            typer.echo(f"{name}:{finding['start']}-{finding['end']} {finding['level']} {finding['kind']}")
    raise typer.Exit(1 if hard else 0)


def _texts(files: list[Path]) -> Iterator[tuple[str, str]]:
    if not files:
        yield "-", sys.stdin.read()
    for file in files:
        yield str(file), file.read_text(encoding="utf-8", errors="replace")
