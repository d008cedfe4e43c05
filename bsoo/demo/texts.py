"""The written content of the demo, as it stands in the folder texts/."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "texts"


@cache
def read(name: str) -> dict[str, Any]:  # Any: each file has a shape of its own, which its reader knows
    """One file of texts, such as `replies` or `signals/onderdak`."""
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
