"""What a reporter sees of the own ticket: how far it is and the answers; no notes of the staff among themselves, no account names."""

from collections.abc import Iterable, Mapping
from typing import Any

from data.queries.tickets import Step
from grid.tickets.dialogue import SPOKEN, Word, dialogue

REPORTERS = frozenset({"resident", "hotline"})
EMPTIED: Mapping[str, Any] = {
    "worker": "",
    "handler": "",
    "doubts": [],
    "holdings": [],
    "children": [],
    "repeats": [],
    "cell_chosen_by": "",
}
TOLD = frozenset(
    [
        "from",
        "to",
        "department",
        "due_at",
        "stage",
        "cause",
        "limit",
        "review_on",
        "rating",
        "solved",
        "lamp",
        "why",
        "message",
    ]
)
OF_A_PART = frozenset({"department", "department_name", "state", "due_at", "done_at"})


def for_reporter(shown: Mapping[str, Any]) -> dict[str, Any]:
    """Give a view of a ticket as its reporter may see it."""
    told = {name: EMPTIED.get(name, value) for name, value in shown.items()}
    told["parts"] = [_part(one) for one in shown["parts"]]
    if "timeline" in shown:
        told["timeline"] = [_step(one, shown["no"]) for one in shown["timeline"]]
        told["dialogue"] = [{**word, "by": ""} for word in shown["dialogue"]]
    return told


def _step(step: Mapping[str, Any], no: str) -> dict[str, Any]:
    of_another = step["role"] in REPORTERS and step["payload"].get("about", no) != no
    names = TOLD | ({"note"} if step["name"] in SPOKEN and not of_another else set())
    payload = {name: value for name, value in step["payload"].items() if name in names}
    return {**step, "by": "", "payload": payload}


def _part(part: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value if name in OF_A_PART else None for name, value in part.items()}


def words_for(no: str, steps: Iterable[Step], parent: Iterable[Step] = ()) -> list[Word]:
    """Pick what the reporter of a ticket hears, oldest first.

    That is the ticket's own dialogue without the words of those whose reports were merged into it; and of the ticket
    it was merged into the reporter's own words there and the answers.
    """
    own = [w for w in dialogue(steps) if w.role not in REPORTERS or w.about in ("", no)]
    there = [w for w in dialogue(parent) if w.message == "" and (w.role not in REPORTERS or w.about == no)]
    return sorted((*own, *there), key=lambda w: w.at)
