"""A district's streets brought up to date by OSM change files: cells, people and open cases stay where they are."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import select

from data.city.engine import save_networks
from data.city.ferries import keep_timetable
from data.desk.districts import UpdateStreets
from data.desk.door import Desk
from data.errors import BadFileError, NotSetUpError
from data.models import DistrictRow
from data.rules.catalogue import Catalogue
from data.store.home import Home, move_into_place
from data.store.session import Database
from dispatch.lifecycle import Actor
from geo.osm import Extract, read_extract
from geo.osm_change import Changed, apply_changes

Progress = Callable[[str, float], None]
Draw = Callable[[Path, Path], object]
UPDATER = Actor(user="build", role="admin")


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """A change file, and the extract that the district stands on; without it that of the last update."""

    changes: Path
    base: Path | None = None


def nothing_drawn(extract: Path, folder: Path) -> None:
    """Draw no base map."""
    del extract, folder


def silent(step: str, done: float) -> None:
    """Report progress to nobody."""
    del step, done


def hash_of(path: Path) -> str:
    """Give the SHA-256 of a file in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def figures_of(extract: Extract) -> dict[str, object]:
    """Tell how much there is in an extract: buildings, nodes by way of travelling, and the report on its streets."""
    return {
        "buildings": len(extract.buildings),
        "nodes": {profile: int(network.node_count) for profile, network in extract.networks.items()},
        "streets": extract.report.as_json(),
    }


def update_district(
    database: Database,
    home: Home,
    catalogue: Catalogue,
    update: Update,
    now: datetime,
    progress: Progress = silent,
    draw: Draw = nothing_drawn,
) -> Mapping[str, object]:
    """Bring streets and base map up to date; all that is registered, cells and borders stay as they are.

    Parameters
    ----------
    database : Database
        Holds a district.
    home : Home
    catalogue : Catalogue
    update : Update
        See `geo.osm_change.apply_changes`.
    now : datetime
    progress : callable
        Called with a step's name and the share done, 0 to 1.
    draw : callable
        Draws the base map of an extract into a folder.

    Returns
    -------
    Mapping of str to object
        What changed by kind of object, the kilometres of streets before, ferry lines new on the map and gone from it, and
        the report on the streets as they are now. The timetable of the ferries stays as people wrote it.

    Raises
    ------
    NotSetUpError
        When there is no district.
    BadFileError
        When the extract is not the one that the district stands on.
    BadExtractError
        When a file cannot be used; nothing is changed then.
    """
    with database.read() as session:
        row = session.scalars(select(DistrictRow)).one_or_none()
        if row is None:
            raise NotSetUpError("there is no district; run 'jinlin district build' first")
        code, figures, known = row.code, dict(row.figures), (row.extract, row.extract_hash)
    base = update.base or home.extracts / known[0]
    _check_base(base, *known)
    with TemporaryDirectory(dir=home.made, prefix="update-") as folder:
        room = Path(folder)
        made = {name: room / name for name in ("engine", "tiles", "extracts")}
        for each in made.values():
            each.mkdir()
        progress("take in the changes", 0.0)
        written = room / "after.osm.pbf"
        counts = apply_changes(base, update.changes, written, room)
        told = _told(counts, figures)
        if counts.is_empty:
            return {**told, **dict(figures.get("streets") or {})}
        digest = hash_of(written)
        after = written.rename(made["extracts"] / f"{code}-{digest[:16]}.osm.pbf")
        extract = read_extract(
            after, catalogue.access, progress=lambda step, done: progress(step, 0.1 + done * 0.5)
        )
        progress("prepare the road engine", 0.6)
        save_networks(made["engine"], extract.networks, extract.ferries)
        progress("draw the base map", 0.8)
        draw(after, made["tiles"])
        new = {
            "extract": after.name,
            "extract_hash": digest,
            "figures": figures | figures_of(extract),
        }
        event = {"extract_hash": digest, "changes": counts.as_json()}
        with database.batch():
            told["ferries"] = keep_timetable(home.engine, made["engine"])  # as it is at the last moment
            Desk(database, catalogue, code[:6]).start(UpdateStreets(told=event, row=new), UPDATER, now)
            move_into_place(
                {made["extracts"]: home.extracts, made["engine"]: home.engine, made["tiles"]: home.tiles}
            )
    if base.parent == home.extracts and base.name.startswith(f"{code}-") and base.name != after.name:
        base.unlink()  # of the update before; one extract is kept
    progress("done", 1.0)
    return {**told, **extract.report.as_json()}


def _told(counts: Changed, figures: Mapping[str, object]) -> dict[str, object]:
    streets = figures.get("streets")
    before = streets.get("streets_km") if isinstance(streets, Mapping) else None
    return {"changes": counts.as_json(), "streets_km_before": before}


def _check_base(base: Path, name: str, digest: str) -> None:
    if not base.is_file():
        raise BadFileError(
            f"{base} does not exist; give the extract that the district stands on, {name}, with --extract FILE"
        )
    if hash_of(base) != digest:
        raise BadFileError(
            f"{base} is not the extract that the district stands on, {name} with SHA-256 {digest[:16]}...;"
            " changes fit only that one"
        )
