"""What is answered to a photo."""

from dataclasses import dataclass

from api.answers.answer import Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoKept(Answer):
    """The name of a photo, and its size in pixels."""

    sha256: str
    width: int
    height: int
