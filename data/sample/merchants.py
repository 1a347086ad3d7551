"""Merchants and services of the built-in district: dense along shopping streets, thin elsewhere."""

from dataclasses import dataclass
from random import Random

import numpy as np
from shapely import LineString, Point, STRtree

from data.sample.blocks import Filled
from data.sample.ground import OLD_TOWN, Street
from data.sample.names import Names

SHOPPING_STREETS = 15
MERCHANTS = 760
_DAY, _LATE, _OFFICE = "08:00-20:00", "09:00-22:00", "Mo-Fr 08:30-17:30"

# trade, tags, opening hours, share along shopping streets, share at estates
_TRADES: tuple[tuple[str, str, str, float, float], ...] = (
    ("理发店", "shop=hairdresser", "09:00-21:00", 9, 5),
    ("小吃店", "amenity=restaurant", "06:30-21:00", 10, 3),
    ("快餐", "amenity=fast_food", "10:00-21:30", 5, 2),
    ("便利店", "shop=convenience", "07:00-23:00", 6, 12),
    ("粮油店", "shop=grocery", _DAY, 3, 5),
    ("超市", "shop=supermarket", _LATE, 3, 4),
    ("果蔬店", "shop=greengrocer", "06:30-20:30", 3, 6),
    ("大药房", "amenity=pharmacy", _LATE, 4, 5),
    ("诊所", "amenity=clinic", "Mo-Sa 08:00-17:30", 2, 3),
    ("家政服务部", "office=cleaning", _DAY, 3, 4),
    ("修车铺", "shop=bicycle", "08:30-18:30", 2, 2),
    ("家电维修部", "craft=electronics_repair", "08:30-19:00", 4, 3),
    ("水电维修部", "craft=plumber", "08:00-20:00", 3, 3),
    ("开锁店", "craft=key_cutter", "00:00-24:00", 2, 1),
    ("裁缝铺", "craft=tailor", "09:00-19:00", 3, 2),
    ("修鞋摊", "craft=shoemaker", "09:00-18:00", 2, 1),
    ("快递驿站", "amenity=post_depot", "08:00-21:00", 2, 8),
    ("储蓄所", "amenity=bank", "Mo-Su 09:00-17:00", 3, 1),
    ("手机通信店", "shop=mobile_phone", "09:00-21:00", 4, 1),
    ("律师事务所", "office=lawyer", _OFFICE, 2, 0.3),
    ("装修店", "craft=builder", "08:30-18:00", 2, 1),
    ("养老用品店", "shop=medical_supply", "09:00-19:00", 2, 0.5),
    ("心理咨询室", "healthcare=psychotherapist", "Mo-Sa 09:00-18:00", 1, 0.4),
    ("物业公司", "office=property_management", "08:30-17:30", 0.3, 4),
    ("代购服务点", "shop=outpost", _LATE, 0.6, 1.5),
    ("煤气站", "shop=gas", "07:00-19:00", 0.4, 0.6),
    ("出租车服务点", "amenity=taxi", "00:00-24:00", 1, 0.4),
    ("护理站", "healthcare=nurse", "08:00-18:00", 0.8, 1.4),
)
# trade, tags, opening hours, how many in the district
_PUBLIC: tuple[tuple[str, str, str, int], ...] = (
    ("社区服务站", "amenity=community_centre", _DAY, 54),
    ("老年食堂", "amenity=canteen", "06:30-18:30", 18),
    ("居家养老服务中心", "amenity=social_facility;social_facility=day_care", "08:00-17:30", 20),
    ("养老院", "amenity=social_facility;social_facility=nursing_home", "00:00-24:00", 5),
    ("社区卫生服务站", "amenity=doctors", "08:00-20:00", 16),
    ("街道办事处", "office=government", _OFFICE, 6),
    ("派出所", "amenity=police", "00:00-24:00", 7),
    ("消防救援站", "amenity=fire_station", "00:00-24:00", 4),
    ("急救站", "emergency=ambulance_station", "00:00-24:00", 5),
    ("邮政支局", "amenity=post_office", "09:00-17:30", 7),
    ("文化馆", "amenity=arts_centre", "09:00-20:30", 6),
    ("图书分馆", "amenity=library", "09:00-20:30", 5),
    ("慈善超市", "shop=charity", "09:00-17:30", 5),
    ("志愿服务站", "office=ngo", "08:30-18:00", 12),
    ("社会工作站", "office=social_work", _OFFICE, 6),
    ("人民调解室", "office=mediation", _OFFICE, 6),
    ("供电营业厅", "office=energy_supplier", _OFFICE, 3),
    ("燃气服务站", "office=gas_supplier", _DAY, 3),
    ("评估中心", "office=assessment", _OFFICE, 2),
    ("呼叫中心", "office=call_centre", "00:00-24:00", 1),
    ("菜市场", "amenity=marketplace", "05:30-19:00", 9),
)


