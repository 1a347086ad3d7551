"""Kinds of the health station: seen by health roles alone, named by numbers that tell nothing, told to nobody."""

from data.models import ChronicCaseRow, HealthResultRow
from data.store.kind import Kind
from data.store.scope import Always, Scope
from dispatch.health.chronic import ChronicCase
from dispatch.health.result import HealthResult

HEALTH_ROLES = ("nurse",)
"""Who sees facts of health; of which persons, the scope of residents says."""
OF_HEALTH = Scope(dict.fromkeys(HEALTH_ROLES, Always()))

HEALTH_RESULT = Kind(
    name="health_result",
    fact=HealthResult,
    row=HealthResultRow,
    scope=OF_HEALTH,
    salted=True,
    of_person=True,
)

CHRONIC_CASE = Kind(
    name="chronic_case",
    fact=ChronicCase,
    row=ChronicCaseRow,
    lifecycle="chronic_lifecycle",
    scope=OF_HEALTH,
    salted=True,
    of_person=True,
)
