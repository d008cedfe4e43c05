"""What this installation is: its address, its mailbox and its secret. Set once, at start, and read everywhere."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class House:
    """An installation as links, letters and calendar entries know it."""

    base_url: str = "http://127.0.0.1:8000"
    mail_from: str = "bsoo@bsoo.example"
    secret: str = field(default="", repr=False)
    reads_answers: bool = False
    """Whether anybody reads what calendars answer; only then are they asked to."""

    @property
    def domain(self) -> str:
        """Of its mailbox: letters and meetings are named by it, also after the site moves to another host."""
        return self.mail_from.rpartition("@")[2]


_house = House()


def house() -> House:
    return _house


def use(of_this_process: House) -> None:
    """Called by the composition root, before anything else."""
    global _house  # noqa: PLW0603 -- one installation for one process
    _house = of_this_process
