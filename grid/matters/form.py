"""Answers to a form: proven field by field, and the form as a JSON Schema for other programs."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from dispatch.errors import BadFieldError
from grid.matters.definition import Condition, FormField, MatterKind

LONGEST_TEXT = 500
LARGEST = 10**12
SCHEMA = "https://json-schema.org/draft/2020-12/schema"


def check_answers(kind: MatterKind, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return answers as they are kept, in the order of the form.

    Raises
    ------
    BadFieldError
        Naming the field: one that is missing, that does not exist, is known or not asked here, or holds what it may not.
    """
    fields = {one.name: one for one in kind.fields if not one.known}
    for name, value in answers.items():
        if name not in fields:
            known = any(one.name == name for one in kind.fields)
            told = "the register knows it; it is not asked" if known else f"fields are {', '.join(fields)}"
            raise BadFieldError(f"answers.{name}", value, told)
    kept: dict[str, Any] = {}
    for name, one in fields.items():
        value = answers.get(name)
        given = value is not None and value != ""
        if one.when is not None and not one.when.holds(kept):
            if given:
                raise BadFieldError(f"answers.{name}", value, f"asked only when {_told(one.when)}")
            continue
        if given:
            kept[name] = _checked(one, value)
        elif one.required:
            raise BadFieldError(f"answers.{name}", value, f"this field is needed; {_allowed(one)}")
    return kept


def check_papers(kind: MatterKind, answers: Mapping[str, Any], papers: Collection[str]) -> tuple[str, ...]:
    """Return the papers that were presented, in the order of the form.

    Raises
    ------
    BadFieldError
        When one that is needed is missing, or one is none of the form.
    """
    known = [need.code for need in kind.papers]
    if strange := [code for code in papers if code not in known]:
        raise BadFieldError("papers", strange[0], f"papers of {kind.code} are {', '.join(known) or 'none'}")
    for need in kind.papers:
        asked = need.when is None or need.when.holds(answers)
        if asked and need.code not in papers:
            raise BadFieldError("papers", ", ".join(papers), f"{need.code} is needed")
    return tuple(code for code in known if code in papers)


def _checked(one: FormField, value: Any) -> Any:  # noqa: ANN401 - what JSON holds
    wrong = BadFieldError(f"answers.{one.name}", value, _allowed(one))
    if one.type == "yes_no":
        if not isinstance(value, bool):
            raise wrong
        return value
    if one.type == "number":
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= LARGEST:
            raise wrong
        return value
    if not isinstance(value, str) or len(value) > LONGEST_TEXT or not value.strip():
        raise wrong
    if one.type == "choice" and value not in one.choices:
        raise wrong
    if one.type == "day":
        try:
            return date.fromisoformat(value).isoformat()
        except ValueError:
            raise wrong from None
    return value.strip()


def _allowed(one: FormField) -> str:
    if one.type == "choice":
        return f"choices are {', '.join(one.choices)}"
    return {
        "yes_no": "true or false",
        "number": f"a whole number from 0 to {LARGEST}",
        "day": "a day, as 2026-11-18",
        "text": f"a text of at most {LONGEST_TEXT} letters",
    }[one.type]


def _told(when: Condition) -> str:
    return f"{when.field} is {' or '.join(map(str, when.values))}"


def schema_of(kind: MatterKind) -> dict[str, Any]:
    """Write the form of a kind as a JSON Schema 2020-12; titles are the Chinese labels."""
    asked = [one for one in kind.fields if not one.known]
    return {
        "$schema": SCHEMA,
        "title": kind.name.zh,
        "type": "object",
        "properties": {one.name: _property(one) for one in asked},
        "required": [one.name for one in asked if one.required and one.when is None],
        "additionalProperties": False,
        "allOf": [_conditional(one) for one in asked if one.when is not None],
    }


def _property(one: FormField) -> dict[str, Any]:
    shapes: Mapping[str, Mapping[str, Any]] = {
        "text": {"type": "string", "minLength": 1, "maxLength": LONGEST_TEXT},
        "number": {"type": "integer", "minimum": 0, "maximum": LARGEST},
        "day": {"type": "string", "format": "date"},
        "yes_no": {"type": "boolean"},
        "choice": {"type": "string", "enum": list(one.choices)},
    }
    return {"title": one.label.zh, **shapes[one.type]}


def _conditional(one: FormField) -> dict[str, Any]:
    when = one.when
    if when is None:
        return {}
    asked = {"properties": {when.field: {"enum": list(when.values)}}, "required": [when.field]}
    told: dict[str, Any] = {"if": asked, "else": {"properties": {one.name: False}}}
    return told | ({"then": {"required": [one.name]}} if one.required else {})
