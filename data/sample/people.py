"""Invented residents, workers and what merchants say of themselves; plausible, from a seed, marked as samples."""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from dispatch.alarms.device import AlarmDevice
from dispatch.item import ServiceItem
from dispatch.providers.licence import Licence
from dispatch.providers.provider import Provider
from dispatch.resident import Resident
from geo.place import LonLat

SAMPLE = "sample"
SAMPLE_CHECKERS = ("sample-1", "sample-2")
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红建国志强春梅海燕文博雨晨子涵思远佳怡浩然欣妍俊杰雅琴德福永年家宝淑珍凤仙月娥金花水根阿毛小龙"
TAGS = (("elder_alone", 0.25), ("disabled", 0.04), ("veteran", 0.03), ("low_income", 0.02))
HOURS = {
    "emergency_medical": "24/7",
    "call_centre": "24/7",
    "fire": "24/7",
    "power": "24/7",
    "gas": "24/7",
    "locksmith": "24/7",
    "grid_worker": "Mo-Su 08:00-18:00",
    "catering": "Mo-Su 06:30-20:30",
    "grocery": "Mo-Su 06:00-21:00",
    "small_shop": "Mo-Su 07:00-22:00",
    "pharmacy": "Mo-Su 08:00-21:30",
    "clinic": "Mo-Su 08:00-20:00",
    "barber": "Mo-Su 09:00-20:00",
    "station": "Mo-Fr 08:30-17:30",
    "bank": "Mo-Sa 09:00-16:30",
    "post": "Mo-Sa 09:00-17:30",
    "school": "Mo-Fr 08:00-17:00",
    "repair": "Mo-Su 08:00-20:00",
    "small_trade": "Mo-Su 08:30-18:30",
    "laundry": "Mo-Su 08:30-18:30",
}
USUAL_HOURS = "Mo-Su 08:30-18:00"
CAPACITY = {"catering": 12, "grocery": 10, "station": 12, "clinic": 10, "call_centre": 60, "small_shop": 8}
DAYS_OF_JOINING = 1500
DEVICES = ("pendant", "pendant", "fall", "toilet_door", "motion", "smoke", "gas")
EQUIPPED, QUIET = 1 / 3, 1 / 12
ASSESSED, NEVER_VERIFIED = 1 / 6, 0.1
ABILITIES = (("GB/T 42195-2022", (40, 28, 16, 10, 6)), ("MZ/T 039-2013", (45, 30, 17, 8)))
"""Edition, and how often each level from 0 on is found."""
PUBLIC_NAMES = {
    "grid_worker": "网格服务岗",
    "call_centre": "社区呼叫中心",
    "volunteer": "志愿服务队",
    "emergency_medical": "急救站",
    "fire": "消防救援站",
    "power": "供电抢修点",
    "gas": "燃气服务站",
    "telecom": "通信维护点",
    "station": "便民服务站",
    "nurse": "上门护理站",
    "care_org": "居家养老服务中心",
    "counsellor": "心理服务站",
    "mediator": "人民调解室",
    "social_worker": "社工站",
    "charity": "慈善服务站",
    "assessor": "能力评估站",
    "culture_org": "文化站",
    "device_vendor": "安全设备服务点",
    "renovation": "适老化改造服务部",
    "proxy_shopper": "代购服务点",
    "lawyer": "法律服务所",
    "transport": "助行车队",
    "locksmith": "备案开锁",
    "housekeeping": "家政服务部",
    "repair": "维修部",
    "small_trade": "小修铺",
    "laundry": "洗衣店",
    "enterprise": "实习基地",
    "school": "社区学校",
}


@dataclass(frozen=True, slots=True)
class Merchant:
    """Somebody who could serve: what is known before prices are invented."""

    name: str
    categories: tuple[str, ...]
    place: LonLat
    area: str
    hours: str = ""
    phone: str = ""
    address: str = ""


def worker_of(community: str) -> str:
    """Give the account name of the grid worker of a community."""
    return f"w{community[6:]}"


def person_name(draw: random.Random) -> str:
    """Draw a name of two or three characters."""
    given = "".join(draw.choice(GIVEN) for _ in range(1 if draw.random() < 0.25 else 2))
    return draw.choice(SURNAMES) + given


def phone_number(draw: random.Random) -> str:
    """Draw a mobile number."""
    return f"1{draw.choice('35789')}{draw.randrange(10)}{draw.randrange(10**8):08d}"


def providers(
    merchants: Sequence[Merchant], items: Mapping[str, ServiceItem], seed: int, today: date | None
) -> list[Provider]:
    """Give merchants prices, capacity and a day of joining in the years before today; ratings come from orders alone.

    Parameters
    ----------
    merchants : sequence of Merchant
    items : Mapping of str to ServiceItem
    seed : int
    today : date or None
        None for merchants of whom nobody knows when they joined.

    Returns
    -------
    list of Provider
        Numbered from 1 in the order given.
    """
    draw = random.Random(seed)  # noqa: S311 - sample data
    joined = random.Random(f"{seed} joined")  # noqa: S311 - sample data
    made = []
    for number, merchant in enumerate(merchants, 1):
        main = merchant.categories[0]
        factor = draw.choice((0.8, 0.9, 1.0, 1.0, 1.0, 1.1, 1.25))
        prices = {
            i.code: round(i.price_fen * factor / 50) * 50
            for i in items.values()
            if i.category in merchant.categories and i.price_fen
        }
        made.append(
            Provider(
                id=number,
                no=f"P{number:05d}",
                name=merchant.name,
                categories=merchant.categories,
                place=merchant.place,
                state=draw.choices(("active", "trial", "warned", "suspended"), (93, 4, 2, 1))[0],
                address=merchant.address,
                phone=merchant.phone or phone_number(draw),
                hours=merchant.hours or HOURS.get(main, USUAL_HOURS),
                area=merchant.area,
                capacity=CAPACITY.get(main, draw.randrange(2, 6)),
                prices_fen=prices,
                licences=_licences(items, merchant.categories, number, today),
                joined_on=today and today - timedelta(days=joined.randrange(20, DAYS_OF_JOINING)),
            )
        )
    return made


