"""The register of cells over HTTP: the file of one, for who keeps the area; drawn and changed by administrators."""

import json
from typing import Annotated, Any, Literal

import shapely
from fastapi.responses import JSONResponse
from pydantic import Field

from api.access import STAFF, access
from api.answers.register import CellFileAnswer
from api.errors import NotAllowedError
from api.forms import ChangeForm, Form
from api.roles import AccountDep, WorldDep
from api.routing import Router
from api.views.names import area_name
from api.views.shape import plain
from api.world import World
from data.desk.cells import NewCell
from data.errors import MissingError
from data.registers.cells import cell_file
from data.store.kinds.places import CELL
from dispatch.errors import BadFieldError
from dispatch.lifecycle import Action
from grid.area import Cell

router = Router(prefix="/api/v1/cells", tags=["cells"])
Name = Annotated[str, Field(min_length=1, max_length=80)]
Households = Annotated[int, Field(ge=0, le=100_000)]
LONGEST_BORDER = 200_000  # signs


class BorderForm(Form):
    """A border as a GeoJSON geometry in WGS-84."""

    type: Literal["Polygon", "MultiPolygon"]
    coordinates: list[Any]

    def shape(self) -> shapely.Geometry:
        """Return the border.

        Raises
        ------
        BadFieldError
            When the coordinates make none, or too many of them.
        """
        text = json.dumps(self.model_dump())
        if len(text) > LONGEST_BORDER:
            raise BadFieldError("shape", "...", f"a border of at most {LONGEST_BORDER} signs")
        try:
            return shapely.from_geojson(text)
        except (shapely.GEOSException, ValueError):
            raise BadFieldError(
                "shape", "...", "a GeoJSON polygon: rings of [lon, lat], each closed"
            ) from None


class CellChangeForm(ChangeForm):
    """What is to be changed of a cell; an empty worker makes it vacant."""

    name: Name | None = None
    households: Households | None = None
    worker: Annotated[str, Field(max_length=32)] | None = None


class NewCellForm(CellChangeForm):
    """A cell that is not drawn yet; its code begins with that of its community."""

    code: Annotated[str, Field(pattern=r"^\d{1,20}$")]
    name: Name
    shape: BorderForm


@router.get("/{code}", response_model=CellFileAnswer, **access(*STAFF, outside="hidden"))
def cell(code: str, world: WorldDep, account: AccountDep) -> JSONResponse:
    """Show the file of a cell of one's area: who answers for it, and how much of each kind belongs to it."""
    found = cell_of(world, code)
    if not world.scheme.contains(account.area, code):
        raise MissingError(f"cell {code} is not registered in your area")
    return JSONResponse(cell_view(world, found))


@router.post("", response_model=CellFileAnswer, status_code=201, **access("admin", outside="refused"))
def draw(form: NewCellForm, world: WorldDep, account: AccountDep) -> JSONResponse:
    """Register a cell of one's area with its border."""
    made = Cell(code=form.code, community="", **form.given("code", "shape"))
    if not world.scheme.contains(account.area, form.code):
        raise NotAllowedError(f"your cells lie in {account.area}; this one does not")
    done = world.desk.start(NewCell(cell=made, shape=form.shape.shape()), account.actor(), world.clock())
    return JSONResponse(cell_view(world, done.fact), status_code=201)


@router.patch("/{code}", response_model=CellFileAnswer, **access("admin", outside="hidden"))
def change(code: str, form: CellChangeForm, world: WorldDep, account: AccountDep) -> JSONResponse:
    """Change name, households or worker of a cell of one's area; cases and map follow at once."""
    action = Action(name="change", by=account.actor(), fields=form.given())
    return JSONResponse(cell_view(world, world.desk.act(CELL, code, action, world.clock()).fact))


def cell_of(world: World, code: str) -> Cell:
    """Find a cell by its code.

    Raises
    ------
    MissingError
    """
    if (found := world.city.cells.get(code)) is None:
        raise MissingError(f"cell {code} is not registered in your area")
    return found


def cell_view(world: World, found: Cell) -> dict[str, Any]:
    """Show a cell with what belongs to it."""
    with world.database.read() as session:
        told = cell_file(session, found.code, found.worker)
    shown: dict[str, Any] = plain(found, world.zone) | plain(told, world.zone)
    return shown | {"community_name": area_name(world, found.code), "vacant": told.vacant}
