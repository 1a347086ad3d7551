"""The tables of rules a city may change: each file, its fields, their types, units and words."""

from dataclasses import fields
from typing import get_args

from data.rules.columns import Field, Table
from data.rules.files import ENGLISH
from data.rules.lifecycles import ROLES
from dispatch.item import PAYERS, PROFILES, SPHERES, Direction, Mode, Urgency
from dispatch.worktime import WorkdayMeans
from grid.figures.facts import People
from grid.figures.indicators import NORMALISERS, UNITS, Empty, Group, Use
from grid.figures.indicators import Direction as Better
from grid.registers import TAGS
from grid.responsibility import BASES, DISTRICT_OFFICE, STREET_OFFICE
from grid.rulebook import DEPARTMENT_KINDS, Kind
from grid.scores.scoring import KINDS

OFFICES = (DISTRICT_OFFICE, STREET_OFFICE)
CODE = Field(name="code", type="code", told="names the row everywhere else")
NAMES = (
    Field(name="name_zh", told="name on Chinese pages"),
    Field(name="name_en", told="name on English pages"),
)

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
)

SETTINGS = (
    Table(
        file="settings.toml",
        section="codes",
        told="How codes of areas are built.",
        fields=(Field(name="widths", type="list", unit="digits", told="county, street, community, cell"),),
    ),
    Table(
        file="settings.toml",
        section="worktime",
        fields=(
            Field(name="zone", told="time zone of the IANA database"),
            Field(name="shifts", type="list", told="from-to of each stretch of a working day"),
            Field(name="workday_means", type="code", allowed=get_args(WorkdayMeans)),
        ),
    ),
    Table(
        file="settings.toml",
        section="ticket",
        fields=(
            Field(
                name="like_case_radius_m",
                type="number",
                unit="metres",
                told="reports so near may be one case",
            ),
            Field(name="like_case_hours", type="number", unit="hours"),
            Field(name="gps_error_m", type="number", unit="metres"),
            Field(name="most_extensions", type="whole number"),
            Field(name="most_returns", type="whole number", told="the last one goes to arbitration"),
            Field(name="contest_limit", type="limit"),
            Field(name="verify_limit", type="limit"),
            Field(name="most_visits", type="whole number"),
            Field(name="whistle_urgent", type="limit"),
            Field(name="whistle_normal", type="limit"),
            Field(name="waiting_days", type="whole number", unit="days"),
        ),
    ),
    Table(
        file="settings.toml",
        section="closure",
        told="Signs of false closure.",
        fields=(
            Field(name="photo_far_m", type="number", unit="metres"),
            Field(name="photo_early_min", type="number", unit="minutes"),
            Field(name="photo_like_bits", type="whole number", unit="bits of 64"),
            Field(name="low_rating", type="whole number", unit="stars"),
        ),
    ),
    Table(
        file="settings.toml",
        section="response",
        told="Within what time a department receives a ticket.",
        fields=(Field(name="urgent", type="limit"), Field(name="normal", type="limit")),
    ),
    Table(
        file="settings.toml",
        section="alarm",
        fields=(
            Field(name="answer_s", type="whole number", unit="seconds"),
            Field(name="call_back_s", type="whole number", unit="seconds"),
            Field(name="tests", type="list", told="causes with which a trial alarm is cancelled"),
        ),
    ),
    Table(
        file="settings.toml",
        section="reach",
        fields=(
            Field(name="core_items", type="list", of="items.csv"),
            Field(name="walk_min", type="number", unit="minutes"),
            Field(name="at", type="time", told="of a working day: who is open then counts"),
            Field(
                name="eligible",
                type="table",
                told="function of items -> who may ask: " + ", ".join(f.name for f in fields(People)),
            ),
        ),
    ),
    Table(
        file="settings.toml",
        section="dispatch",
        fields=(
            Field(name="minutes_per_yuan", type="number", unit="minutes"),
            Field(name="minutes_per_star", type="number", unit="minutes"),
            Field(name="fair_share_min", type="number", unit="minutes"),
            Field(name="horizon_min", type="number", unit="minutes"),
        ),
    ),
    Table(
        file="settings.toml",
        section="figures",
        fields=(
            Field(name="least_compared", type="whole number", unit="cases", told="fewer are no comparison"),
        ),
    ),
    Table(
        file="settings.toml",
        section="records",
        told="Which fields make a record complete, and for how long it is fresh.",
        fields=tuple(Field(name=n, type="table") for n in ("residents", "providers", "cells")),
    ),
    Table(
        file="settings.toml",
        section="devices",
        fields=(
            Field(name="kinds", type="list"),
            Field(name="silent_hours", type="number", unit="hours"),
        ),
    ),
    Table(
        file="settings.toml",
        section="elders",
        fields=(
            Field(name="valid_months", type="whole number", unit="months"),
            Field(name="special_tags", type="list", allowed=TAGS, told="elders who are visited every month"),
            Field(name="special_when_disabled", type="yes or no"),
            Field(name="edition", type="list"),
        ),
    ),
    Table(
        file="settings.toml",
        section="elders.edition",
        many=True,
        fields=(
            Field(name="name"),
            Field(name="worst", type="whole number", unit="level"),
            Field(name="moderate", type="whole number", unit="level"),
        ),
    ),
)

