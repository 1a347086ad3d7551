"""Read which results are watched for clusters."""

from collections.abc import Collection, Mapping
from pathlib import Path

from data.rules.columns import CODE, NAMES, Field, Table
from data.rules.files import rows
from dispatch.health.watch import Watch

WATCHES = "health_watches.csv"
YES = "Y"
HEALTH_WATCHES = (
    Table(
        file=WATCHES,
        key="code",
        told="Which high results are watched for clusters in space and time, a sample.",
        fields=(
            CODE,
            *NAMES,
            Field(
                name="high", told="codes of health_codes.csv, a space between; a high result of any counts"
            ),
            Field(name="days", type="whole number", unit="days", told="that are looked through"),
            Field(name="radii_m", unit="metres", told="of the circles that are tried, a space between"),
            Field(
                name="window_days", type="whole number", unit="days", told="a cluster lies within at the most"
            ),
            Field(
                name="draws", type="whole number", unit="patterns", told="of chance that it is held against"
            ),
            Field(
                name="alarm_percent", type="number", unit="percent", told="of such patterns may be as strong"
            ),
            Field(name="sample", type="yes or no", told="to be confirmed or replaced by the district"),
        ),
    ),
)


def watches(folder: Path, codes: Collection[str]) -> dict[str, Watch]:
    """Read the watches by their codes.

    Raises
    ------
    BadCatalogueError
        Naming file and line of a watch over a code that there is not, or that could never tell an alarm.
    """
    return {one.code: one for one in rows(folder / WATCHES, lambda row: _watch(row, codes))}


def _watch(row: Mapping[str, str], codes: Collection[str]) -> Watch:
    high = tuple(row["high"].split())
    if unknown := [code for code in high if code not in codes]:
        raise ValueError(f"{row['code']}: there is no code {unknown[0]} in health_codes.csv")
    return Watch(
        code=row["code"],
        name_zh=row["name_zh"],
        name_en=row["name_en"],
        high=high,
        days=int(row["days"]),
        radii_m=tuple(map(float, row["radii_m"].split())),
        window_days=int(row["window_days"]),
        draws=int(row["draws"]),
        alarm_percent=float(row["alarm_percent"]),
        sample=row["sample"] == YES,
    )
