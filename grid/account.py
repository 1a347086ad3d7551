"""Accounts: who somebody is to the system."""

from dataclasses import dataclass

from dispatch.lifecycle import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Who somebody is to the system; who is not ``active`` may not sign in."""

    user: str
    name: str
    role: str
    area: str = ""
    department: str = ""
    provider: int | None = None
    resident: str = ""
    active: bool = True

    def actor(self) -> Actor:
        """Return the account as one who acts."""
        return Actor(
            user=self.user,
            role=self.role,
            area=self.area,
            department=self.department,
            provider="" if self.provider is None else str(self.provider),
            resident=self.resident,
        )
