"""Kind of matters: seen by the area, by the applicant, and by the departments that have or had a part in one."""

from data.models import MatterRow
from data.store.kind import Kind
from data.store.roles import OVERSEERS
from data.store.scope import All, HasPart, Same, Scope, Within
from grid.matters.fact import Matter

MATTER = Kind(
    name="matter",
    fact=Matter,
    row=MatterRow,
    letter="G",
    scope=Scope(
        dict.fromkeys((*OVERSEERS, "worker"), Within("area"))
        | {"department": All((Within("area"), HasPart())), "resident": Same("applicant", "resident")}
    ),
    salted=True,
    live=("state", "area", "stage"),
    told=True,
    public=("state", "due_at"),
)
