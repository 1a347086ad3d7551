"""Kinds of people: residents, their kin, plans, particulars, tags and visits."""

from data.models import CarePlanRow, HomeVisitRow, KinRow, ParticularsRow, ResidentRow, TagRow
from data.store.kind import Kind
from data.store.kinds.health import HEALTH_ROLES
from data.store.roles import overseen
from data.store.scope import Always, Same, Scope, Within
from dispatch.alarms.care import CarePlan, Kin
from dispatch.particulars import Particulars, Tag
from dispatch.resident import Resident
from grid.home_visits import HomeVisit

KEEPERS = frozenset({"dispatcher", "worker", "admin"})
"""Those who work with the people of an area, and may know who lives where."""

OF_PERSON = Scope(
    dict.fromkeys(("dispatcher", "admin"), Always()) | {"resident": Same("resident", "resident")}
)

RESIDENT = Kind(
    name="resident",
    letter="R",
    of_person=True,
    in_bulk=True,
    fact=Resident,
    row=ResidentRow,
    scope=Scope(dict.fromkeys((*KEEPERS, *HEALTH_ROLES), Within()) | {"resident": Same("no", "resident")}),
    derived=frozenset({"folded", "pinyin", "initials", "phone_end"}),
    salted=True,
    later=frozenset({"ended_on", "ended_why"}),
)

CARE_PLAN = Kind(
    name="care_plan",
    fact=CarePlan,
    row=CarePlanRow,
    key="resident",
    scope=OF_PERSON,
    salted=True,
    of_person=True,
)

KIN = Kind(
    name="kin",
    fact=Kin,
    row=KinRow,
    letter="K",
    scope=OF_PERSON,
    salted=True,
    later=frozenset({"ended_on"}),
)

PARTICULARS = Kind(
    name="particulars",
    fact=Particulars,
    row=ParticularsRow,
    key="resident",
    scope=OF_PERSON,
    salted=True,
    of_person=True,
)

TAG = Kind(name="tag", fact=Tag, row=TagRow, letter="N", scope=OF_PERSON, salted=True)

VISIT = Kind(
    name="visit",
    fact=HomeVisit,
    row=HomeVisitRow,
    letter="V",
    scope=overseen(by={"worker": Within()}),
    salted=True,
)
