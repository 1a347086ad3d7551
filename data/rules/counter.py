"""Read which papers items need at a counter, and what people consent to there."""

from collections import Counter
from collections.abc import Collection, Mapping
from pathlib import Path

from data.errors import BadCatalogueError
from data.rules.columns import CODE, NAMES, Field, Table
from data.rules.files import rows
from data.rules.lifecycles import read_lifecycle
from dispatch import counter
from dispatch.counter import NEEDED_FOR, ConsentPurpose, CounterRules, PaperKind

PAPERS, CONSENTS = "papers.csv", "consents.csv"
YES = "Y"
COUNTER = (
    Table(
        file=PAPERS,
        key="code",
        told="Papers that items need at a counter, a sample: a paper that several items of a session need is asked for once.",
        fields=(
            CODE,
            *NAMES,
            Field(name="of", told="codes of items.csv or issues.csv that need it, a space between"),
            Field(name="sample", type="yes or no", told="invented, to be replaced"),
        ),
    ),
    Table(
        file=CONSENTS,
        key="code",
        told="What people consent to at a counter, a sample.",
        fields=(
            CODE,
            *NAMES,
            Field(
                name="needed_for",
                type="code",
                allowed=NEEDED_FOR,
                empty=True,
                told="without it no session; none where somebody acts for the person, or papers are taken over",
            ),
            Field(name="sample", type="yes or no", told="invented, to be replaced"),
        ),
    ),
)


def counter_rules(folder: Path, items: Collection[str], categories: Collection[str]) -> CounterRules:
    """Read the tables of papers and consents, and what can happen to a session.

    Raises
    ------
    BadCatalogueError
        Naming file and line of a paper of an item that there is not; and when nobody is asked for consent where it is
        needed.
    """
    known = {*items, *categories}
    papers = {one.code: one for one in rows(folder / PAPERS, lambda row: _paper(row, known))}
    consents = {one.code: one for one in rows(folder / CONSENTS, _consent)}
    asked = {one.needed_for for one in consents.values()}
    if unasked := [name for name in NEEDED_FOR if name not in asked]:
        raise BadCatalogueError(f"{CONSENTS}: no purpose is needed for {unasked[0]}")
    lifecycle = read_lifecycle(folder / "counter_lifecycle.toml", counter.EFFECTS, counter.FIELDS)
    return CounterRules(papers=papers, consents=consents, lifecycle=lifecycle)


def _paper(row: Mapping[str, str], known: Collection[str]) -> PaperKind:
    of = tuple(row["of"].split())
    if unknown := [code for code in of if code not in known]:
        raise ValueError(f"{row['code']}: there is no item or category {unknown[0]}")
    if twice := [code for code, times in Counter(of).items() if times > 1]:
        raise ValueError(f"{row['code']}: {twice[0]} stands twice")
    return PaperKind(**_named(row), of=of, sample=row["sample"] == YES)


def _consent(row: Mapping[str, str]) -> ConsentPurpose:
    return ConsentPurpose(**_named(row), needed_for=row["needed_for"], sample=row["sample"] == YES)


def _named(row: Mapping[str, str]) -> dict[str, str]:
    return {name: row[name] for name in ("code", "name_zh", "name_en")}
