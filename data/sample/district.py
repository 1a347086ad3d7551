"""A working district from a map extract: read, cut, store, and fill with sample people where none are registered."""

import random
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import shapely

from data.city.engine import save_networks
from data.desk.districts import BuildDistrict
from data.desk.door import Desk
from data.desk.residents import SALT_BYTES
from data.errors import BadFileError
from data.files.district_update import Draw, Progress, figures_of, hash_of, nothing_drawn, silent
from data.files.division import DivisionFiles, division_from_files
from data.files.grounding import Ground
from data.models import (
    AreaRow,
    AssessmentRow,
    Base,
    CellRow,
    DeviceRow,
    DistrictRow,
    EntityRow,
    PartyRow,
    ProviderRow,
    ResidentRow,
    StationRow,
    columns_of,
)
from data.registers.pinyin import search_keys
from data.registers.residents import end_of
from data.rules.catalogue import Catalogue
from data.rules.files import FOLDER
from data.sample.dwellings import MOST_PER_HOUSEHOLD, CellFinder, basis, homes_of, outline_of
from data.sample.halls import coded, entities, parties, staffed, stations
from data.sample.people import (
    PUBLIC_NAMES,
    Merchant,
    assessments,
    devices,
    providers,
    residents,
    verified,
    worker_of,
)
from data.store.home import Home, move_into_place
from data.store.session import Database
from dispatch.lifecycle import Actor
from dispatch.providers.hours import ALWAYS, check_hours
from dispatch.providers.provider import Provider
from geo.homes import Dwellings, dwellings_of
from geo.osm import Extract, OsmPlace, read_extract
from geo.osm_categories import categories, read_categories
from geo.partition import Division, DrawnArea, DrawnCell, cut
from geo.place import Box, LonLat
from grid.area import BuiltDistrict

OSM_TABLE = FOLDER / "osm_categories.csv"
BUILDER = Actor(user="build", role="admin")