OTHERS = (
    Table(
        file="scoring.toml",
        section="deduction",
        key="kind",
        many=True,
        told="What a fault costs; a kind with 0 points is told and costs nothing.",
        fields=(
            Field(name="kind", type="code", allowed=KINDS),
            Field(name="name_zh"),
            Field(name="points_centi", type="whole number", unit="hundredths of a point"),
            Field(name="again_centi", type="whole number", unit="hundredths of a point", empty=True),
            Field(name="nth", type="whole number", empty=True, told="the repetition that costs `nth_centi`"),
            Field(name="nth_centi", type="whole number", unit="hundredths of a point", empty=True),
            Field(name="cap_centi", type="whole number", unit="hundredths of a point", empty=True),
            Field(name="doubles_if_urgent", type="yes or no", empty=True),
        ),
    ),
    Table(
        file="appraisal.toml",
        fields=(
            Field(name="ledger_name_zh"),
            Field(name="ledger_weight", type="whole number"),
            Field(name="open_for_appeal", type="limit"),
            Field(
                name="least_cases", type="whole number", unit="cases", told="fewer are not ranked anywhere"
            ),
            Field(
                name="per_cases", type="whole number", unit="cases", told="points lost per so many; 0: all"
            ),
            Field(name="rater", type="list", empty=True),
            Field(name="lifecycle", type="table"),
        ),
    ),
    Table(
        file="appraisal.toml",
        section="rater",
        key="code",
        many=True,
        fields=(CODE, Field(name="name_zh"), Field(name="weight", type="whole number")),
    ),
    Table(
        file="visits.toml",
        fields=(
            Field(name="told_within_days", type="whole number", unit="days"),
            Field(name="finding", type="list"),
        ),
    ),
    Table(
        file="visits.toml",
        section="finding",
        key="code",
        many=True,
        fields=(
            CODE,
            Field(name="label"),
            Field(name="counts", type="yes or no", told="somebody was seen"),
            Field(name="category", type="code", of="issues.csv", empty=True, told="of the ticket suggested"),
        ),
    ),
    Table(
        file="stages.toml",
        section="labels",
        open=True,
        told="Stage of issues.csv -> its name.",
        fields=(),
    ),
    Table(
        file="hotlines.toml",
        section="*",
        told="An outside line by its account.",
        fields=(
            Field(name="name"),
            Field(name="categories", type="table", empty=True, told="their word -> code of issues.csv"),
            Field(name="natures", type="table", empty=True, told="their word -> code of natures.csv"),
            Field(name="states", type="table", told="our state -> their word"),
            Field(name="takes", type="yes or no", empty=True, told="takes tickets over from us"),
            Field(name="silence", type="limit", empty=True, told="how long it may say nothing"),
            Field(name="departments", type="list", of="departments.csv", empty=True),
            Field(name="contact", type="yes or no", empty=True, told="may call the reporter"),
            Field(name="answers", type="table", empty=True, told="their word -> what it means"),
        ),
    ),
    Table(
        file="calendar_*.toml",
        fields=(
            Field(name="year", type="whole number"),
            Field(name="source"),
            Field(name="workdays", type="list", told="swapped working days"),
            Field(name="holiday", type="list"),
        ),
    ),
    Table(
        file="calendar_*.toml",
        section="holiday",
        many=True,
        fields=(Field(name="name"), Field(name="from", type="day"), Field(name="to", type="day")),
    ),
    *(
        Table(
            file=file,
            section=section,
            told="State -> action -> what it does. " + told,
            fields=(
                Field(name="to", type="code", empty=True, told="the state after; the same when left out"),
                Field(name="role", type="list", allowed=tuple(sorted(ROLES))),
                Field(name="needs", type="list", empty=True, told="fields that have to be given"),
                Field(name="effect", type="list", empty=True, told="what the code does beside"),
                Field(name="label"),
            ),
        )
        for file, section, told in (
            ("ticket_lifecycle.toml", "states.*.*", "Of a ticket."),
            ("order_lifecycle.toml", "states.*.*", "Of a service order."),
            ("provider_lifecycle.toml", "states.*.*", "Of a provider."),
            ("appeal_lifecycle.toml", "states.*.*", "Of an appeal."),
            ("appraisal.toml", "lifecycle.states.*.*", "Of the appraisal of a month."),
        )
    ),
    Table(
        file=ENGLISH,
        open=True,
        told="Chinese name or label of a table above -> English; only for what the interface does not know.",
        fields=(),
    ),
)
TABLES = (*CSV_TABLES, *SETTINGS, *OTHERS)
