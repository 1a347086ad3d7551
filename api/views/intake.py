"""What intake shows: what words mean, questions, what would be promised, who could come."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from api.views.names import actions_view, area_name
from api.views.provider import provider_summary
from api.views.shape import plain
from api.world import World
from dispatch.item import ServiceItem
from dispatch.matching.candidates import Candidate
from dispatch.questions import Question
from dispatch.sayings import Heard, Meaning, Saying, Wanted, meanings
from grid.account import Account
from grid.rulebook import Category

MOST_MEANINGS = 8


def understood(world: World, words: str, heard: Sequence[Heard]) -> tuple[Meaning, ...]:
    """Tell what words may mean, by what clerks said, the catalogue's everyday words, and names."""
    catalogue = world.catalogue
    names: dict[Wanted, dict[str, str]] = {
        "order": {item.code: item.name_zh for item in catalogue.items.values()},
        "report": {code: one.name_zh for code, one in catalogue.rulebook.categories.items()},
    }
    added = (Saying(text=one.text, item=one.item, category=one.category) for one in heard)
    return meanings(words, (*added, *catalogue.intake.sayings), names)[:MOST_MEANINGS]


def meaning_view(world: World, one: Meaning) -> dict[str, Any]:
    """Show what words may mean."""
    is_alarm = one.wanted == "order" and world.catalogue.alarms.asked_by(one.code) is not None
    shown: dict[str, Any] = plain(one, world.zone)
    return shown | {"name": code_name(world, one.wanted, one.code), "alarm": is_alarm}


def code_name(world: World, wanted: str, code: str, lang: str = "zh") -> str:
    """Name an item or a category in a language; by its code where neither is known."""
    known: Mapping[str, ServiceItem | Category] = (
        world.catalogue.items if wanted == "order" else world.catalogue.rulebook.categories
    )
    found = known.get(code)
    if found is None:
        return code
    return found.name_en if lang == "en" else found.name_zh


def heard_view(world: World, one: Heard) -> dict[str, Any]:
    """Show a word of callers."""
    wanted = "order" if one.item else "report"
    shown: dict[str, Any] = plain(one, world.zone)
    return shown | {"name": code_name(world, wanted, one.item or one.category)}


def question_view(world: World, question: Question, account: Account) -> dict[str, Any]:
    """Show a question with what may be done with it."""
    lifecycle = world.catalogue.intake.questions.lifecycle
    shown: dict[str, Any] = plain(question, world.zone)
    return shown | {
        "state_name": lifecycle.labels.get(question.state, question.state),
        "area_name": area_name(world, question.area),
        "late": not question.answer and question.due_at < world.clock(),
        "actions": actions_view(lifecycle.possible(question.state, account.role)),
    }


def offer_view(world: World, candidate: Candidate, now: datetime) -> dict[str, Any]:
    """Show a provider that may come as everybody may see it: what it says of itself, minutes and price."""
    provider = world.city.provider(candidate.provider)
    told = provider_summary(provider, now.astimezone(world.zone))
    kept = ("provider_no", "name", "address", "open", "rating", "rating_count")
    return {name: told[name] for name in kept} | {
        "arrive_min": round((candidate.travel_s + candidate.wait_s) / 60),
        "travel_min": round(candidate.travel_s / 60),
        "wait_min": round(candidate.wait_s / 60),
        "price_fen": candidate.price_fen,
    }
