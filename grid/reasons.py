"""Why something was written down: a code with its parameters, told in the reader's language where it is shown.

Records from before hold English sentences instead; those are no reasons and stay as they are.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Reason:
    """A code and its parameters, plain values that JSON can hold; times as ISO 8601."""

    code: str
    given: Mapping[str, Any] = field(default_factory=dict)

    def write(self) -> str:
        """Write as canonical JSON, the same for the same reason."""
        told = {**self.given, "code": self.code}
        return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def read_reason(text: str) -> Reason | None:
    """Read what `Reason.write` wrote; None for anything else."""
    if not text.startswith("{"):
        return None
    try:
        told = json.loads(text)
    except ValueError:
        return None
    code = told.pop("code", None)
    return Reason(code, told) if isinstance(code, str) else None
