"""Numbers of identity cards: checked by their own digits, shown masked. Source: GB 11643-1999."""

import unicodedata
from datetime import date

from dispatch.errors import BadFieldError

LENGTH = 18
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS = "10X98765432"
SHOWN_START, SHOWN_END = 4, 2
WANTED = "write the 18 characters of the card; the last is a digit or X and follows from the others"


def check_identity(text: str) -> str:
    """Return the number of an identity card without blanks, its letter large.

    Raises
    ------
    BadFieldError
        When its length, its day of birth or its check character is wrong. The number is not told.
    """
    bare = "".join(unicodedata.normalize("NFKC", text).split()).upper()
    if not is_identity(bare):
        raise BadFieldError("identity", mask_identity(bare), WANTED)
    return bare


def is_identity(bare: str) -> bool:
    """Return whether a text is a number with the right check character and a day of birth that there was."""
    digits, check = bare[:-1], bare[-1:]
    if len(bare) != LENGTH or not (digits.isascii() and digits.isdigit()):
        return False
    total = sum(int(digit) * weight for digit, weight in zip(digits, WEIGHTS, strict=True))
    return CHECKS[total % 11] == check and _born(bare) is not None


def born_by(identity: str) -> date:
    """Return the day of birth that a number tells.

    Raises
    ------
    BadFieldError
        When it tells none.
    """
    born = _born(identity)
    if born is None:
        raise BadFieldError("identity", mask_identity(identity), WANTED)
    return born


def mask_identity(identity: str) -> str:
    """Return a number with its first four and last two characters; anything of another length wholly masked."""
    if len(identity) != LENGTH:
        return "*" * len(identity)
    hidden = LENGTH - SHOWN_START - SHOWN_END
    return identity[:SHOWN_START] + "*" * hidden + identity[-SHOWN_END:]


def _born(bare: str) -> date | None:
    try:
        return date(int(bare[6:10]), int(bare[10:12]), int(bare[12:14]))
    except ValueError:
        return None
