"""Facts to draw: a small district in the valley of the Rhine."""

from pathlib import Path

import numpy as np
from shapely.geometry import box as rectangle

from geo.place import Box
from maps.facts import CellShape, CoverageGrid, Pin, RouteLine

STATIC_FOLDER = Path(__file__).parents[2] / "api" / "static"
BOX = Box(9.50, 47.12, 9.53, 47.15)
EVIL = "</script><script>alert(1)</script><b onclick=alert(2)>"


def cells() -> list[CellShape]:
    return [
        CellShape(
            id=f"{i}{j}",
            name=f"ZY-{i}{j}",
            shape=rectangle(9.50 + i * 0.01, 47.12 + j * 0.01, 9.51 + i * 0.01, 47.13 + j * 0.01),
            value=None if i == j == 1 else float(i + 3 * j),
            tooltip=EVIL,
        )
        for i in range(3)
        for j in range(3)
    ]


def candidates(count: int = 3) -> list[Pin]:
    return [
        Pin(lon=9.505 + i * 0.006, lat=47.135, label=str(i + 1), kind="candidate", id=f"p{i}", tooltip=f"第 {i} 家\n{EVIL}", note="4 分")
        for i in range(count)
    ]  # fmt: skip


def home() -> Pin:
    return Pin(lon=9.515, lat=47.13, label="家", kind="home", id="S1")


def way() -> RouteLine:
    return RouteLine(lonlat=np.array([[9.515, 47.13], [9.51, 47.132], [9.505, 47.135]]), label="4 分 10 秒")


def grid() -> CoverageGrid:
    minutes = np.array([[np.nan, 4.0, 5.0], [12.0, 25.0, np.inf]])
    return CoverageGrid(minutes=minutes, box=BOX, residents=np.array([[0.0, 10, 10], [20, 30, 30]]))
