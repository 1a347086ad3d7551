"""Unified social credit codes of legal persons and sole traders, proven by their check character.

Source: GB 32100-2015: registering office, kind, six digits of its area, nine signs of the body, one check character; the
letters I, O, S, V and Z do not occur.
"""

import unicodedata

from dispatch.errors import BadFieldError

SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
LENGTH = 18
AREA = slice(2, 8)
SOLE_TRADER = "92"
"""What codes of sole traders begin with: registered for the market (9), and of this kind (2)."""
WANTED = "write the 18 digits and letters of the licence; the last follows from the others"


def check_credit_code(text: str) -> str:
    """Return a code without blanks, its letters large.

    Raises
    ------
    BadFieldError
        When its length, one of its signs or its check character is wrong.
    """
    bare = "".join(unicodedata.normalize("NFKC", text).split()).upper()
    if not is_credit_code(bare):
        raise BadFieldError("credit_code", text, WANTED)
    return bare


def is_credit_code(bare: str) -> bool:
    """Tell whether a text is a code with the right check character."""
    if len(bare) != LENGTH or any(sign not in SIGNS for sign in bare):
        return False
    return bare[AREA].isdigit() and bare[-1] == check_sign(bare[:-1])


def check_sign(body: str) -> str:
    """Return the check character that follows from the seventeen signs before it.

    Raises
    ------
    ValueError
        For a sign that does not occur.
    """
    total = sum(SIGNS.index(sign) * pow(3, place, 31) for place, sign in enumerate(body))
    return SIGNS[-total % 31]


def is_sole_trader(code: str) -> bool:
    """Tell whether a code is that of a sole trader; any other is that of a legal person."""
    return code.startswith(SOLE_TRADER)
