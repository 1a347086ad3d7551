"""Words that rest sealed: encrypted for whoever may look, and hashed with a key so that they are found by themselves."""

import hmac
import os
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from tempfile import mkstemp

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from data.errors import DataError
from data.store.home import Home

KEY_BYTES, NONCE_BYTES = 32, 12
FILE = "people.key"


@dataclass(frozen=True, slots=True)
class Sealer:
    """Seals short texts with the key of an installation."""

    _key: bytes = field(repr=False)

    def seal(self, text: str) -> str:
        """Return a text encrypted, in hexadecimal; another one every time."""
        nonce = os.urandom(NONCE_BYTES)
        return (nonce + AESGCM(self._half("seal")).encrypt(nonce, text.encode(), None)).hex()

    def open(self, sealed: str) -> str:
        """Return a text that was sealed; empty for the empty text.

        Raises
        ------
        DataError
            When it was altered, or sealed with another key.
        """
        if not sealed:
            return ""
        raw = bytes.fromhex(sealed)
        try:
            return AESGCM(self._half("seal")).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], None).decode()
        except InvalidTag:
            raise DataError(
                f"a sealed text does not open with {FILE}; it was altered, or the key is another's"
            ) from None

    def digest(self, text: str) -> str:
        """Return the hash by which a text is found; without the key nobody can try texts against it."""
        return hmac.new(self._half("find"), text.encode(), sha256).hexdigest()

    def _half(self, use: str) -> bytes:
        return hmac.new(self._key, use.encode(), sha256).digest()


def open_sealer(home: Home) -> Sealer:
    """Return the sealer of an installation; its key is made once, and only its owner reads it."""
    path = home.keys / FILE
    if not path.exists():
        descriptor, draft = mkstemp(dir=home.keys)
        with os.fdopen(descriptor, "w") as file:
            file.write(os.urandom(KEY_BYTES).hex() + "\n")
        with suppress(FileExistsError):  # another process was quicker; its key is the one
            os.link(draft, path)
        Path(draft).unlink()
    return Sealer(bytes.fromhex(path.read_text().strip()))
