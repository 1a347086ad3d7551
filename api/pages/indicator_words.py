"""How figures are written."""


def told(value: float | None, unit: str, *, signed: bool = False) -> str:
    """Write a number as people read it; a dash for none."""
    if value is None:
        return "—"
    digits = (
        0
        if value == int(value) and unit not in ("percent", "0-1", "ratio")
        else 1
        if unit == "percent"
        else 2
    )
    text = f"{value:+,.{digits}f}" if signed else f"{value:,.{digits}f}"
    return text.replace("-", "−")
