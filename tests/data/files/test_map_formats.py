"""The same cells in every format and coordinate system offices deliver are the same places."""

import re
import zipfile
from pathlib import Path

import geopandas
import numpy as np
import pyproj
import pytest
import shapely

from data.errors import BadFileError
from data.files.grounding import Ground, grounded, likely_systems, why_far, why_nowhere
from data.files.tables import Reader, TableRow, read_rows
from data.rules.catalogue import Catalogue
from geo.datum import from_wgs84
from geo.place import Box

CODES = ("330102001001001", "330102001001002")
SHAPES = [shapely.box(120.14 + n / 100, 30.25, 120.149 + n / 100, 30.26) for n in range(2)]
NEAR = Box(120.13, 30.22, 120.21, 30.27)


def frame(crs: int | None = 4326) -> geopandas.GeoDataFrame:
    made = geopandas.GeoDataFrame({"网格编码": CODES, "名称": ["甲", "乙"]}, geometry=SHAPES, crs=4326)
    return made if crs in (4326, None) else made.to_crs(crs)


def read(path: Path, catalogue: Catalogue, **how: object) -> list[TableRow]:
    found = read_rows(path, Reader(form=catalogue.files.forms["cells"], **how))
    return sorted(found, key=lambda row: row.values["code"])  # FlatGeobuf sorts by place


def same(rows: list[TableRow], within_deg: float = 2e-7) -> None:
    assert [row.fault for row in rows] == ["", ""]
    assert [row.values["code"] for row in rows] == list(CODES)
    assert [row.values["name"] for row in rows] == ["甲", "乙"]
    for row, shape in zip(rows, SHAPES, strict=True):
        assert row.geometry is not None
        assert shapely.hausdorff_distance(row.geometry, shape) < within_deg
        assert not row.geometry.has_z


@pytest.mark.parametrize("crs", [4326, 4490, 4549, 4528, 32650, 3857])
@pytest.mark.parametrize("suffix", ["gpkg", "geojson", "shp", "fgb", "gdb"])
def test_each_system_in_each_format(tmp_path: Path, catalogue: Catalogue, suffix: str, crs: int) -> None:
    path = tmp_path / f"网格.{suffix}"
    options = {"encoding": "gbk"} if suffix == "shp" else {"driver": "OpenFileGDB"} if suffix == "gdb" else {}
    frame(crs).to_file(path, **options)
    same(read(path, catalogue))


def test_a_shapefile_without_code_page_is_read(tmp_path: Path, catalogue: Catalogue) -> None:
    frame().to_file(tmp_path / "a.shp", encoding="gbk")
    (tmp_path / "a.cpg").unlink()
    same(read(tmp_path / "a.shp", catalogue))


def test_a_zipped_shapefile_is_read(tmp_path: Path, catalogue: Catalogue) -> None:
    frame(4549).to_file(tmp_path / "a.shp", encoding="gbk")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for each in tmp_path.glob("a.*"):
            if each.suffix != ".zip":
                archive.write(each, f"成果/{each.name}")
    same(read(tmp_path / "a.zip", catalogue))


@pytest.mark.parametrize("packed", [False, True])
def test_kml_with_its_own_data_is_read(tmp_path: Path, catalogue: Catalogue, packed: bool) -> None:  # noqa: FBT001
    marks = "".join(
        f"<Placemark><name>{name}</name><ExtendedData><Data name='code'><value>{code}</value></Data></ExtendedData>"
        "<Polygon><outerBoundaryIs><LinearRing><coordinates>"
        + " ".join(f"{x},{y},0" for x, y in shape.exterior.coords)
        + "</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark>"
        for name, code, shape in zip("甲乙", CODES, SHAPES, strict=True)
    )
    text = f"<?xml version='1.0' encoding='UTF-8'?><kml xmlns='http://www.opengis.net/kml/2.2'><Document>{marks}</Document></kml>"
    path = tmp_path / ("a.kmz" if packed else "a.kml")
    if packed:
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("doc.kml", text)
    else:
        path.write_text(text, encoding="utf-8")
    same(read(path, catalogue))


@pytest.mark.parametrize(("version", "encoding"), [("AC1027", "utf-8"), ("AC1015", "gbk")])
def test_outlines_of_a_drawing_take_the_texts_inside(
    tmp_path: Path, catalogue: Catalogue, version: str, encoding: str
) -> None:
    to_metres = pyproj.Transformer.from_crs(4326, 4549, always_xy=True)
    drawn = [shapely.transform(s, lambda xy: np.column_stack(to_metres.transform(*xy.T))) for s in SHAPES]
    entities = ""
    for code, name, shape in zip(CODES, "甲乙", drawn, strict=True):
        corners = list(shape.exterior.coords)[:-1]
        entities += f"0\nLWPOLYLINE\n8\n网格\n90\n{len(corners)}\n70\n1\n" + "".join(
            f"10\n{x}\n20\n{y}\n" for x, y in corners
        )
        at = shape.centroid
        for shift, text in ((0, code), (20, name)):
            entities += f"0\nTEXT\n8\n注记\n10\n{at.x}\n20\n{at.y + shift}\n40\n5\n1\n{text}\n"
    path = tmp_path / "a.dxf"
    head = f"0\nSECTION\n2\nHEADER\n9\n$ACADVER\n1\n{version}\n9\n$DWGCODEPAGE\n3\nANSI_936\n0\nENDSEC\n"
    path.write_text(head + f"0\nSECTION\n2\nENTITIES\n{entities}0\nENDSEC\n0\nEOF\n", encoding=encoding)
    same(read(path, catalogue, ground=Ground(crs="EPSG:4549")))
    assert all("--crs EPSG:4549" in row.fault for row in read(path, catalogue, ground=Ground(near=NEAR)))


