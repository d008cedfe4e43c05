"""`python3 -m bsoo` on a bare machine: a small project with the real __main__.py and a package of its own."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SYSTEM_PYTHON = Path(sys.base_prefix) / "bin" / f"python{sys.version_info.major}.{sys.version_info.minor}"

CLI = """
import json, os, sys

def app(prog_name):
    from importlib import metadata
    found = {"pid": os.getpid(), "prefix": sys.prefix, "arguments": sys.argv[1:], "version": metadata.version("tiny")}
    print(json.dumps(found))
"""

pytestmark = [
    pytest.mark.once,
    pytest.mark.skipif(os.name == "nt", reason="Windows cannot become another process; not tried there"),
]


@dataclass
class Project:
    """A checkout with one dependency, installed from a folder instead of the network."""

    folder: Path

    def lock(self, version: str, *, name: str = "requirements.lock", digest: str = "") -> None:
        wheel = wheel_of(self.folder / "wheels", version)
        digest = digest or hashlib.sha256(wheel.read_bytes()).hexdigest()
        (self.folder / name).write_text(f"tiny=={version} \\\n    --hash=sha256:{digest}\n")

    def begin(self, *arguments: str, python: Path = SYSTEM_PYTHON) -> "subprocess.Popen[str]":
        offline = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(self.folder / "wheels"), "PIP_CONFIG_FILE": os.devnull}
        return subprocess.Popen(
            [python, *(arguments or ("-m", "bsoo"))],
            cwd=self.folder,
            env={"PATH": os.environ["PATH"], "HOME": str(self.folder), **offline},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def start(self, *arguments: str, python: Path = SYSTEM_PYTHON) -> "Started":
        return Started.of(self.begin(*arguments, python=python))


@dataclass
class Started:
    """How a start ended: what the command line saw, and what was said on the way."""

    pid: int
    code: int
    out: str
    said: str

    @classmethod
    def of(cls, process: "subprocess.Popen[str]") -> "Started":
        out, said = process.communicate(timeout=120)
        return cls(process.pid, process.returncode, out, said.strip())

    @property
    def seen(self) -> dict[str, object]:
        assert self.code == 0, self.said
        found: dict[str, object] = json.loads(self.out)
        return found


def wheel_of(folder: Path, version: str) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / f"tiny-{version}-py3-none-any.whl"
    if not path.exists():
        info = f"tiny-{version}.dist-info"
        with zipfile.ZipFile(path, "w") as wheel:
            wheel.writestr("tiny.py", "")
            wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: tiny\nVersion: {version}\n")
            wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
            wheel.writestr(f"{info}/RECORD", "")
    return path


def new_project(folder: Path) -> Project:
    (folder / "bsoo").mkdir()
    (folder / "bsoo" / "__init__.py").touch()
    (folder / "bsoo" / "cli.py").write_text(CLI)
    shutil.copy(ROOT / "bsoo" / "__main__.py", folder / "bsoo")
    project = Project(folder)
    project.lock("1.0")
    project.lock("1.0", name="requirements-dev.lock")
    return project


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> tuple[Project, Started]:
    project = new_project(tmp_path_factory.mktemp("first"))
    return project, project.start("-m", "bsoo", "demo", "--port", "8001")


@pytest.fixture
def project(first: tuple[Project, Started], tmp_path: Path) -> Project:
    """A checkout that was started before; a copy, since making a .venv takes seconds."""
    shutil.copytree(first[0].folder, tmp_path / "bsoo", symlinks=True)
    return Project(tmp_path / "bsoo")


def test_the_first_start_installs_and_becomes_the_command_itself(first: tuple[Project, Started]) -> None:
    project, started = first

    assert started.said == "First start: installing 1 packages into .venv, about half a minute …"
    assert started.seen == {
        "pid": started.pid,  # the same process: stopping it stops the server
        "prefix": str(project.folder / ".venv"),
        "arguments": ["demo", "--port", "8001"],
        "version": "1.0",
    }


def test_the_second_start_installs_nothing_and_says_nothing(project: Project) -> None:
    started = project.start()

    assert started.seen["version"] == "1.0"
    assert started.said == ""


def test_a_changed_lock_is_installed_at_the_next_start(project: Project) -> None:
    project.lock("2.0")

    started = project.start()
    again = project.start()

    assert started.said == "Packages have changed: installing 1 packages into .venv, about half a minute …"
    assert (started.seen["version"], again.seen["version"], again.said) == ("2.0", "2.0", "")


def test_the_test_command_asks_for_the_packages_of_developers(project: Project) -> None:
    project.lock("3.0", name="requirements-dev.lock")

    plain, test = project.start(), project.start("-m", "bsoo", "test")

    assert (plain.seen["version"], test.seen["version"]) == ("1.0", "3.0")


def test_a_half_made_environment_is_made_anew(project: Project) -> None:
    venv = project.folder / ".venv"
    (venv / "bsoo-installed").unlink()
    shutil.rmtree(next(venv.glob("lib/*/site-packages/pip")))

    started = project.start()

    assert started.seen["version"] == "1.0"
    assert started.said.startswith("First start")


def test_two_starts_at_once_install_once(project: Project) -> None:
    project.lock("2.0")

    started = [Started.of(process) for process in [project.begin(), project.begin()]]

    assert [one.seen["version"] for one in started] == ["2.0", "2.0"]
    assert sorted(bool(one.said) for one in started) == [False, True]


def test_a_package_that_is_not_the_one_in_the_lock_is_refused(project: Project) -> None:
    project.lock("2.0", digest="0" * 64)

    refused = project.start()
    project.lock("2.0")
    mended = project.start()

    assert refused.code == 1
    assert "THESE PACKAGES DO NOT MATCH THE HASHES" in refused.said
    assert refused.said.endswith("could not install its packages; the reason is above. Mend it and start again.")
    assert mended.seen["version"] == "2.0"


def test_an_environment_that_has_the_packages_is_used_as_it_is(tmp_path: Path) -> None:
    project = new_project(tmp_path)
    (project.folder / "bsoo" / "cli.py").write_text("def app(prog_name):\n    print('here')\n")
    (project.folder / "requirements.lock").write_text(f"pytest=={metadata.version('pytest')} \\\n    --hash=sha256:0\n")

    started = project.start(python=Path(sys.executable))

    assert (started.out, started.said) == ("here\n", "")
    assert not (project.folder / ".venv").exists()


def test_a_bsoo_that_came_by_pip_has_no_lock_and_just_runs(tmp_path: Path) -> None:
    project = new_project(tmp_path)
    (project.folder / "bsoo" / "cli.py").write_text("def app(prog_name):\n    print('here')\n")
    (project.folder / "requirements.lock").unlink()

    started = project.start()

    assert (started.out, started.said) == ("here\n", "")


def test_an_old_python_is_told_so_in_one_line(tmp_path: Path) -> None:
    started = new_project(tmp_path).start("-c", "import bsoo.__main__ as m; m.OLDEST = (4, 0); m.main()")

    assert started.code == 1
    assert started.said == f"bsoo needs Python 4.0 or newer; this is {sys.version.split()[0]}."


def test_a_missing_venv_module_is_named_with_the_package_to_install(tmp_path: Path) -> None:
    without = "import sys; sys.modules['ensurepip'] = None; import bsoo.__main__ as m; m.main()"

    started = new_project(tmp_path).start("-c", without)

    assert started.code == 1
    assert started.said == "bsoo needs Python's venv module: install it (Debian, Ubuntu: apt install python3-venv)."


def name_of(requirement: str) -> str:
    return re.split(r"[^a-z0-9-]", requirement)[0]


def pins(name: str) -> dict[str, str]:
    return dict(re.findall(r"^([a-z0-9._-]+)==([^ ;\\]+)", (ROOT / name).read_text(), re.MULTILINE))


def test_the_locks_hold_what_pyproject_asks_for_and_name_no_address() -> None:
    asked = tomllib.loads((ROOT / "pyproject.toml").read_text())
    names = {name_of(line) for line in asked["project"]["dependencies"]}
    dev = {name_of(line) for line in asked["dependency-groups"]["dev"]}

    assert "fastapi" in names, "the walk itself is broken"
    assert names - set(pins("requirements.lock")) == set()
    assert (names | dev) - set(pins("requirements-dev.lock")) == set()
    for lock in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / lock).read_text()
        assert "://" not in text
        assert text.count("--hash=") >= len(pins(lock))


def test_developers_run_the_very_packages_that_users_run() -> None:
    users, developers = pins("requirements.lock"), pins("requirements-dev.lock")

    assert {name: developers.get(name) for name in users} == users
