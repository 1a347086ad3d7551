"""Numbers of tickets, orders, appeals and visits: one series a kind and day, drawn in the transaction that uses them."""

from datetime import datetime

from sqlalchemy import bindparam, text, update
from sqlalchemy.orm import Session

from data.models import CounterRow, table_of

COUNTERS = table_of(CounterRow)
COUNT_ON = (
    update(COUNTERS)
    .where(COUNTERS.c.series == bindparam("wanted"))
    .values(last=COUNTERS.c.last + 1)
    .returning(COUNTERS.c.last)
)
# Two that begin a series at once are settled by the table's key, and the later waits and counts on.
BEGIN = text(
    "INSERT INTO counters (series, last) VALUES (:series, 1) "
    "ON CONFLICT (series) DO UPDATE SET last = counters.last + 1 RETURNING last"
)


def draw(session: Session, letter: str, county: str, local: datetime) -> str:
    """Draw the next number of the series of a letter and local day, such as ``T330102-261118-00001``."""
    series = f"{letter}{county}-{local:%y%m%d}"
    last = session.execute(COUNT_ON, {"wanted": series}).scalar()
    if last is None:
        last = session.execute(BEGIN, {"series": series}).scalar_one()
    return f"{series}-{last:05d}"
