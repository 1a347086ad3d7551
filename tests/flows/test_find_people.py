"""Finding residents through HTTP, on both databases: every way of writing a name or number, signs as themselves."""

import pytest
from sqlalchemy import select

from data.desk.residents import PutResident
from data.models import ContactRow, ResidentRow, fact_of
from data.store.kinds import KINDS
from data.store.verify import verify
from dispatch.lifecycle import Actor
from dispatch.resident import Resident
from tests.conftest import Site

PEOPLE = "/api/v1/residents"
ADMIN = Actor(user="admin", role="admin")


def rename(site: Site, no: str, name: str, phone: str) -> None:
    """Let somebody of the register have another name and number."""
    with site.world.database.read() as session:
        known = fact_of(Resident, session.scalar(select(ResidentRow).where(ResidentRow.no == no)))
    told = {f: getattr(known, f) for f in known.__dataclass_fields__} | {"name": name, "phone": phone}
    site.world.desk.start(PutResident(resident=Resident(**told)), ADMIN, site.clock())


def found(site: Site, text: str) -> set[str]:
    return {one["no"] for one in site.get("dispatcher", PEOPLE, text=text, limit=200)["items"]}


def test_a_name_is_found_however_it_is_written(site: Site) -> None:
    names = {
        "R000001": "張國藩",
        "R000002": "阿依古丽·买买提",
        "R000003": "Ａｎｎａ　Ｗａｎｇ",
        "R000004": "𠮷田一郎",
        "R000005": "李%",
    }
    for no, name in names.items():
        rename(site, no, name, "13800138000")
    for no, texts in {
        "R000001": ("张国藩", "張国藩", "张国", "zhangguofan", "ZHANG GUO", "zgf"),
        "R000002": ("阿依古丽买买提", "阿依古丽•", "ayiguli", "ayg"),
        "R000003": ("anna", "Anna Wang", "ＡＮＮＡ", "aw"),
        "R000004": ("吉田", "𠮷田", "jityi"[:2]),
        "R000005": ("李%",),
    }.items():
        for text in texts:
            assert no in found(site, text), text
    assert found(site, "李%") == {"R000005"}
    assert found(site, "%") == found(site, "_") == found(site, "李_") == found(site, "\\") == set()
    with site.world.database.read() as session:
        assert verify(session, KINDS) == []


@pytest.mark.parametrize(
    ("kept", "ways"),
    [
        ("13900139777", "139 0013 9777|+86 13900139777|0086-139-0013-9777|１３９００１３９７７７|9777"),
        ("0571-88881949转8012", "057188881949-8012|(0571) 88881949 转 8012"),
        ("+852 9123 4567", "+85291234567|00852 9123-4567"),
        ("400-812-3123", "4008123123|400 812 3123"),
    ],
)
def test_a_number_is_found_however_it_is_written(site: Site, kept: str, ways: str) -> None:
    contact = {"name": "許先生", "phone": kept}
    made = site.post(
        None, "/api/v1/tickets", 201, category="E0102", channel="web", contact=contact, **site.inside()
    )
    with site.world.database.read() as session:
        told = session.scalar(select(ContactRow).where(ContactRow.subject == made["no"]))
    assert (told.folded, told.pinyin, told.initials) == ("许先生", "xuxiansheng", "xxs")
    rename(site, "R000009", "许三", told.phone)
    for way in ways.split("|"):
        assert "R000009" in found(site, way), way
