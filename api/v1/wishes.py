"""What somebody wants, in one form, read the same way at every door: an order, a report or a question."""

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from api.forms import ContactForm, Datum, Form, Long, OrderForm, Placed, ReportForm, Short, Wishes
from api.v1.callers import Known
from api.v1.foresight import Wish
from api.views.intake import understood
from api.world import World
from data.desk.questions import NewQuestion
from data.queries.questions import known_words
from dispatch.errors import BadFieldError
from dispatch.questions import Asking
from dispatch.sayings import Wanted
from geo.place import LonLat
from grid.account import Account


class WishForm(Form):
    """One thing that is wanted; what is known of the caller and can be understood is left out.

    ``words`` is as it was spoken; ``code`` an item or a category, where it is not understood from the words. ``text`` is
    the question, the description or the note. A question with its ``answer`` is closed by it.
    """

    kind: Wanted | None = None
    words: Annotated[str, Field(max_length=60)] = ""
    code: Annotated[str, Field(max_length=12)] = ""
    text: Long = ""
    answer: Long = ""
    lon: Annotated[float, Field(ge=-180, le=180)] | None = None
    lat: Annotated[float, Field(ge=-90, le=90)] | None = None
    datum: Datum = "wgs84"
    accuracy_m: Annotated[float, Field(ge=0, le=5000)] = 0.0
    address: Short = ""
    cell: Annotated[str, Field(pattern=r"^\d{0,20}$")] = ""
    nature: Annotated[str, Field(max_length=40)] = ""
    photos: Annotated[tuple[Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")], ...], Field(max_length=9)] = ()
    wanted_at: AwareDatetime | None = None
    max_price_fen: Annotated[int, Field(ge=0, le=100_000_00)] | None = None
    wishes: Wishes = ()
    subsidy: Literal["auto", "required", "none"] = "auto"

    def place(self) -> LonLat | None:
        """Give the position in WGS-84, None when none was told."""
        if self.lon is None or self.lat is None:
            return None
        return Placed(lon=self.lon, lat=self.lat, datum=self.datum).place()


def wish_of(form: WishForm, world: World, known: Known, channel: str) -> Wish:
    """Read what is meant by a form that came through a door, of somebody who was recognised or not."""
    with world.database.read() as session:
        heard = known_words(session)
    meant = understood(world, form.words, heard) if form.words else ()
    kind, code = form.kind, form.code
    if not code and kind != "question":
        fitting = [one for one in meant if kind in (None, one.wanted)]
        kind, code = (fitting[0].wanted, fitting[0].code) if fitting else (None, "")
    if code and kind is None:
        kind = "order" if code in world.catalogue.items else "report"
    place = form.place() or (known.resident.place if known.resident else None)
    return Wish(
        kind=kind,
        code=code,
        known=known,
        meant=meant,
        chosen=bool(form.words and code) and code not in {one.code for one in meant},
        place=place,
        wanted_at=form.wanted_at,
        max_price_fen=form.max_price_fen,
        wishes=form.wishes,
        text=form.text or form.words,
        channel=channel,
    )


def contact_of(known: Known) -> ContactForm | None:
    """Give who calls as the forms of orders and reports take it.

    Raises
    ------
    BadFieldError
        When a name is lacking.
    """
    told = known.contact
    if told is None:
        return None
    if not told.name:
        raise BadFieldError("name", "", "this number is not known yet; ask for a name")
    fields = {name: getattr(told, name) for name in ("name", "phone", "address")}
    return ContactForm(**fields)


def order_form(form: WishForm, wish: Wish) -> OrderForm:
    """Give an order as the interface of orders takes it."""
    resident = wish.known.resident
    return OrderForm(
        item=wish.code,
        lon=form.lon,
        lat=form.lat,
        datum=form.datum,
        resident=resident.no if resident else "",
        channel=wish.channel,  # type: ignore[arg-type]  # one of its doors
        contact=None if resident else contact_of(wish.known),
        wanted_at=form.wanted_at,
        max_price_fen=form.max_price_fen,
        wishes=form.wishes,
        subsidy=form.subsidy,
        note=form.text,
    )


def report_form(form: WishForm, wish: Wish) -> ReportForm:
    """Give a report as the interface of tickets takes it.

    Raises
    ------
    BadFieldError
        Without a place.
    """
    if wish.place is None:
        raise BadFieldError("lon", form.lon, "give lon and lat, or a resident whose address is registered")
    return ReportForm(
        category=wish.code,
        lon=wish.place.lon,
        lat=wish.place.lat,
        accuracy_m=form.accuracy_m,
        description=form.text or form.words,
        address=form.address,
        channel=wish.channel,  # type: ignore[arg-type]  # one of its doors
        photos=list(form.photos),
        contact=contact_of(wish.known),
        cell=form.cell,
        nature=form.nature,
    )


def new_question(form: WishForm, wish: Wish, world: World, account: Account, key: str) -> NewQuestion:
    """Give a question as the door takes it; with its answer it is closed."""
    resident, contact = wish.known.resident, contact_of(wish.known)
    area = world.city.locate(wish.place).cell if wish.place else account.area or world.city.district.code
    asking = Asking(
        text=form.text or form.words,
        channel=wish.channel,
        area=area,
        resident=resident.no if resident else "",
        answer=form.answer,
    )
    return NewQuestion(
        asking=asking, contact=None if resident or contact is None else contact.contact(), key=key
    )
