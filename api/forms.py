"""What may be sent: request bodies with their limits. Unknown fields are refused."""

from typing import Annotated, Any, Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from dispatch.errors import BadFieldError
from dispatch.matching.wishes import WISHES, CallerWish
from dispatch.phone import check_phone
from dispatch.resident import Contact
from geo.datum import to_wgs84
from geo.place import LonLat
from grid.home_visits import Told

Short = Annotated[str, Field(max_length=200)]
Long = Annotated[str, Field(max_length=4000)]
Hours = Annotated[str, Field(min_length=1, max_length=1000)]
Code = Annotated[str, Field(min_length=1, max_length=32)]
Degrees = Annotated[float, Field(ge=-180, le=180)]
Datum = Literal["wgs84", "cgcs2000", "gcj02", "bd09"]
TicketChannel = Literal["worker", "phone", "web", "wechat", "counter", "kiosk", "hotline"]
OrderChannel = Literal["phone", "button", "web", "wechat", "counter", "kiosk", "worker"]


class Form(BaseModel):
    """Base of all bodies."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, allow_inf_nan=False)

    @model_validator(mode="after")
    def _holds_text(self) -> Self:
        """Refuse NUL and halves of letters, which no store keeps as text."""
        for name in type(self).model_fields:
            if bad := _unwritable(getattr(self, name)):
                raise ValueError(f"{name} holds {bad}, which is no text")
        return self


def _unwritable(value: object) -> str:
    """Name what keeps a value from being written as text; empty when nothing does."""
    if isinstance(value, str):
        if "\0" in value:
            return "a NUL"
        return "half a letter" if any("\ud800" <= sign <= "\udfff" for sign in value) else ""
    if isinstance(value, (list, tuple)):
        return next((bad for one in value if (bad := _unwritable(one))), "")
    return ""


class ChangeForm(Form):
    """Base of what changes a record: every field may be left out, and then stays as it is."""

    def given(self, *left_out: str) -> dict[str, Any]:
        """Return the fields that were sent with a value."""
        return self.model_dump(exclude=set(left_out), exclude_none=True)


class ContactForm(Form):
    """Who stands behind an order or report."""

    name: Annotated[str, Field(min_length=1, max_length=40)]
    phone: Annotated[str, Field(min_length=5, max_length=40)]
    address: Short = ""
    relation: Literal["self", "child", "spouse", "neighbour", "worker", "other"] = "self"

    def contact(self) -> Contact:
        """Give the contact with a checked phone number."""
        return Contact(
            name=self.name, phone=check_phone(self.phone), address=self.address, relation=self.relation
        )


class Placed(Form):
    """Anything with a position in a stated datum."""

    lon: Annotated[float, Field(ge=-180, le=180)]
    lat: Annotated[float, Field(ge=-90, le=90)]
    datum: Datum = "wgs84"

    def place(self) -> LonLat:
        """Give the position in WGS-84."""
        if self.datum in ("wgs84", "cgcs2000"):
            return LonLat(self.lon, self.lat)
        lon, lat = to_wgs84(self.lon, self.lat, self.datum)
        return LonLat(float(lon), float(lat))


class PlaceChange(Form):
    """Another place, in a stated datum; both or neither of its coordinates."""

    lon: Degrees | None = None
    lat: Degrees | None = None
    datum: Datum = "wgs84"

    def moved(self) -> LonLat | None:
        """Return the place in WGS-84, None when none was sent.

        Raises
        ------
        BadFieldError
            When one of the coordinates is missing.
        """
        if self.lon is None and self.lat is None:
            return None
        if self.lon is None or self.lat is None:
            missing = "lon" if self.lon is None else "lat"
            raise BadFieldError(missing, None, "both lon and lat, or neither")
        return Placed(lon=self.lon, lat=self.lat, datum=self.datum).place()


class ReportForm(Placed):
    """A report of an issue."""

    category: Annotated[str, Field(min_length=1, max_length=12)]
    accuracy_m: Annotated[float, Field(ge=0, le=5000)] = 0.0
    description: Long = ""
    address: Short = ""
    channel: TicketChannel = "web"
    photos: Annotated[list[Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]], Field(max_length=9)] = []
    contact: ContactForm | None = None
    cell: Annotated[str, Field(pattern=r"^\d{0,20}$")] = ""
    nature: Annotated[str, Field(max_length=40)] = ""


Wishes = Annotated[tuple[CallerWish, ...], Field(max_length=len(WISHES))]
"""What the resident wishes of whoever comes."""


class OrderForm(Form):
    """An order of a service; the place comes from the resident's register entry when not given."""

    item: Annotated[str, Field(min_length=1, max_length=12)]
    lon: Annotated[float, Field(ge=-180, le=180)] | None = None
    lat: Annotated[float, Field(ge=-90, le=90)] | None = None
    datum: Datum = "wgs84"
    resident: Annotated[str, Field(max_length=24)] = ""
    channel: OrderChannel = "web"
    contact: ContactForm | None = None
    wanted_at: AwareDatetime | None = None
    max_price_fen: Annotated[int, Field(ge=0, le=100_000_00)] | None = None
    wishes: Wishes = ()
    subsidy: Literal["auto", "required", "none"] = "auto"
    note: Long = ""