@dataclass(frozen=True, slots=True)
class Merchant:
    """A node on the map."""

    x: float
    y: float
    tags: dict[str, str]


def settle(streets: list[Street], filled: list[Filled], random: Random, names: Names) -> list[Merchant]:
    """Place merchants: three in five along a few shopping streets, the rest at estate gates, offices spread.

    Parameters
    ----------
    streets : list of Street
        Streets in metres, with names.
    filled : list of Filled
        Blocks with their gates.
    random : random.Random
        Where chance comes from.
    names : Names
        Gives names and telephone numbers.
    """
    shopping = _shopping_streets(streets)
    spots = [
        _beside(street, random) for street in random.choices(*_by_length(shopping), k=MERCHANTS * 3 // 5)
    ]
    gates = [gate for each in filled for gate in each.gates]
    near = [
        (x + random.uniform(-14, 14), y + random.uniform(-14, 14))
        for x, y in random.choices(gates, k=MERCHANTS - len(spots))
    ]
    trades = random.choices(_TRADES, [trade[3] for trade in _TRADES], k=len(spots))
    trades += random.choices(_TRADES, [trade[4] for trade in _TRADES], k=len(near))
    found = [
        (spot, trade[0], trade[1], trade[2]) for spot, trade in zip([*spots, *near], trades, strict=True)
    ]
    for trade, tags, hours, count in _PUBLIC:
        found.extend((spot, trade, tags, hours) for spot in _spread(gates, count, random))
    named = [street for street in streets if street.name]
    tree = STRtree([street.line for street in named])
    merchants = []
    for serial, ((x, y), trade, tags, hours) in enumerate(found, start=1):
        street = named[int(tree.nearest(Point(x, y)))].name
        facts = dict(pair.split("=") for pair in tags.split(";"))
        facts |= {"name": names.shop(trade), "opening_hours": hours, "phone": names.phone(serial)}
        facts |= {
            "addr:street": street,
            "addr:housenumber": f"{random.randint(1, 399)}号",
            "note": "样例数据",
        }
        merchants.append(Merchant(x, y, facts))
    return merchants


def _shopping_streets(streets: list[Street]) -> list[Street]:
    """Streets of middling class, nearest to the old town first, then one in each direction outward."""
    middling = [
        s for s in streets if s.highway in {"secondary", "tertiary", "residential"} and s.line.length > 250
    ]
    centre = Point(OLD_TOWN)
    middling.sort(key=lambda street: street.line.distance(centre))
    inner = middling[: SHOPPING_STREETS * 2 // 3]
    outer = middling[SHOPPING_STREETS :: max(1, len(middling) // (SHOPPING_STREETS // 3))]
    return inner + outer[: SHOPPING_STREETS // 3]


def _by_length(streets: list[Street]) -> tuple[list[Street], list[float]]:
    return streets, [street.line.length for street in streets]


def _beside(street: Street, random: Random) -> tuple[float, float]:
    """Find a shop front, eight metres off the middle of the street."""
    line: LineString = street.line
    along = random.uniform(10, line.length - 10)
    here, there = line.interpolate(along), line.interpolate(along + 2)
    step = np.array((there.x - here.x, there.y - here.y)) / 2
    side = random.choice((-8.0, 8.0))
    return here.x - side * float(step[1]), here.y + side * float(step[0])


def _spread(gates: list[tuple[float, float]], count: int, random: Random) -> list[tuple[float, float]]:
    """Places far from each other: each next one is the farthest of a few tries."""
    chosen: list[tuple[float, float]] = []
    for _ in range(count):
        tries = random.sample(gates, 12)
        away = [min(((x - a) ** 2 + (y - b) ** 2 for a, b in chosen), default=0.0) for x, y in tries]
        x, y = tries[away.index(max(away))]
        chosen.append((x + random.uniform(-12, 12), y + random.uniform(-12, 12)))
    return chosen
