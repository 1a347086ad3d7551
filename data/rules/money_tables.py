"""The tables of money a city may change: how ability is assessed, and who gets which subsidy."""

from data.rules.columns import CODE, Field, Table

FEN = "fen"
MONEY = (
    Table(
        file="assessment.toml",
        told="How the ability of elders is assessed.",
        fields=(
            Field(name="edition"),
            Field(name="least", type="list", unit="points", told="of each level from 0 on"),
            Field(
                name="risk_events",
                type="whole number",
                unit="events",
                told="so many are a reason for a worse level",
            ),
            Field(name="raised", type="code", allowed=("once", "each"), told="all reasons together, or each"),
            Field(name="coma_level", type="whole number", unit="level"),
            Field(name="worse", type="table", told="code and name of each reason for a worse level"),
            Field(name="item", type="list"),
        ),
    ),
    Table(
        file="assessment.toml",
        section="item",
        key="code",
        many=True,
        fields=(
            CODE,
            Field(name="name_zh"),
            Field(name="group"),
            Field(name="most", type="whole number", unit="points"),
        ),
    ),
    Table(
        file="subsidies.toml",
        told="Who gets which subsidy.",
        fields=(
            Field(
                name="headroom_percent",
                type="whole number",
                unit="percent",
                told="held beyond the reference price",
            ),
            Field(name="policy", type="list", empty=True),
            Field(name="top_up", type="list", empty=True),
            Field(
                name="share_percent",
                type="table",
                unit="percent",
                empty=True,
                told="item -> part of the community",
            ),
        ),
    ),
    Table(
        file="subsidies.toml",
        section="policy",
        many=True,
        told="A version of a policy; a changed one is another row with other days.",
        fields=(
            CODE,
            Field(name="version"),
            Field(name="name_zh"),
            Field(name="name_en"),
            Field(name="source", told="the notice it comes from, and what of it is not sure"),
            Field(name="sample", type="yes or no", empty=True, told="invented, to be replaced"),
            Field(
                name="area",
                empty=True,
                told="what codes of areas begin with where it holds; empty everywhere",
            ),
            Field(name="first", type="day"),
            Field(name="last", type="day"),
            Field(name="least_age", type="whole number", unit="years", empty=True),
            Field(name="kinds", type="list", allowed=("permanent", "floating"), empty=True),
            Field(name="any_tag", type="list", empty=True, told="of people.toml; one of them is needed"),
            Field(name="no_tag", type="list", empty=True, told="of people.toml; none of them may be there"),
            Field(name="edition", empty=True, told="whose levels count"),
            Field(name="month_fen", type="table", unit=FEN, empty=True, told="level -> the most a month"),
            Field(
                name="flat_fen",
                type="whole number",
                unit=FEN,
                empty=True,
                told="the most a month for everybody",
            ),
            Field(
                name="percent", type="table", unit="percent", told="item -> share that is paid, rounded down"
            ),
        ),
    ),
    Table(
        file="subsidies.toml",
        section="top_up",
        many=True,
        told="What a merchant gets in addition for a service at a welfare price.",
        fields=(
            Field(name="item", type="code", of="items.csv"),
            Field(name="policy", told="whose budgets pay it"),
            Field(name="amount_fen", type="whole number", unit=FEN),
            Field(name="per_month", type="whole number", unit="orders", told="of one merchant"),
            Field(name="first", type="day"),
            Field(name="last", type="day"),
        ),
    ),
)
