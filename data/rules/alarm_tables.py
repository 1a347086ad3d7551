"""The sections of ``alarms.toml``."""

from data.rules.columns import NAMES, Field, Table

ALARMS = (
    Table(
        file="alarms.toml",
        told="How alarms are answered.",
        open=True,
        fields=(Field(name="requeued", type="code"),),
    ),
    Table(
        file="alarms.toml",
        section="times",
        fields=(
            *(
                Field(name=name, type="whole number", unit="seconds")
                for name in (
                    *("join_s", "idle_s", "idle_helped_s", "too_late_s", "visit_s", "settle_s", "stale_s"),
                    *("clock_error_s", "repeat_s", "silent_device_s", "claim_s", "accept_s"),
                )
            ),
            Field(name="tries", type="whole number"),
            Field(name="battery_low", type="whole number", unit="percent"),
            Field(name="warn_s", type="list", unit="seconds"),
        ),
    ),
    Table(
        file="alarms.toml",
        section="inactivity",
        fields=(
            Field(name="day_s", type="whole number", unit="seconds"),
            Field(name="night_s", type="whole number", unit="seconds"),
            Field(name="night", told="from-to"),
        ),
    ),
    Table(
        file="alarms.toml",
        section="device.*",
        told="A kind of device.",
        fields=(
            *NAMES,
            Field(name="messages", type="list", told="what it sends"),
            Field(name="keys", type="list", empty=True),
            Field(name="tested_days", type="whole number", unit="days", empty=True),
            Field(name="sign_of_life", type="yes or no", empty=True),
        ),
    ),
    Table(
        file="alarms.toml",
        section="cause.*",
        told="Why an alarm is raised.",
        fields=(
            *NAMES,
            Field(name="queue", type="code"),
            Field(name="ladder", type="code", told="one of the ladders below"),
            Field(name="raised_by", type="list", empty=True, told="message:key of a device"),
            Field(name="items", type="list", empty=True, told="of the service catalogue that mean it"),
            Field(name="at_hours", type="list", empty=True, told="other ladders at some hours"),
        ),
    ),
    Table(
        file="alarms.toml",
        section="closing.*",
        told="How an alarm ends.",
        fields=(
            *NAMES,
            Field(name="wants", type="code"),
            Field(name="counts", type="yes or no", empty=True),
            Field(name="visit", type="yes or no", empty=True),
        ),
    ),
    Table(
        file="alarms.toml",
        section="countdown",
        many=True,
        told="An alarm that is raised when nothing comes for a while.",
        fields=(
            Field(name="cause", type="code"),
            Field(name="device", type="code"),
            Field(name="starts", type="code"),
            Field(name="ends", type="code"),
            Field(name="after_s", type="whole number", unit="seconds"),
            Field(name="least_s", type="whole number", unit="seconds"),
            Field(name="most_s", type="whole number", unit="seconds"),
            Field(name="hours", empty=True, told="from-to"),
            Field(name="elsewhere", type="yes or no", empty=True),
        ),
    ),
    Table(
        file="alarms.toml",
        section="ladder.*.steps",
        many=True,
        told="A step of a ladder: whom to tell, when, until what.",
        fields=(
            Field(name="code", type="code"),
            Field(name="after_s", type="whole number", unit="seconds"),
            Field(name="tell", type="list"),
            Field(name="task", type="code"),
            Field(name="until", type="list", empty=True),
            Field(name="channels", type="list", empty=True),
            Field(name="most", type="whole number", unit="people", empty=True),
            Field(name="turn_s", type="whole number", unit="seconds", empty=True),
            Field(name="resend_s", type="whole number", unit="seconds", empty=True),
        ),
    ),
)
