"""Read from the catalogue's settings what is done with positions of people on shift."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from data.rules.columns import Field, Table
from dispatch.positions import PositionRules

POSITIONS = (
    Table(
        file="settings.toml",
        section="positions",
        told="Positions of people on shift who let their phone tell where they are.",
        fields=(
            Field(name="rough_m", type="number", unit="metres", told="worse accuracy is kept and not used"),
            Field(name="fresh_s", type="number", unit="seconds", told="counts for choosing who goes"),
            Field(name="shown_min", type="number", unit="minutes", told="stays on the map"),
            Field(name="ahead_s", type="number", unit="seconds", told="a phone's clock may be fast"),
            Field(name="late_min", type="number", unit="minutes", told="what comes later is not kept"),
            Field(name="kept_days", type="whole number", unit="days", told="of a track"),
            Field(name="every_s", type="whole number", unit="seconds", told="between two sendings"),
        ),
    ),
)


def position_rules(told: Mapping[str, Any]) -> PositionRules:
    """Read what is done with positions.

    Raises
    ------
    DispatchError
        When a number cannot hold.
    """
    return PositionRules(
        rough_m=float(told["rough_m"]),
        fresh=timedelta(seconds=float(told["fresh_s"])),
        shown=timedelta(minutes=float(told["shown_min"])),
        ahead=timedelta(seconds=float(told["ahead_s"])),
        late=timedelta(minutes=float(told["late_min"])),
        kept=timedelta(days=int(told["kept_days"])),
        every_s=int(told["every_s"]),
    )
