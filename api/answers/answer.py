"""The base of all types of answers, and the mark of members that are not always there.

A type of answer is never instantiated: views make plain values, and the type says what they are.  Where an answer is a
fact with more beside it, its type extends the fact, so that no field is declared a third time.
"""

from typing import Annotated, Any, TypeVar, get_type_hints

from pydantic import ConfigDict, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue

T = TypeVar("T")
SOMETIMES = "sometimes"
Sometimes = Annotated[T, SOMETIMES]
"""A member that an answer may lack; the docstring of its type says when."""
LEFT_OUT = "left out"
LeftOut = Annotated[T, LEFT_OUT]
"""A field of the fact that the answer never holds."""
MARKS = frozenset({SOMETIMES, LEFT_OUT})


class Answer:
    """Base of all types of answers: every member is there, but for those marked `Sometimes` or `LeftOut`."""

    __slots__ = ()
    __pydantic_config__ = ConfigDict(json_schema_serialization_defaults_required=True)

    @classmethod
    def __get_pydantic_json_schema__(cls, core: Any, handler: GetJsonSchemaHandler) -> JsonSchemaValue:  # noqa: ANN401 - as Pydantic made it
        """Take members that may be lacking out of the required ones, and those that are left out away."""
        made = handler(core)
        schema = handler.resolve_ref_schema(made)
        hints: dict[str, Any] = get_type_hints(cls, include_extras=True)
        marks = {name: getattr(hint, "__metadata__", ()) for name, hint in hints.items()}
        schema["required"] = [
            name for name in schema.get("required", ()) if not MARKS.intersection(marks.get(name, ()))
        ]
        schema["properties"] = {
            name: inner for name, inner in schema["properties"].items() if LEFT_OUT not in marks.get(name, ())
        }
        return made