def test_well_known_text_in_a_table_follows_system_and_datum(tmp_path: Path, catalogue: Catalogue) -> None:
    moved = frame(4549)
    path = tmp_path / "a.csv"
    lines = [f'{c},{n},"{s.wkt}"' for c, n, s in zip(CODES, "甲乙", moved.geometry, strict=True)]
    path.write_text("\n".join(["网格编码,名称,边界", *lines]), encoding="gb18030")
    same(read(path, catalogue, ground=Ground(crs="EPSG:4549")))


@pytest.mark.filterwarnings("ignore")  # of GDAL, about names that it cuts off
@pytest.mark.parametrize("datum", ["gcj02", "bd09"])
@pytest.mark.parametrize("suffix", ["gpkg", "geojson", "shp", "csv"])
def test_the_datum_holds_in_every_format(
    tmp_path: Path, catalogue: Catalogue, suffix: str, datum: str
) -> None:
    made = frame()
    made.geometry = [
        shapely.transform(s, lambda xy: np.column_stack(from_wgs84(*xy.T, datum))) for s in SHAPES
    ]
    path = tmp_path / f"a.{suffix}"
    if suffix == "csv":
        made.assign(wkt=[s.wkt for s in made.geometry]).drop(columns="geometry").to_csv(path, index=False)
    else:
        made.to_file(path, **({"encoding": "utf-8"} if suffix == "shp" else {}))
    same(read(path, catalogue, ground=Ground(datum=datum)))


@pytest.mark.parametrize(("crs", "shift_m"), [(4549, 40_000_000), (4528, -40_000_000), (4549, 0), (4528, 0)])
def test_the_number_of_a_zone_may_stand_before_the_easting(crs: int, shift_m: float) -> None:
    moved = [shapely.transform(s, lambda xy: xy + np.array([shift_m, 0])) for s in frame(crs).geometry]
    found = grounded(moved, f"EPSG:{crs}", Ground())
    assert shapely.hausdorff_distance(found[0], SHAPES[0]) < 1e-7


def test_the_number_of_another_zone_is_refused() -> None:
    moved = [shapely.transform(s, lambda xy: xy + np.array([39_000_000, 0])) for s in frame(4549).geometry]
    with pytest.raises(BadFileError, match="zone 39"):
        grounded(moved, "EPSG:4549", Ground())


@pytest.mark.parametrize("crs", ["EPSG:99999", "mars", 'LOCAL_CS["a drawing"]'])
def test_a_system_that_is_none_of_the_ground_is_refused(crs: str) -> None:
    with pytest.raises(BadFileError, match="coordinate system"):
        grounded(SHAPES, crs, Ground())


@pytest.mark.parametrize(
    ("x", "y", "said"),
    [
        (30.25, 120.14, "swapped"),
        (513_691, 3_348_588, "EPSG:4549"),
        (3_348_588, 513_691, "EPSG:4549.*swapped"),
        (40_513_691, 3_348_588, "EPSG:4528"),
        (3_348_588, 40_513_691, "zone 40.*swapped"),
        (13_374_000, 3_535_000, "EPSG:3857"),
        (200, 95, "no place"),
        (float("inf"), float("inf"), "outside"),
    ],
)
def test_what_is_no_place_is_told_with_the_likely_reason(x: float, y: float, said: str) -> None:

    assert re.search(said, why_nowhere(x, y, Ground(near=NEAR)))
    assert why_nowhere(120.14, 30.25, Ground(near=NEAR)) == ""


def test_swapped_degrees_are_noticed_where_both_are_possible() -> None:
    heidelberg = Box(8.57, 49.35, 8.79, 49.46)
    assert "swapped" in why_far(49.4, 8.7, heidelberg)
    assert why_far(11.5, 48.1, heidelberg) == ""
    assert likely_systems(5.0e5, 3.3e6, Ground()) == []


def test_layers_are_named_and_one_can_be_chosen(tmp_path: Path, catalogue: Catalogue) -> None:
    path = tmp_path / "a.gpkg"
    frame().to_file(path, layer="网格")
    geopandas.GeoDataFrame({"note": ["x"]}, geometry=[shapely.Point(120, 30)], crs=4326).to_file(
        path, layer="说明"
    )
    with pytest.raises(BadFileError, match="网格, 说明"):
        read(path, catalogue)
    same(read(path, catalogue, layer="网格"))
    with pytest.raises(BadFileError, match="no layer"):
        read(path, catalogue, layer="无")
