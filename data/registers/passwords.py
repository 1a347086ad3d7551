"""Passwords that are good enough: hashed by argon2id, and none that everybody tries first."""

from functools import cache
from itertools import pairwise

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from dispatch.errors import BadFieldError

PASSWORDS = PasswordHash((Argon2Hasher(),))
SHORTEST = 10
AROUND = "0123456789!@#$%^&*._-+=? "
LEAST_SIGNS = 5
"""Different signs that a password has at least."""
STEMS = (
    "password", "passw0rd", "p@ssword", "p@ssw0rd", "qwerty", "qwertyuiop", "asdfgh", "asdfghjkl", "zxcvbn",
    "zxcvbnm", "1q2w3e4r", "1qaz2wsx", "q1w2e3r4", "iloveyou", "woaini", "5201314", "abc123", "abcd1234", "a123456",
    "admin", "administrator", "welcome", "letmein", "monkey", "dragon", "sunshine", "princess", "football",
    "changeme", "default", "secret", "system", "jinlin", "linju", "wangge", "shequ", "zhongguo", "nihao",
    "test", "guest", "root", "user", "login", "hello", "master", "superman", "computer",
)  # fmt: skip
"""Words that passwords everybody tries are made of; digits and signs around them do not make them better."""


def check_password(password: str, user: str) -> None:
    """Refuse a password that is short, common, or the account's own name.

    Raises
    ------
    BadFieldError
    """
    low = password.lower()
    bare = "".join(sign for sign in low if sign.isalpha())
    if len(password) < SHORTEST:
        raise BadFieldError("password", "***", f"at least {SHORTEST} characters")
    if len(set(low)) < LEAST_SIGNS or low.isdigit() or _runs(low):
        raise BadFieldError(
            "password", "***", "less even: not digits alone, not one sign or row of keys repeated"
        )
    core = low.strip(AROUND)
    if core in STEMS or bare in STEMS or (bare and bare in user) or user in (low, low[::-1], bare):
        raise BadFieldError(
            "password", "***", "one that is not tried first: no common word or own name with digits"
        )


def _runs(low: str) -> bool:
    """Tell whether nearly every sign follows the one before it, as in abcdefghij or 9876543210."""
    steps = [abs(ord(b) - ord(a)) <= 1 for a, b in pairwise(low)]
    return sum(steps) >= len(steps) - 1


@cache
def decoy() -> str:
    """Give a hash that fits no password, so that unknown users take as long as known ones."""
    return PASSWORDS.hash("no password of anybody")
