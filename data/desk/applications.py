"""Applications at the door: sent, checked, decided; an admitted one becomes a provider on trial."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from data.desk.follow_keys import keep_key
from data.desk.work import Deeds, Start, Work
from data.store.done import Done
from data.store.kinds.orders import APPLICATION, PROVIDER
from data.store.photos import check_photos
from dispatch.lifecycle import Action, Actor, Event
from dispatch.providers import application as applications
from dispatch.providers.application import Application, Criteria
from dispatch.providers.licence import Licence
from dispatch.providers.provider import Provider


@dataclass(frozen=True, slots=True, kw_only=True)
class NewApplication(Start[Application]):
    """What an applicant wrote, its number still empty, and the key to come back with."""

    application: Application
    key: str


def send_application(work: Work, new: NewApplication, by: Actor) -> Done[Application]:
    """Take an application in.

    Raises
    ------
    BadFieldError
    """
    check_photos(work.session, _photos(new.application.documents), work.now)
    local = work.catalogue.local(work.now)
    made, events = applications.apply(new.application, criteria_of(work), by, local)
    made = replace(made, no=work.draw(APPLICATION))
    keep_key(work.session, made.no, new.key)
    return Done(kind=APPLICATION, after=made, events=events)


def act_on_application(work: Work, no: str, action: Action) -> Done[Application]:
    """Carry out one action on an application; who is admitted becomes a provider with the same stroke.

    Raises
    ------
    MissingError, NotPossibleError, WrongRoleError, BadFieldError
        Nothing is changed then.
    """
    check_photos(work.session, _photos(action.fields.get("documents") or ()), work.now)
    before = work.locked(APPLICATION, no)
    local = work.catalogue.local(work.now)
    after, events = applications.act(before, action, criteria_of(work), local)
    if after.state != "admitted":
        return Done(kind=APPLICATION, before=before, after=after, events=events)
    provider = applications.admitted(after, work.draw(PROVIDER), work.catalogue.standing.prior_stars, local)
    after = replace(after, provider=provider.no)
    return Done(
        kind=APPLICATION, before=before, after=after, events=events, others=(_begin(work, provider, action),)
    )


def _photos(documents: Iterable[Licence]) -> list[str]:
    return [each.photo for each in documents if each.photo]


def _begin(work: Work, provider: Provider, action: Action) -> Done[Provider]:
    told = Event(
        name="registered",
        at=work.now,
        by=action.by.user,
        role=action.by.role,
        payload={"state": provider.state},
    )
    return Done(kind=PROVIDER, after=provider, events=(told,))


def criteria_of(work: Work) -> Criteria:
    """Return what applications are decided by."""
    catalogue = work.catalogue
    return Criteria(
        lifecycle=catalogue.application_lifecycle,
        items=catalogue.items,
        kinds=tuple(catalogue.providers.kinds),
    )


APPLICATIONS = Deeds(kind=APPLICATION, starts={NewApplication: send_application}, act=act_on_application)
