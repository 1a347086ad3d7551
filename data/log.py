"""The log of a process: a line a happening on the error stream, in logfmt, without the values that were worked on.

The message of an error, its trace and the locals of its frames may hold telephones, addresses and illnesses, and to
draw the locals of a frame that holds a district takes a minute in which no timer runs. An error is told by its kind
and the places it passed.
"""

import sys
import traceback
from typing import Final

import structlog
from structlog.typing import EventDict, WrappedLogger

FRAMES: Final = 8


def where(error: BaseException) -> str:
    """Return the places an error passed, outermost first, ``file:line`` each, at most `FRAMES`."""
    frames = traceback.extract_tb(error.__traceback__)[-FRAMES:]
    return " > ".join(f"{frame.filename}:{frame.lineno}" for frame in frames)


def without_values(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Replace what was raised by its kind, the kind of its cause, and the places it passed."""
    raised = event.pop("exc_info", None)
    if not raised:
        return event
    error = raised if isinstance(raised, BaseException) else sys.exc_info()[1]
    if error is not None:
        event["kind"], event["where"] = type(error).__name__, where(error)
        if error.__cause__ is not None:
            event["cause"] = type(error.__cause__).__name__
    return event


structlog.configure(
    processors=[
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        without_values,
        structlog.processors.LogfmtRenderer(key_order=["at", "level", "event"], drop_missing=True),
    ],
    logger_factory=lambda *_: structlog.PrintLogger(
        sys.stderr
    ),  # the stream of the moment: tests exchange it
)
LOG: Final = structlog.get_logger()
