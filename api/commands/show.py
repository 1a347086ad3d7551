"""What commands show: JSON for machines, progress for people."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn


def as_json(value: Any) -> None:  # noqa: ANN401 - what JSON can hold
    """Print JSON."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


@contextmanager
def progress_bar(title: str) -> Iterator[Callable[[str, float], None]]:
    """Show one bar; the function given takes a step's name and the share done, 0 to 1."""
    console = Console(stderr=True)
    columns = (
        TextColumn("{task.fields[title]}"),
        BarColumn(),
        TextColumn("{task.description}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console) as bars:
        task = bars.add_task("", total=1.0, title=title)

        def tell(step: str, done: float) -> None:
            bars.update(task, completed=min(1.0, done), description=step)

        yield tell
