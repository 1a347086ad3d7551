"""How operations on matters are asked by the test of who may, beside `access_cases`."""

from sqlalchemy import select, update

from data.models import MatterRow
from tests.api.access_cases import Asked, Things, holds
from tests.conftest import Site

PATH = "/api/v1/matters"
PAPERS = ["id_card", "household_book"]
FORM = {"kind": "MC02", "answers": {"cause": "fire", "members": 3}, "papers": PAPERS}


def begun(site: Site, department: str) -> str:
    """Begin a matter of the resident, and let a department have a part in it; gives its number."""
    no = str(site.post("r000001", PATH, 201, **FORM)["no"])
    with site.world.database.read() as session:
        (part,) = session.scalar(select(MatterRow.parts).where(MatterRow.no == no)) or []
    joint = part | {"department": department, "lead": False}
    change = update(MatterRow).where(MatterRow.no == no).values(parts=[part, joint])
    site.world.database.write(lambda session: session.execute(change))
    return no


def asked(t: Things) -> dict[str, Asked]:
    """Tell how each operation is asked."""
    return {
        f"GET {PATH}/kinds": Asked(),
        f"POST {PATH}": Asked(body=FORM | {"applicant": t.resident}),
        f"GET {PATH}": Asked(shows=holds(t.matter)),
        f"GET {PATH}/{{no}}": Asked(path={"no": t.matter}),
        f"POST {PATH}/{{no}}/actions": Asked(path={"no": t.matter}, body={"action": "add"}),
    }
