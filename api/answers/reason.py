"""Why something was entered in the ledger."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from api.answers.answer import Answer


@dataclass(frozen=True, kw_only=True)
class Evidence(Answer):
    """Evidence as a code with its parameters, null for a sentence of older records, and told in both languages."""

    reason: Mapping[str, Any] | None
    told_zh: str
    told_en: str
