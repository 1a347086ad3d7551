"""Watches: which results are looked through for clusters, how far back, how wide, and when an alarm is told."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """One watch over high results of some codes.

    ``days`` are looked through, circles of ``radii_m`` and windows of up to ``window_days`` are tried and held against
    ``draws`` patterns of chance. An alarm is told where chance makes as strong a one in ``alarm_percent`` of patterns or
    fewer: so many false alarms are to be expected.
    """

    code: str
    name_zh: str
    name_en: str
    high: tuple[str, ...]
    days: int
    radii_m: tuple[float, ...]
    window_days: int
    draws: int
    alarm_percent: float
    sample: bool = True

    def __post_init__(self) -> None:
        """Refuse a watch that could never tell an alarm, or looks at nothing.

        Raises
        ------
        ValueError
        """
        if not self.high or not self.radii_m or min(self.radii_m) <= 0:
            raise ValueError(f"{self.code}: a watch names codes, and radii above 0")
        if not 1 <= self.window_days < self.days:
            raise ValueError(f"{self.code}: window_days are fewer than the days that are looked through")
        if self.alarm_percent * (self.draws + 1) < 100:
            raise ValueError(f"{self.code}: {self.draws} draws are too few to tell {self.alarm_percent:g} %")
