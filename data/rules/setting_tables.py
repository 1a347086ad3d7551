"""The sections of ``settings.toml``: numbers that differ between cities."""

from dataclasses import fields
from typing import get_args

from data.rules.columns import Field, Table
from dispatch.worktime import WorkdayMeans
from grid.figures.facts import People
from grid.registers import TAGS

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
        section="calls",
        told="How soon calls are answered; seats are planned by it.",
        fields=(
            Field(name="answer_s", type="number", unit="seconds"),
            Field(name="share_percent", type="number", unit="percent", told="of calls answered in that time"),
            Field(name="wrap_s", type="number", unit="seconds", told="what a seat does after a call"),
        ),
    ),
    Table(
        file="settings.toml",
        section="question",
        fields=(Field(name="answer", type="limit", told="who asked has an answer"),),
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
            Field(name="responders", type="list", told="trades to whose emergencies grid workers come"),
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
            Field(name="wish_min", type="number", unit="minutes", told="of a wish that is met"),
            Field(
                name="taste_min", type="number", unit="minutes", told="of what is only known of the resident"
            ),
            Field(
                name="cheapest_min_per_yuan",
                type="number",
                unit="minutes",
                told="where the cheapest is wished",
            ),
            Field(
                name="soonest_times",
                type="number",
                told="minutes of arrival count so often, where the soonest is wished",
            ),
        ),
    ),
    Table(
        file="settings.toml",
        section="offers",
        told="Of orders to providers, by the rows of order_routes.csv that say so.",
        fields=(
            Field(
                name="most",
                type="whole number",
                unit="providers",
                told="whom the rules ask one after another; 0: the desk asks",
            ),
        ),
    ),
    Table(
        file="settings.toml",
        section="evidence",
        told="Beyond what people look at what a provider told of an order.",
        fields=(
            Field(name="check_in_m", type="number", unit="metres", told="from where the service is done"),
            Field(name="least_way", type="number", told="share of the computed way that has to pass"),
            Field(name="least_work_s", type="number", unit="seconds", told="between arriving and being done"),
            Field(name="early_min", type="number", unit="minutes", told="before the wanted time"),
        ),
    ),
    Table(
        file="settings.toml",
        section="standing",
        told="How ratings of orders become the rating of a provider.",
        fields=(
            Field(name="prior_stars", type="number", unit="stars", told="of a trade while few rated it"),
            Field(name="prior_weight", type="number", unit="ratings"),
            Field(name="half_life_days", type="number", unit="days"),
        ),
    ),
    Table(
        file="settings.toml",
        section="market",
        told="How the market of providers is judged.",
        fields=(
            Field(name="return_days", type="whole number", unit="days", told="who is back was never lost"),
            Field(name="silent_days", type="whole number", unit="days", told="without an order done: lost"),
            Field(name="item_days", type="whole number", unit="days", told="without an order"),
            Field(name="provider_days", type="whole number", unit="days", told="without accepting one"),
            Field(name="cell_days", type="whole number", unit="days", told="without a visit"),
            Field(name="button_days", type="whole number", unit="days", told="without a test or alarm"),
            Field(name="account_days", type="whole number", unit="days", told="without a sign-in"),
            Field(name="channel_days", type="whole number", unit="days", told="without a case by it"),
            Field(name="low_support", type="number", unit="percent of demand"),
            Field(name="replayed", type="whole number", unit="orders", told="tell what the share costs"),
            Field(name="most_extra_min", type="number", unit="minutes", told="residents may wait longer"),
        ),
    ),
    Table(
        file="settings.toml",
        section="on_call",
        told="Trades whose emergency service answers at any hour.",
        fields=(Field(name="categories", type="list", told="of items.csv"),),
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
        section="providers",
        told="How providers are admitted and kept.",
        fields=(
            Field(name="trial_orders", type="whole number", unit="orders", told="of a new one, watched"),
            Field(name="trial_stars", type="number", unit="stars", told="of their ratings, at least"),
            Field(name="trial_on_time", type="number", told="share of their promises, at least"),
            Field(name="remind_days", type="list", unit="days", told="before a licence ends"),
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
        section="reveals",
        told="Looks at personal data unmasked: for what, and how often.",
        fields=(
            Field(name="purposes", type="table", told="code and name of each purpose that may be stated"),
            Field(name="per_day", type="table", unit="looks", told="by role, within 24 hours at the most"),
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
