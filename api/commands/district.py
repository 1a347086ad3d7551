"""``jinlin district``: build a district from an extract, or write the synthetic extract."""

from pathlib import Path
from typing import Any

import click

from api.clock import system_clock
from api.commands.show import as_json, progress_bar
from api.settings import Settings
from data.city.engine import read_network
from data.files.district_update import Update, update_district
from data.files.streets import write_streets
from data.rules.catalogue import read_catalogue
from data.sample.district import Plan, build_district
from data.sample.synthetic import write_osm
from data.store.session import Database
from dispatch.item import PROFILES
from geo.datum import DATUMS
from maps.tiles import write_base_map

SYNTHETIC_NAME = "近邻区（样例）"
COUNTY = "330102"


def build_into(database: Database, settings: Settings, plan: Plan) -> dict[str, object]:
    """Build a district with its base map, showing progress."""
    home, catalogue = settings.open_home(), read_catalogue(settings.catalogue)
    with progress_bar(plan.name) as tell:
        figures = build_district(
            database, home, catalogue, plan, system_clock(), tell,
            draw=draw_base_map,
        )  # fmt: skip
    return dict(figures)


def draw_base_map(extract: Path, tiles: Path) -> None:
    """Draw the base map of an extract into a folder."""
    write_base_map(extract, tiles / "district.pmtiles")


@click.group("district")
def command() -> None:
    """Build a district from a map extract, bring its streets up to date, or write the synthetic one."""


@command.command("build")
@click.argument("extract", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--name", required=True, help="Name of the district.")
@click.option("--county", default=COUNTY, show_default=True, help="County code, 6 digits.")
@click.option("--sample/--no-sample", default=True, help="Invent residents and posts that no map shows.")
@click.option(
    "--areas", type=click.Path(exists=True, path_type=Path), help="Communities: code, name, polygon."
)
@click.option(
    "--cells", type=click.Path(exists=True, path_type=Path), help="Cells: code, households, polygon."
)
@click.option("--areas-layer", default="", help="Sheet or layer of the communities.")
@click.option("--cells-layer", default="", help="Sheet or layer of the cells.")
@click.option("--datum", type=click.Choice(DATUMS), default="wgs84", show_default=True, help="Of both files.")
@click.option("--crs", default="", help="Coordinate system of files that name none, such as EPSG:4549.")
@click.option("--database", default="", help="Database address.")
def build(database: str, **given: Any) -> None:  # noqa: ANN401 - the options are the fields of a plan
    """Read EXTRACT (.osm, .osm.gz, .osm.bz2, .osm.pbf), cut it into areas and cells, and store it."""
    settings = Settings()
    store = Database(database or settings.database_url())
    as_json(build_into(store, settings, Plan(**given)))


@command.command("update")
@click.argument("changes", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--extract",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The extract that the district was built from; later updates know theirs.",
)
@click.option("--database", default="", help="Database address.")
def update(changes: Path, extract: Path | None, database: str) -> None:
    """Bring streets and base map up to date by CHANGES (.osc, .osc.gz, .osc.bz2).

    Cells, people, services and open cases stay as they are. Servers take the new streets when they are started again.
    """
    settings = Settings()
    store = Database(database or settings.database_url())
    home, catalogue = settings.open_home(), read_catalogue(settings.catalogue)
    with progress_bar(changes.name) as tell:
        told = update_district(
            store, home, catalogue, Update(changes=changes, base=extract), system_clock(), tell, draw_base_map
        )
    as_json(dict(told))


@command.command("synthetic")
@click.argument("path", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--seed", default=20, show_default=True)
def synthetic(path: Path, seed: int) -> None:
    """Write the synthetic district as an OSM file to PATH."""
    as_json({"written": str(write_osm(path, seed=seed)), "seed": seed})


@command.command("streets")
@click.argument("path", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--profile", type=click.Choice(PROFILES), default="drive", show_default=True)
def streets(path: Path, profile: str) -> None:
    """Write the streets of the district to PATH, as GeoPackage (.gpkg) or as a graph for OSMnx (.graphml)."""
    network = read_network(Settings().open_home().engine, profile)
    as_json({"file": str(path), "profile": profile, "streets": write_streets(network, path)})