class ActionForm(Form):
    """One action; which fields it needs stands in the lifecycle table."""

    action: Annotated[str, Field(min_length=1, max_length=40)]
    reason: Long | None = None
    note: Long | None = None
    evidence: Annotated[list[Annotated[str, Field(max_length=64)]], Field(max_length=9)] | None = None
    department: Short | None = None
    limit: Short | None = None
    review_on: Short | None = None
    parent: Short | None = None
    rating: Annotated[int, Field(ge=1, le=5)] | None = None
    solved: bool | None = None
    worker: Short | None = None
    stage: Short | None = None
    found: Literal["exists", "absent", "unclear"] | None = None
    provider: int | None = None
    lon: Annotated[float, Field(ge=-180, le=180)] | None = None
    lat: Annotated[float, Field(ge=-90, le=90)] | None = None
    price_fen: Annotated[int, Field(ge=0, le=100_000_00)] | None = None
    who: Short | None = None
    how: Short | None = None
    reference: Short | None = None
    cause: Short | None = None
    visit_cause: Short | None = None
    line: Short | None = None
    cell: Annotated[str, Field(pattern=r"^\d{1,20}$")] | None = None

    def fields_given(self) -> dict[str, Any]:
        """Give the fields that were sent, without the action's name."""
        return {k: v for k, v in self.model_dump(exclude={"action"}).items() if v is not None}


class VisitForm(Form):
    """A visit to a resident or household, where the teller stood, what was found, and the ticket that it raises."""

    resident: Annotated[str, Field(max_length=24)] = ""
    household: Annotated[str, Field(max_length=24)] = ""
    visited_at: AwareDatetime
    finding: Annotated[str, Field(min_length=1, max_length=24)]
    note: Long = ""
    confirmed: bool = False
    lon: Annotated[float, Field(ge=-180, le=180)] | None = None
    lat: Annotated[float, Field(ge=-90, le=90)] | None = None
    datum: Datum = "wgs84"
    category: Annotated[str, Field(max_length=12)] = ""
    description: Long = ""

    def told(self) -> Told:
        """Give what was told."""
        at = None
        if self.lon is not None and self.lat is not None:
            at = Placed(lon=self.lon, lat=self.lat, datum=self.datum).place()
        words = self.model_dump(exclude={"lon", "lat", "datum"})
        return Told(at=at, **words)


class SessionForm(Form):
    """A sign-in."""

    user: Annotated[str, Field(min_length=1, max_length=64)]
    password: Annotated[str, Field(min_length=1, max_length=200)]
    code: Annotated[str, Field(max_length=12)] = ""


class PasswordForm(Form):
    """Another password for the own account."""

    old: Annotated[str, Field(min_length=1, max_length=200)]
    new: Annotated[str, Field(min_length=1, max_length=200)]


class SecondFactorForm(Form):
    """The secret that was drawn, and a code of it."""

    secret: Annotated[str, Field(pattern=r"^[A-Z2-7]{32}$")]
    code: Annotated[str, Field(pattern=r"^[0-9]{6}$")]


class RevealForm(Form):
    """A request to see personal data unmasked; the purpose is that of the door when none is stated."""

    reason: Annotated[str, Field(min_length=4, max_length=200)]
    purpose: Short = ""


class HealthLookForm(Form):
    """Why a health record is opened; it is kept with who and when, and the person can read it."""

    reason: Annotated[str, Field(min_length=4, max_length=200)]


class ProviderForm(Form):
    """One action on a provider."""

    action: Annotated[str, Field(min_length=1, max_length=40)]
    hours: Hours | None = None
    capacity: Annotated[int, Field(ge=0, le=500)] | None = None
    reason: Long | None = None
    note: Long | None = None

    def fields_given(self) -> dict[str, Any]:
        """Give the fields that were sent, without the action's name."""
        return {k: v for k, v in self.model_dump(exclude={"action"}).items() if v is not None}
