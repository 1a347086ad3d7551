"""Legal persons and sole traders that reside in the district, whether they are providers or not."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from dispatch.errors import BadFieldError
from dispatch.providers.credit_code import check_credit_code
from geo.place import LonLat


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """One legal person or sole trader.

    ``credit_code`` names it once and for all: providers of the same code are its shops. ``closed_on`` is the day it
    closed, None while it is open; ``verified_at`` when somebody last found all of this right, None for never.
    """

    no: str
    name: str
    credit_code: str
    place: LonLat
    area: str
    address: str = ""
    phone: str = ""
    trade: str = ""
    closed_on: date | None = None
    closed_why: str = ""
    verified_at: datetime | None = None


def check_entity(entity: Entity) -> Entity:
    """Return an entity as it may be kept.

    Raises
    ------
    BadFieldError
        For an empty name and a code that is none.
    """
    if not entity.name.strip():
        raise BadFieldError("name", entity.name, "this field must not be empty")
    return replace(entity, credit_code=check_credit_code(entity.credit_code))
