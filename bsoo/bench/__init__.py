"""`python3 -m bsoo bench`: what must be fast, measured beside the plain limit of the same machine in the same run."""


def run(name: str, as_json: bool) -> int:
    """Run one benchmark, or all; 2 when there is none of that name."""
    from bsoo.bench import running  # noqa: PLC0415 -- the servers' packages are only needed for a run

    return running.run(name, as_json)
