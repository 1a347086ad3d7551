"""Accounts that exist only in a database made by ``jinlin demo``."""

from datetime import datetime

from sqlalchemy import select

from data.city.city import City
from data.desk.accounts import NewAccount
from data.desk.door import Desk
from data.errors import NotSetUpError
from data.models import ResidentRow
from data.registers.passwords import PASSWORDS
from data.sample.district import BUILDER
from data.sample.people import worker_of
from data.store.session import Database
from grid.account import Account

PASSWORD = "jinlin-demo"  # noqa: S105 - demo databases only, and printed at start
COMMON_DEPARTMENT = "DP24"


def add_demo_accounts(database: Database, city: City, now: datetime) -> None:
    """Add one account for every role, worker, department and street office.

    Raises
    ------
    NotSetUpError
        When the district is a real one.
    """
    if not city.district.sample:
        raise NotSetUpError("demo accounts have a known password; they go into a sample district alone")
    district = city.district.code
    accounts = [
        Account(user="dispatcher", name="调度员小周", role="dispatcher", area=district),
        Account(user="leader", name="区领导", role="leader", area=district),
        Account(user="admin", name="管理员", role="admin", area=district),
        Account(user="nurse", name="社区护士小林", role="nurse", area=district),
    ]
    for area in city.areas.values():
        if area.level == "community":
            accounts.append(
                Account(user=worker_of(area.code), name=f"{area.name}网格员", role="worker", area=area.code)
            )
        elif area.level in ("street", "district"):
            accounts.append(
                Account(
                    user=clerk_of(area.code),
                    name=city.department_name(area.code),
                    role="department",
                    area=area.code,
                    department=area.code,
                )
            )
    accounts += [
        Account(
            user=clerk_of(d.code),
            name=f"{d.name_zh}经办",
            role="department",
            area=district,
            department=d.code,
        )
        for d in city.catalogue.rulebook.departments.values()
    ]
    accounts += [
        Account(user=p.no.lower(), name=p.name, role="provider", provider=p.id, area=district)
        for p in list(city.providers.values())[:20]
    ]
    with database.read() as session:
        people = list(session.scalars(select(ResidentRow).order_by(ResidentRow.id).limit(20)))
    accounts += [Account(user=r.no.lower(), name=r.name, role="resident", resident=r.no) for r in people]
    desk = Desk(database, city.rules, city.district.code[: city.catalogue.rulebook.scheme.widths[0]])
    hashed = PASSWORDS.hash(PASSWORD)
    with database.batch():
        for account in accounts:
            desk.start(NewAccount(account=account, password=PASSWORD, hashed=hashed), BUILDER, now)


def clerk_of(department: str) -> str:
    """Give the account name of a department's clerk."""
    return f"d-{department.lower()}"


def logins(city: City) -> dict[str, str]:
    """Name one account of each role."""
    community = next((a.code for a in city.areas.values() if a.level == "community"), city.district.code)
    return {
        "resident": "r000001",
        "worker": worker_of(community),
        "dispatcher": "dispatcher",
        "department": clerk_of(COMMON_DEPARTMENT),
        "provider": "p00001",
        "leader": "leader",
        "admin": "admin",
        "nurse": "nurse",
    }