RESIDENTS = 60_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to build: from which extract, under which name and county code, with how many sample residents.

    ``areas`` and ``cells`` are files of a division that exists already, ``areas_layer`` and ``cells_layer`` which sheets
    or layers of them, in a datum, and in a coordinate system where they name none.
    """

    extract: Path
    name: str
    county: str = "330102"
    seed: int = 20
    residents: int = RESIDENTS
    sample: bool = False
    areas: Path | None = None
    cells: Path | None = None
    areas_layer: str = ""
    cells_layer: str = ""
    datum: str = "wgs84"
    crs: str = ""


def build_district(
    database: Database,
    home: Home,
    catalogue: Catalogue,
    plan: Plan,
    now: datetime,
    progress: Progress = silent,
    draw: Draw = nothing_drawn,
) -> Mapping[str, object]:
    """Build a district and store it; an earlier one in which nothing happened stays until the new one is whole.

    Parameters
    ----------
    progress : callable
        Called with a step's name and the share done, 0 to 1.
    draw : callable
        Draws the base map of an extract into a folder; what it wrote is moved to its place with the rest.

    Returns
    -------
    Mapping of str to object
        How many areas, cells, providers, residents there are, what that rests on, and the report on the streets.

    Raises
    ------
    BadExtractError
        When the extract cannot be used; nothing is stored then.
    NotPossibleError
        When something happened in an earlier district of this database.
    """
    extract = read_extract(
        plan.extract, catalogue.access, progress=lambda step, done: progress(step, done * 0.5)
    )
    progress("cut areas and cells", 0.5)
    division = _division(extract, plan, catalogue)
    dwellings = dwellings_of(extract, outline_of(division))
    with TemporaryDirectory(dir=home.made, prefix="build-") as folder:
        engine, tiles = Path(folder) / home.engine.name, Path(folder) / home.tiles.name
        engine.mkdir()
        tiles.mkdir()
        progress("prepare the road engine", 0.6)
        save_networks(engine, extract.networks, extract.ferries)
        progress("draw the base map", 0.75)
        draw(plan.extract, tiles)
        progress("register people and merchants", 0.9)
        rows = _rows(extract, division, dwellings, catalogue, plan, now)
        database.create()
        (own,) = rows.pop(DistrictRow)
        rests_on = own["figures"]["rests_on"]  # type: ignore[index]  # of a row
        named = {name: own.pop(name) for name in ("code", "name", "sample")}
        new = BuildDistrict(district=BuiltDistrict(**named), row=own, rows=rows)  # type: ignore[arg-type]  # of a row
        with database.batch():
            Desk(database, catalogue, plan.county).start(new, BUILDER, now)
            move_into_place({engine: home.engine, tiles: home.tiles})
    progress("done", 1.0)
    counts = {name: len(rows[table]) for name, table in _COUNTED.items()}
    return {**counts, "rests_on": rests_on, **extract.report.as_json()}


def _division(extract: Extract, plan: Plan, catalogue: Catalogue) -> Division:
    """Take the division from files when given, else cut it along the streets."""
    if plan.areas is None and plan.cells is None:
        return cut(extract, county=plan.county, name=plan.name, seed=plan.seed)
    if plan.areas is None or plan.cells is None:
        raise BadFileError("give both, a file of areas and a file of cells, or neither")
    files = DivisionFiles(
        areas=plan.areas,
        cells=plan.cells,
        forms=catalogue.files.forms,
        ground=Ground(crs=plan.crs, datum=plan.datum, near=Box(*extract.boundary.bounds)),
        layers={"areas": plan.areas_layer, "cells": plan.cells_layer},
    )
    return division_from_files(files, plan.county, plan.name, catalogue.rulebook.scheme)


_COUNTED = {"areas": AreaRow, "cells": CellRow, "providers": ProviderRow, "residents": ResidentRow}
Rows = dict[type[Base], list[dict[str, object]]]


def _rows(
    extract: Extract,
    division: Division,
    dwellings: Dwellings,
    catalogue: Catalogue,
    plan: Plan,
    now: datetime,
) -> Rows:
    cells = CellFinder(division)
    merchants = _merchants(extract.places, cells)
    if plan.sample:
        wanted = {item.category for item in catalogue.items.values()}
        merchants += _missing(merchants, wanted, division, cells, plan.seed)
    today = catalogue.local(now).date()
    homes = homes_of(dwellings, division, cells, told=plan.cells is not None)
    count = min(plan.residents, MOST_PER_HOUSEHOLD * round(float(homes.households.sum())))
    rests_on = basis(dwellings, homes, _outline_from(extract, plan), len(extract.places))
    people = list(residents(homes, count if plan.sample else 0, plan.seed, today.year))
    draw = random.Random(f"{plan.seed} verified")  # noqa: S311 - sample data

    salts = random.Random(f"{plan.seed} salts") if plan.sample else random.SystemRandom()  # noqa: S311 - sample data

    def checked(days: int) -> datetime | None:
        return verified(draw, now, days) if plan.sample else None

    working = providers(merchants, catalogue.items, plan.seed, today if plan.sample else None)
    if plan.sample:
        working = staffed(coded(working, plan.county))
    return {
        DistrictRow: [_district(extract, division, plan, now, rests_on)],
        AreaRow: [_area(a) for a in division.areas],
        CellRow: [_cell(c, checked(400)) for c in division.cells],
        ProviderRow: [
            {**columns_of(p), "verified_at": checked(240), "rating": catalogue.standing.prior_stars}
            for p in working
        ],
        **_halls(working, catalogue, plan, division),
        ResidentRow: [
            {
                **columns_of(r),
                **search_keys(r.name),
                "phone_end": end_of(r.phone),
                "verified_at": checked(500),
                "salt": salts.randbytes(SALT_BYTES).hex(),
            }
            for r in people
        ],
        AssessmentRow: assessments(people, plan.seed, today),
        DeviceRow: devices(people, plan.seed, now),
    }


def _halls(working: list[Provider], catalogue: Catalogue, plan: Plan, division: Division) -> Rows:
    """Give the stations that the map shows, and for a sample handling parties and legal persons."""
    district = next(a.code for a in division.areas if a.level == "district")
    named = {code: one.name_zh for code, one in catalogue.rulebook.departments.items()}
    handling = parties(named, catalogue.items, district, plan.seed) if plan.sample else []
    return {
        StationRow: [columns_of(one) for one in stations(working, catalogue.items)],
        PartyRow: [columns_of(one) for one in handling],
        EntityRow: [columns_of(one) for one in (entities(working) if plan.sample else ())],
    }


def _outline_from(extract: Extract, plan: Plan) -> str:
    if plan.areas is not None:
        return plan.areas.name
    return f"administrative boundary {extract.name}".rstrip() if extract.name else "extent of the streets"


def _district(
    extract: Extract, division: Division, plan: Plan, now: datetime, rests_on: Mapping[str, object]
) -> dict[str, object]:
    west, south, east, north = (float(v) for v in shapely.total_bounds([c.polygon for c in division.cells]))
    district = next(a for a in division.areas if a.level == "district")
    figures = {
        "households": int(sum(c.households for c in division.cells)),
        "households_estimated": bool(division.estimated),
        "rests_on": rests_on,
        **figures_of(extract),
    }
    return {
        "code": district.code,
        "name": district.name,
        "sample": plan.sample,
        "extract": plan.extract.name,
        "extract_hash": hash_of(plan.extract),
        "built_at": now,
        "west": west,
        "south": south,
        "east": east,
        "north": north,
        "figures": figures,
    }


def _area(area: DrawnArea) -> dict[str, object]:
    return {
        "code": area.code,
        "name": area.name,
        "level": area.level,
        "parent": area.parent,
        "shape": area.polygon,
    }


def _cell(cell: DrawnCell, verified_at: datetime | None) -> dict[str, object]:
    return {
        "code": cell.code,
        "name": cell.name,
        "community": cell.community,
        "households": cell.households,
        "worker": worker_of(cell.community),
        "verified_at": verified_at,
        "shape": cell.polygon,
    }


def _merchants(places: Iterable[OsmPlace], cells: CellFinder) -> list[Merchant]:
    table = read_categories(OSM_TABLE)
    known = [(p, kinds) for p in places if (kinds := categories(p.tags, table))]
    found = cells.of([p.lon for p, _ in known], [p.lat for p, _ in known])
    return [
        Merchant(
            name=place.name or PUBLIC_NAMES.get(kinds[0], "便民店"),
            categories=kinds,
            place=LonLat(place.lon, place.lat),
            area=cell,
            hours=_readable(place.opening_hours),
            phone=place.phone,
            address=place.address,
        )
        for (place, kinds), cell in zip(known, found, strict=True)
    ]


def _readable(hours: str) -> str:
    """Keep opening hours that can be read; others are replaced by the usual ones of the category."""
    if not hours:
        return ""
    try:
        return check_hours(hours)
    except ValueError:
        return ""


PER_COMMUNITY = ("grid_worker", "volunteer", "station")
FEWEST = 4


def _missing(
    known: Iterable[Merchant], wanted: set[str], division: Division, cells: CellFinder, seed: int
) -> list[Merchant]:
    """Invent what no map shows: posts in every community, and a few of each category without a place."""
    draw = random.Random(seed)  # noqa: S311 - sample data
    have = Counter(kind for merchant in known for kind in merchant.categories)
    communities = [a for a in division.areas if a.level == "community"]
    made: list[Merchant] = []
    for kind in sorted(wanted):
        if kind in PER_COMMUNITY:
            chosen = communities
        else:
            lacking = max(0, FEWEST - have[kind])
            chosen = draw.sample(communities, min(lacking, len(communities)))
        for area in chosen:
            spot = area.polygon.representative_point()
            name = f"{area.name}{PUBLIC_NAMES.get(kind, '便民服务点')}"
            made.append(
                Merchant(name, (kind,), LonLat(spot.x, spot.y), "", ALWAYS if kind == "call_centre" else "")
            )
    found = cells.of([m.place.lon for m in made], [m.place.lat for m in made])
    return [replace(m, area=cell) for m, cell in zip(made, found, strict=True)]
