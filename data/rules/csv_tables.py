"""Tables of rules that are CSV files, one rule a row."""

from typing import get_args

from data.rules.columns import CODE, NAMES, Field, Table
from data.rules.file_columns import ENDS, GIVEN, NEEDS, REGISTERS, TYPES
from data.rules.routing import ROUTING
from dispatch.item import PAYERS, PROFILES, SPHERES, Direction, Mode, Urgency
from grid.figures.indicators import NORMALISERS, UNITS, Empty, Group, Use
from grid.figures.indicators import Direction as Better
from grid.responsibility import BASES, DISTRICT_OFFICE, STREET_OFFICE
from grid.rulebook import DEPARTMENT_KINDS, Kind

OFFICES = (DISTRICT_OFFICE, STREET_OFFICE)

CSV_TABLES = (
    Table(
        file="departments.csv",
        key="code",
        told="Departments, companies and organisations that tickets and items belong to.",
        fields=(CODE, *NAMES, Field(name="kind", type="code", allowed=DEPARTMENT_KINDS)),
    ),
    Table(
        file="natures.csv",
        key="code",
        told="What a report is to whoever brings it.",
        fields=(
            CODE,
            *NAMES,
            Field(name="complaint", type="yes or no", told="counted as a complaint"),
            Field(name="answered", type="yes or no", told="words alone may end it"),
        ),
    ),
    Table(
        file="issues.csv",
        key="code",
        told="Kinds of issues, with the promise made for each.",
        fields=(
            CODE,
            Field(name="kind", type="code", allowed=get_args(Kind)),
            Field(name="class_zh", told="class on Chinese pages"),
            Field(name="class_en", told="class on English pages"),
            *NAMES,
            Field(name="owner", type="code", of="departments.csv", also=OFFICES, told="who usually answers"),
            Field(name="urgent", type="yes or no"),
            Field(name="limit", type="limit", told="from filing to handled; that of the last stage"),
            Field(name="stages", empty=True, told="name=limit of each stage, ; between them"),
            Field(name="filing_condition", empty=True),
            Field(name="closing_condition", empty=True),
            Field(name="closing_zh", empty=True, told="the closing condition on Chinese pages"),
        ),
    ),
    Table(
        file="items.csv",
        key="code",
        told="Service items, with what is promised of each.",
        fields=(
            CODE,
            Field(name="function", type="code", told="group of items"),
            Field(name="function_zh", told="name of the group"),
            *NAMES,
            Field(name="department", type="code", of="departments.csv", told="who oversees it"),
            Field(name="category", type="code", told="what a provider has to offer"),
            Field(name="sphere", type="code", allowed=SPHERES),
            Field(name="mode", type="code", allowed=get_args(Mode)),
            Field(name="urgency", type="code", allowed=get_args(Urgency)),
            Field(name="direction", type="code", allowed=get_args(Direction), told="who goes to whom"),
            Field(name="profile", type="code", allowed=tuple(PROFILES), told="how they travel"),
            Field(name="promise_ack_min", type="whole number", unit="minutes", empty=True),
            Field(name="promise_arrive_min", type="whole number", unit="minutes", empty=True),
            Field(name="promise_complete_h", type="whole number", unit="hours", empty=True),
            Field(name="payer", type="code", allowed=PAYERS, told="which party pays"),
            Field(name="price_fen", type="whole number", unit="fen"),
            Field(
                name="licences",
                empty=True,
                told="kinds of licences.csv that it needs, ; between them; a sample",
            ),
        ),
    ),
    Table(
        file="licences.csv",
        key="code",
        told="Kinds of licences that providers show.",
        fields=(CODE, *NAMES, Field(name="authority", told="who usually grants it, in Chinese")),
    ),
    Table(
        file="small_trades.csv",
        key="code",
        told="Trades that every community should have several providers of.",
        fields=(
            CODE,
            *NAMES,
            Field(name="categories", told="of items.csv, ; between them"),
            Field(name="least", type="whole number", unit="providers", told="in each community"),
        ),
    ),
    Table(
        file="modules.csv",
        key="code",
        told="Parts of the product that an administrator may switch off in an area; what is under way there goes on.",
        fields=(
            CODE,
            *NAMES,
            Field(name="told_zh", told="on Chinese pages"),
            Field(name="told_en", told="on English pages"),
            Field(name="pages", empty=True, told="what addresses of its pages begin with, ; between them"),
            Field(name="kinds", empty=True, told="of what begins in it, ; between them"),
        ),
    ),
    Table(
        file="osm_categories.csv",
        told="Tags of OpenStreetMap and the category of services that such a place offers.",
        fields=(
            Field(name="key", type="code"),
            Field(name="value", type="code"),
            Field(name="category", type="code", told="one that an item of items.csv wants"),
        ),
    ),
    Table(
        file="responsibility.csv",
        told="Who answers for what and where; the most particular row wins.",
        fields=(
            Field(
                name="cells", type="code", empty=True, told="what cell codes begin with; empty is everywhere"
            ),
            Field(name="category", type="code", empty=True, told="what issue codes begin with; empty is all"),
            Field(name="department", type="code", of="departments.csv", also=OFFICES),
            Field(name="basis", type="code", allowed=BASES),
            Field(name="since", type="day", empty=True, told="first day; empty is always"),
            Field(name="until", type="day", empty=True, told="first day no more; empty is for ever"),
            Field(name="priority", type="whole number", empty=True, told="the higher wins among equals"),
        ),
    ),
    Table(
        file="indicators.csv",
        key="id",
        told="What is measured; the function that counts an indicator goes by its id.",
        fields=(
            Field(name="id", type="code"),
            *NAMES,
            Field(name="group", type="code", allowed=get_args(Group)),
            Field(name="use", type="code", allowed=get_args(Use)),
            Field(name="unit", allowed=UNITS),
            Field(name="direction", type="code", allowed=get_args(Better), told="which way is better"),
            Field(
                name="normaliser", type="code", allowed=tuple(NORMALISERS), told="what areas are compared by"
            ),
            Field(name="least", type="whole number", unit="rows", empty=True, told="fewer are not ranked"),
            Field(name="stock", type="yes or no", empty=True, told="from a register, which keeps no past"),
            Field(name="empty", type="code", allowed=get_args(Empty), told="the value over nothing"),
            Field(name="counted_zh", empty=True, told="how it is counted; or `missing`"),
            Field(name="counted_en", empty=True, told="the same in English; `{name}` for what a count gives"),
            Field(name="missing", empty=True, told="why records cannot tell it, in English"),
            Field(name="missing_zh", empty=True, told="why records cannot tell it, in Chinese"),
        ),
    ),
    Table(
        file="file_columns.csv",
        told="Columns of the files of each register, and what else they may be called there.",
        fields=(
            Field(name="register", type="code", allowed=REGISTERS),
            Field(name="name", type="code", told="our name of the field"),
            *NAMES,
            Field(name="also", empty=True, told="other headings, ; between them"),
            Field(name="type", type="code", allowed=TYPES, told="how cells are read"),
            Field(
                name="need",
                type="code",
                allowed=NEEDS,
                empty=True,
                told="names the row; or a new record has it",
            ),
            Field(name="allowed", empty=True, told="the only words it may hold, ; between them"),
            Field(name="example", empty=True, told="stands in the template"),
            Field(name="told_zh", empty=True, told="what to know of it, in Chinese"),
            Field(name="told_en", empty=True, told="the same in English"),
        ),
    ),
    Table(
        file="sources.csv",
        told="Which source is believed about a field when two disagree, a sample; of equals the newer one is.",
        fields=(
            Field(name="register", type="code", allowed=REGISTERS),
            Field(name="field", type="code", empty=True, told="empty: all that have no row"),
            Field(name="sources", told="the best first, ; between them; others come after"),
        ),
    ),
    Table(
        file="ticket_ends.csv",
        key="word",
        told="What the state of a ticket in another system's file means, a sample; a file whose own words differ names them.",
        fields=(
            Field(name="word", told="as the file writes it, in large or small letters"),
            Field(name="means", type="code", allowed=ENDS, told="still open, handled, or ended unhandled"),
        ),
    ),
    Table(
        file="feed_fields.csv",
        told="What a feed that goes out gives for a purpose, a sample; none of it tells of a person.",
        fields=(
            Field(name="purpose", type="code"),
            Field(name="purpose_zh", told="the purpose on Chinese pages"),
            Field(name="purpose_en", told="the purpose on English pages"),
            Field(name="subject", type="code", allowed=GIVEN, told="register whose rows go out"),
            Field(name="fields", told="columns of file_columns.csv, ; between them"),
        ),
    ),
    *ROUTING,
)