def _licences(
    items: Mapping[str, ServiceItem], categories: Sequence[str], number: int, today: date | None
) -> tuple[Licence, ...]:
    """Invent the licences that the services of some trades need, two months to four years before their end."""
    draw = random.Random(f"{number} licensed")  # noqa: S311 - sample data
    needed = sorted({kind for i in items.values() if i.category in categories for kind in i.licences})
    return tuple(
        Licence(
            kind=kind,
            number=f"样例{number:05d}-{kind}",
            authority="样例",
            until=today and today + timedelta(days=draw.randrange(60, 1460)),
            checked_by=SAMPLE_CHECKERS,
        )
        for kind in needed
    )


@dataclass(frozen=True, slots=True)
class Homes:
    """Dwellings side by side, shape (homes,): position, households, address, cell."""

    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    households: NDArray[np.float64]
    address: Sequence[str]
    cell: Sequence[str]


def residents(homes: Homes, count: int, seed: int, year: int) -> Iterator[Resident]:
    """Invent residents living in households of one to four, more where more households are.

    Yields nothing when nobody can live anywhere.
    """
    draw = random.Random(seed)  # noqa: S311 - sample data
    weights = homes.households.tolist()
    if not any(weights):
        return
    number = 0
    chosen = draw.choices(range(len(weights)), weights, k=count)
    for home in chosen:
        household = f"H{number + 1:06d}"
        unit, floor, door = draw.randrange(1, 4), draw.randrange(1, 7), draw.randrange(1, 5)
        address = f"{homes.address[home]}{unit}单元{floor}{door:02d}室"
        surname_of_house = person_name(draw)
        for member in range(draw.choices((1, 2, 3, 4), (30, 35, 25, 10))[0]):
            if number >= count:
                return
            number += 1
            yield _resident(draw, homes, home, number, (household, address, surname_of_house, member), year)


def assessments(people: Sequence[Resident], seed: int, today: date) -> list[dict[str, object]]:
    """Invent assessments of one elder in six, some of them too old or by the edition before; empty without elders."""
    draw = random.Random(f"{seed} assessed")  # noqa: S311 - sample data
    elders = (r for r in people if r.birth_year is not None and r.birth_year <= today.year - 60)
    made: list[dict[str, object]] = []
    for resident in elders:
        if draw.random() >= ASSESSED:
            continue
        edition, weights = draw.choices(ABILITIES, (92, 8))[0]
        made.append(
            {
                "resident": resident.no,
                "assessed_on": today - timedelta(days=draw.randrange(800)),
                "edition": edition,
                "level": draw.choices(range(len(weights)), weights)[0],
            }
        )
    return made


def devices(people: Sequence[Resident], seed: int, now: datetime) -> list[dict[str, object]]:
    """Invent devices of one in three elders who live alone, one in twelve of them silent for days."""
    draw = random.Random(f"{seed} devices")  # noqa: S311 - sample data
    made: list[dict[str, object]] = []
    for resident in people:
        if "elder_alone" not in resident.tags or draw.random() >= EQUIPPED:
            continue
        quiet_h = draw.uniform(30, 480) if draw.random() < QUIET else draw.uniform(0, 2)
        no, kind = f"D{len(made) + 1:05d}", draw.choice(DEVICES)
        since, heard_at = now - timedelta(days=draw.uniform(30, 700)), now - timedelta(hours=quiet_h)
        device = AlarmDevice(
            no=no, kind=kind, resident=resident.no, since=since, heard_at=heard_at, tested_at=since
        )
        made.append(asdict(device))
    return made


def verified(draw: random.Random, now: datetime, days: int) -> datetime | None:
    """Draw when a record was last verified, within so many days; one in ten never was."""
    if draw.random() < NEVER_VERIFIED:
        return None
    return now - timedelta(days=draw.uniform(0, days))


def _resident(
    draw: random.Random, homes: Homes, home: int, number: int, house: tuple[str, str, str, int], year: int
) -> Resident:
    household, address, head, member = house
    age = min(99, max(0, round(draw.triangular(0, 96, 58 if member < 2 else 20))))
    tags = [SAMPLE]
    if age >= 60:
        tags += [tag for tag, share in TAGS if draw.random() < share]
    name = head if member == 0 else (head[0] + person_name(draw)[1:] if member > 1 else person_name(draw))
    return Resident(
        id=number,
        no=f"R{number:06d}",
        name=name,
        phone=phone_number(draw),
        address=address,
        place=LonLat(round(float(homes.lon[home]), 6), round(float(homes.lat[home]), 6)),
        cell=homes.cell[home],
        household=household,
        birth_year=year - age,
        kind="floating" if draw.random() < 0.18 else "permanent",
        tags=tuple(tags),
    )
