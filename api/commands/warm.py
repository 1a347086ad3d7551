"""``jinlin warm``: compile the kernels ahead."""

import time

import click

from api.commands.show import as_json, progress_bar
from dispatch.rounds.warm import warm as warm_rounds
from geo.warm import warm


@click.command("warm")
def command() -> None:
    """Compile the kernels of the road engine ahead, so that the first start is quick."""
    begun = time.perf_counter()
    with progress_bar("compile") as tell:
        warm()
        warm_rounds()
        tell("done", 1.0)
    as_json({"seconds": round(time.perf_counter() - begun, 1)})
