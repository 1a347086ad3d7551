"""The tables of rules a city may change: each file, its fields, their types, units and words."""

from data.rules.alarm_tables import ALARMS
from data.rules.checks import RECORD_CHECKS
from data.rules.chronic import CHRONIC
from data.rules.columns import CODE, Field, Table
from data.rules.counter import COUNTER
from data.rules.csv_tables import CSV_TABLES
from data.rules.files import ENGLISH
from data.rules.health import HEALTH
from data.rules.intake import INTAKE
from data.rules.lifecycles import ROLES
from data.rules.matters import MATTERS
from data.rules.money_tables import MONEY
from data.rules.people import PEOPLE
from data.rules.positions import POSITIONS
from data.rules.rounds import ROUNDS
from data.rules.setting_tables import SETTINGS
from data.rules.watches import HEALTH_WATCHES
from dispatch.orders.supervision import POSTS, TIMES
from grid.scores.scoring import KINDS

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
        file="supervision.toml",
        section="clock",
        key="step",
        many=True,
        told="How long an order may wait at each step.",
        fields=(
            Field(name="step", type="code"),
            Field(name="name_zh"),
            Field(name="states", type="list", told="of order_lifecycle.toml; none has two clocks"),
            Field(name="since", type="code", allowed=tuple(sorted(TIMES)), told="what it counts from"),
            Field(name="amber_share", type="number", told="of the time until it is red"),
            Field(name="red_s", type="number", unit="seconds", told="where nothing is promised"),
            Field(
                name="party_red_s",
                type="number",
                unit="seconds",
                empty=True,
                told="for an order that a party has",
            ),
            Field(name="promise", type="code", allowed=tuple(sorted(TIMES)), empty=True),
            Field(name="less_way", type="yes or no", empty=True, told="the way has to fit in too"),
        ),
    ),
    Table(
        file="supervision.toml",
        section="rung",
        key="code",
        many=True,
        told="Who is told when it waits longer.",
        fields=(
            CODE,
            Field(name="at", type="code", allowed=("amber", "red")),
            Field(name="after_s", type="number", unit="seconds"),
            Field(name="tell", type="list", allowed=POSTS),
            Field(name="not_for", type="list", empty=True, told="steps"),
        ),
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
        Table(file="access.toml", section=section, open=True, fields=(), told=told)
        for section, told in (
            ("values", "What the values of access keys mean."),
            ("oneway", "What the values of one-way keys mean."),
            ("no_door", "Streets nobody's door opens to."),
            ("nations.*", "Usual limits of speed in a nation."),
            ("barriers.*", "Whom a barrier on the way stops."),
        )
    ),
    Table(
        file="access.toml",
        section="profiles.*",
        told="What one way of travelling may use.",
        fields=(
            *(Field(name=name, type="list") for name in ("keys", "open", "if_told", "oneway")),
            *(Field(name=name, type="list", empty=True) for name in ("at_ends", "restrictions", "except")),
            Field(name="speed_kph", type="number", unit="km/h"),
            Field(name="against_kph", type="number", unit="km/h", empty=True),
            Field(name="class_kph", type="table", unit="km/h", empty=True),
            Field(name="at_limit", type="yes or no", told="whether a told limit is driven"),
            Field(name="last_m", type="whole number", unit="metres"),
            Field(name="closed_by", type="table"),
            *(Field(name=name, type="table", empty=True) for name in ("opened_by", "contraflow")),
        ),
    ),
    Table(
        file="access.toml",
        section="limits",
        told="How limits of speed are read.",
        fields=(
            Field(name="keys", type="list"),
            Field(name="lowest_kph", type="number", unit="km/h"),
            Field(name="highest_kph", type="number", unit="km/h"),
            Field(name="words", type="table", unit="km/h"),
        ),
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
            ("application_lifecycle.toml", "states.*.*", "Of an application to become a provider."),
            ("appeal_lifecycle.toml", "states.*.*", "Of an appeal."),
            ("alarm_lifecycle.toml", "states.*.*", "Of an alarm."),
            ("alarm_task_lifecycle.toml", "states.*.*", "Of one person's part in an alarm."),
            ("appraisal.toml", "lifecycle.states.*.*", "Of the appraisal of a month."),
            ("closure_lifecycle.toml", "states.*.*", "Of a closure of streets."),
            ("question_lifecycle.toml", "states.*.*", "Of a question."),
            ("counter_lifecycle.toml", "states.*.*", "Of a session at a counter."),
            ("round_lifecycle.toml", "states.*.*", "Of a day of rounds."),
            ("chronic_lifecycle.toml", "states.*.*", "Of a chronic case."),
        )
    ),
    Table(
        file=ENGLISH,
        open=True,
        told="Chinese name or label of a table above -> English; only for what the interface does not know.",
        fields=(),
    ),
)
TABLES = (
    *CSV_TABLES,
    *SETTINGS,
    *ALARMS,
    *MONEY,
    *PEOPLE,
    *POSITIONS,
    *INTAKE,
    *COUNTER,
    *HEALTH,
    *CHRONIC,
    *HEALTH_WATCHES,
    *MATTERS,
    *RECORD_CHECKS,
    *ROUNDS,
    *OTHERS,
)
