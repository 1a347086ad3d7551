"""The geometry column: PostGIS geometry on PostgreSQL, WKB bytes elsewhere; shapely geometries in Python."""

from typing import Any

from geoalchemy2 import Geometry
from shapely import from_wkb, to_wkb
from shapely.geometry.base import BaseGeometry
from sqlalchemy import LargeBinary
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

WGS84_SRID = 4326


class Shape(TypeDecorator[BaseGeometry]):
    """A column of shapely geometries in WGS-84."""

    impl = LargeBinary
    cache_ok = True
    # GeoAlchemy2's listeners read these when tables are made.
    spatial_index = True
    use_typmod = None
    use_N_D_index = False  # noqa: N815 - the name GeoAlchemy2 looks for

    def load_dialect_impl(self, dialect: Dialect | None) -> TypeEngine[Any]:
        """Choose the column type of a database."""
        if dialect is not None and dialect.name == "postgresql":
            return dialect.type_descriptor(Geometry("GEOMETRY", srid=WGS84_SRID, spatial_index=True))
        return LargeBinary()

    def process_bind_param(self, value: BaseGeometry | None, dialect: Dialect) -> bytes | str | None:
        """Write a geometry."""
        if value is None:
            return None
        if dialect.name == "postgresql":
            return f"SRID={WGS84_SRID};{value.wkt}"
        return bytes(to_wkb(value))

    def process_result_value(self, value: Any, dialect: Dialect) -> BaseGeometry | None:  # noqa: ANN401 - driver's own
        """Read a geometry."""
        if value is None:
            return None
        if dialect.name == "postgresql":
            return from_wkb(bytes(value.data) if isinstance(value.data, memoryview) else value.data)
        return from_wkb(bytes(value))
