"""Purses: where money stands, by name. Money only ever goes from one purse to another, so their sum is always 0."""

RESIDENTS = "residents"
"""What residents pay themselves comes from here; nobody is named."""
BANK = "bank"
"""What was paid out to those who earned it."""
OUTSIDE = ("residents", "bank", "source:")
"""Purses of the world outside, which may stand below 0: what came from them is what they are owed nothing for."""
EARNERS = ("provider:", "share:")
"""Those who earn, and owe when a refund comes after they were paid; they may stand below 0 too."""


def source(code: str) -> str:
    """Return the purse of a source of public money, such as the province."""
    return f"source:{code}"


def free(budget: str) -> str:
    """Return the purse of what a budget has free."""
    return f"budget:{budget}"


def held(budget: str) -> str:
    """Return the purse of what is reserved of a budget."""
    return f"held:{budget}"


def provider(number: int) -> str:
    """Return the purse of what a provider earned and was not paid yet."""
    return f"provider:{number}"


def share(area: str) -> str:
    """Return the purse of the share of a station or community."""
    return f"share:{area}"


def may_owe(name: str) -> bool:
    """Tell whether a purse may stand below 0; budgets and what is held of them never do."""
    return name.startswith((*OUTSIDE, *EARNERS))
