"""What is answered about providers."""

from dataclasses import dataclass

from api.answers.answer import Answer
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

    lon: float
    lat: float
    open: bool
    area_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderPage(Answer):
    """One page of providers; ``next`` is what to give as ``after`` for the following one, null on the last."""

    items: tuple[ProviderAnswer, ...]
    next: int | None
