"""What is answered about providers."""

from dataclasses import dataclass

from api.answers.answer import Answer
from api.answers.application import LicenceShown
from dispatch.providers.provider import Provider


@dataclass(frozen=True, kw_only=True)
class ProviderSummary(Answer):
    """What an order tells of a provider."""

    provider_no: str
    name: str
    phone: str
    address: str
    lon: float
    lat: float
    rating: float
    rating_count: int
    load: int
    capacity: int
    hours: str
    open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderAnswer(Answer, Provider):
    """A provider; ``open`` tells whether it is now."""

    licences: tuple[LicenceShown, ...]  # type: ignore[assignment]  # as everybody may see them
    lon: float
    lat: float
    open: bool
    area_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderDetail(ProviderAnswer):
    """A provider with its figures counted from orders as of now.

    ``ratings`` is how many the rating is of, ``ratings_by_phone`` how many of them the desk heard by telephone;
    ``orders_30d`` how many orders it took within thirty days and did not give back.
    """

    ratings: int
    ratings_by_phone: int
    orders_30d: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderPage(Answer):
    """One page of providers; ``next`` is what to give as ``after`` for the following one, null on the last."""

    items: tuple[ProviderAnswer, ...]
    next: int | None
