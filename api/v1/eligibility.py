"""Eligibility over HTTP: who would get which subsidy for a service, and why, or why not."""

from datetime import date
from typing import Annotated, Any, Literal, Self

from fastapi.responses import JSONResponse
from pydantic import Field, model_validator
from sqlalchemy.orm import Session

from api.access import access
from api.answers.money import EligibilityAnswer
from api.forms import Form
from api.roles import AccountDep, WorldDep
from api.routing import Router
from api.views.money import verdict_view
from api.world import World
from data.queries.scope import find
from data.registers.entitlement import months_after, profile_of, quota_used
from data.store.kinds.people import KEEPERS, RESIDENT
from dispatch.errors import BadFieldError
from dispatch.money.eligibility import Profile, Question, judge
from dispatch.money.month import month_of_day
from grid.account import Account

router = Router(prefix="/api/v1", tags=["money"])
Fen = Annotated[int, Field(ge=0, le=100_000_00)]


class ProfileForm(Form):
    """A person who is in no register, to try a policy with."""

    age: Annotated[int, Field(ge=0, le=130)] | None = None
    kind: Literal["permanent", "floating"] = "permanent"
    tags: Annotated[tuple[str, ...], Field(max_length=40)] = ()
    edition: Annotated[str, Field(max_length=40)] = ""
    level: Annotated[int, Field(ge=0, le=9)] | None = None
    assessed_on: date | None = None
    area: Annotated[str, Field(pattern=r"^\d{0,20}$")] = ""


class EligibilityForm(Form):
    """A service, what it costs, and who wants it: somebody of the register, or a profile."""

    item: Annotated[str, Field(min_length=1, max_length=12)]
    price_fen: Fen | None = None
    insurance_fen: Fen = 0
    on: date | None = None
    resident: Annotated[str, Field(max_length=24)] = ""
    profile: ProfileForm | None = None

    @model_validator(mode="after")
    def _is_of_one(self) -> Self:
        if self.resident and self.profile:
            raise ValueError("give a resident or a profile, not both")
        return self


@router.post(
    "/eligibility",
    response_model=EligibilityAnswer,
    responses={404: {"description": "Nobody of that number lives in one's area"}},
    **access(*sorted(KEEPERS), "resident", outside="hidden", others="hidden"),
)
def eligibility(form: EligibilityForm, world: WorldDep, account: AccountDep) -> JSONResponse:
    """Tell what every policy that holds gives a person for a service, the best first, and why; nothing is reserved."""
    item = world.city.item(form.item)
    on = form.on or world.catalogue.local(world.clock()).date()
    price = item.price_fen if form.price_fen is None else form.price_fen
    question = Question(item=form.item, price_fen=price, insurance_fen=form.insurance_fen)
    rules = world.catalogue.money
    with world.database.read() as session:
        profile, used = _who(form, world, account, session, on)
    verdicts = [verdict_view(world, v) for v in judge(profile, question, rules.policies, used)]
    best = verdicts[0]
    body: dict[str, Any] = {
        "item": form.item,
        "on": on.isoformat(),
        "price_fen": price,
        "insurance_fen": form.insurance_fen,
        "eligible": best["amount_fen"] > 0,
        **{name: best[name] for name in ("payer", "amount_fen", "own_fen", "told_zh", "told_en")},
        "verdicts": verdicts,
    }
    return JSONResponse(body)


def _who(
    form: EligibilityForm, world: World, account: Account, session: Session, on: date
) -> tuple[Profile, dict[str, int]]:
    """Return the profile asked about, and what the person used of this month's quotas."""
    months = world.catalogue.rulebook.registers.elders.valid_months
    number = form.resident or (account.resident if form.profile is None else "")
    if number:
        who = find(session, RESIDENT, number, account.actor(), world.scheme)
        used = quota_used(session, who.no, month_of_day(on), world.catalogue.money.policies)
        return profile_of(session, who, on, months), used
    if form.profile is None:
        raise BadFieldError("resident", "", "name a resident, or give a profile")
    told = form.profile
    if odd := sorted(set(told.tags) - set(world.catalogue.people.tags)):
        raise BadFieldError("profile.tags", odd[0], "one of " + ", ".join(world.catalogue.people.tags))
    profile = Profile(
        on=on,
        area=told.area or world.city.district.code,
        age=told.age,
        kind=told.kind,
        tags=frozenset(told.tags),
        edition=told.edition,
        level=told.level,
        valid_until=None if told.assessed_on is None else months_after(told.assessed_on, months),
    )
    return profile, {}
