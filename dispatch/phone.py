"""Telephone numbers: read in whatever way they are written, kept in one, shown grouped or masked.

Kept are numbers of the mainland as they are dialled there (``13800138000``, ``057188881949``, ``4008123123``,
``96345``), all others with their country code (``+85291234567``), an extension after a hyphen.
"""

import re
import unicodedata

from phonenumbers import (
    NumberParseException,
    PhoneNumber,
    PhoneNumberFormat,
    PhoneNumberType,
    format_number,
    is_possible_number,
    is_valid_number,
    number_type,
    parse,
)

from dispatch.errors import BadFieldError

HOME, HOME_CODE = "CN", 86
LONGEST = 40
WANTED = "write 11 digits starting with 1, a landline with its area code, or + and the country code"
_MOBILE = re.compile(r"1[3-9]\d{9}")
_HOME_MOBILE = re.compile(r"(?:(?:\+|00)?86)?0?(1[3-9]\d{9})")
_LANDLINE = re.compile(r"0\d{2,3}\d{7,8}")
_LOCAL = re.compile(r"[2-8]\d{6,7}")
_SHORT = re.compile(r"\d{5}")
_DASHES = re.compile(r"[‐-―−﹘﹣ー—]")
_EXTENSION = re.compile(r"(?:转|轉|分机|分機|ext\.?|#|x)\s*:?\s*(\d{1,6})$", re.IGNORECASE)
_HYPHENED = re.compile(r"((?:0[1-9]\d{1,2}-)\d{7,8}|0[1-9]\d{8,10}|400-?\d{3}-?\d{4})-(\d{1,6})")
_SIGNS = re.compile(r"[\d\s()./+·-]+")


def check_phone(phone: str) -> str:
    """Return a phone number as it is kept; any way of writing the same number gives the same.

    Raises
    ------
    BadFieldError
        When it is no number that can be rung.
    """
    if (kept := read_phone(phone)) is None:
        raise BadFieldError("phone", phone, WANTED)
    return kept


def read_phone(text: str) -> str | None:
    """Return a phone number as it is kept, None for what is none."""
    if len(text) > LONGEST:
        return None
    plain = _DASHES.sub("-", unicodedata.normalize("NFKC", text)).strip()
    plain, extension = _parted(plain)
    if not _SIGNS.fullmatch(plain):
        return None
    number = _number(plain)
    return None if number is None else f"{number}-{extension}" if extension else number


def show_phone(kept: str) -> str:
    """Return a kept number grouped for reading: ``138 0013 8000``, ``0571 8888 1949 转 8012``; what is none stays."""
    number, _, extension = kept.partition("-")
    read = _parsed(number)
    if read is None or _SHORT.fullmatch(number) or _LOCAL.fullmatch(number):
        shown = number
    else:
        ours = read.country_code == HOME_CODE
        way = PhoneNumberFormat.NATIONAL if ours else PhoneNumberFormat.INTERNATIONAL
        grouped = format_number(read, way)
        shown = grouped if re.sub(r"\D", "", grouped) == number.lstrip("+") else number
    return f"{shown} 转 {extension}" if extension else shown


def mask_phone(phone: str) -> str:
    """Return a number with the first three and last four digits of a mobile, the last two of any other."""
    number, _, extension = phone.partition("-")
    if extension:
        return f"{mask_phone(number)}-{'*' * len(extension)}"
    if _MOBILE.fullmatch(phone):
        return f"{phone[:3]}****{phone[-4:]}"
    return "*" * max(0, len(phone) - 2) + phone[-2:]


def _parted(plain: str) -> tuple[str, str]:
    """Return number and extension; the second is empty for none."""
    if (told := _EXTENSION.search(plain)) is not None:
        return plain[: told.start()].strip(" ,;-"), told[1]
    if (told := _HYPHENED.fullmatch(plain.replace(" ", ""))) is not None:
        return told[1], told[2]
    return plain, ""


def _number(plain: str) -> str | None:
    bare = re.sub(r"[^\d+]", "", plain)
    if _SHORT.fullmatch(bare) or _LOCAL.fullmatch(bare):
        return bare
    # Before the library, which takes 179xx for the code of a carrier and cuts it off.
    mobile = _HOME_MOBILE.fullmatch(bare)
    if mobile is not None or (read := _parsed(bare)) is None:
        return mobile[1] if mobile else None
    if read.country_code != HOME_CODE:
        return format_number(read, PhoneNumberFormat.E164) if is_valid_number(read) else None
    rung = str(read.national_number)
    as_it_is = number_type(read) in (PhoneNumberType.SHARED_COST, PhoneNumberType.TOLL_FREE)
    if as_it_is or _MOBILE.fullmatch(rung):
        return rung
    dialled = f"0{rung}"
    return dialled if _LANDLINE.fullmatch(dialled) and is_possible_number(read) and bare != rung else None


def _parsed(number: str) -> PhoneNumber | None:
    try:
        return parse(number, HOME)
    except NumberParseException:
        return None
