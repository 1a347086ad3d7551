"""What Open311 answers in JSON; an empty text is null there.

Source: Open311 GeoReport v2 (frozen), its service discovery, and the extension for updates.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from api.answers.answer import Answer, Sometimes


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenError(Answer):
    """Why a request was refused."""

    code: int
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint(Answer):
    """One address of the interface."""

    specification: str
    url: str
    changeset: datetime
    type: Literal["test", "production"]
    formats: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovery(Answer):
    """Where the interface is and what it speaks."""

    changeset: datetime
    contact: str
    key_service: str
    endpoints: tuple[Endpoint, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenService(Answer):
    """One thing that can be reported."""

    service_code: str
    service_name: str
    description: str | None
    metadata: bool
    type: Literal["realtime"]
    keywords: str | None
    group: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AttributeValue(Answer):
    """One of the values of an attribute."""

    key: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute(Answer):
    """What a report may say beside its text, or with ``variable`` false what is told; ``values`` to choose from."""

    variable: bool
    code: str
    datatype: Literal["string", "singlevaluelist"]
    required: bool
    datatype_description: str | None
    order: int
    description: str | None
    values: Sometimes[tuple[AttributeValue, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceDefinition(Answer):
    """One service and its attributes."""

    service_code: str
    attributes: tuple[Attribute, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceRequest(Answer):
    """One report as the public may see it."""

    service_request_id: str
    status: Literal["open", "closed"]
    status_notes: str | None
    service_name: str
    service_code: str
    description: str | None
    agency_responsible: str | None
    service_notice: None
    requested_datetime: datetime
    updated_datetime: datetime
    expected_datetime: datetime
    address: str | None
    address_id: None
    zipcode: None
    lat: float
    long: float
    media_url: None


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestMade(Answer):
    """The number of a report that was taken in."""

    service_request_id: str
    service_notice: str | None
    account_id: None


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestUpdate(Answer):
    """One change of state of a report."""

    update_id: str
    service_request_id: str
    status: Literal["OPEN", "CLOSED"]
    updated_datetime: datetime
    description: str | None
    media_url: None
