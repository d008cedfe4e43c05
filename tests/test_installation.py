"""What an installation has of its own."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bsoo import installation
from bsoo.settings import Settings


def test_processes_that_start_at_once_agree_on_one_private_key(tmp_path: Path) -> None:
    settings = Settings(_env_file=None, data=tmp_path / "data", secret_key="")

    with ThreadPoolExecutor(8) as starts:
        keys = set(starts.map(lambda _: installation.secret_of(settings), range(40)))

    assert [len(key) >= 32 for key in keys] == [True]
    assert [file.name for file in settings.data.iterdir()] == ["secret.key"]
    assert (settings.data / "secret.key").stat().st_mode & 0o777 == 0o600
