"""Kinds of days of rounds."""

from data.models import RoundRow
from data.store.kind import Kind
from data.store.roles import OVERSEERS
from data.store.scope import All, HasPart, Holds, Scope, Within
from dispatch.rounds.day import DayRounds

ROUND = Kind(
    name="round",
    fact=DayRounds,
    row=RoundRow,
    letter="L",
    lifecycle="round_lifecycle",
    scope=Scope(
        dict.fromkeys(OVERSEERS, Within("area"))
        | {"worker": All((Holds("state", ("published",)), HasPart("members", "user", "user")))}
    ),
    salted=True,
    live=("state", "area"),
)
