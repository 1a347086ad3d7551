"""Whether buckets pay: what they save on questions against what they cost on changes, by counting."""

SETTLE_NS = 145
"""One node passed by a search."""
START_NS = 5000
"""A search takes so much longer than a question to buckets, however near the members are."""
LEVEL_NS = 80
"""One bucket changed: a member has one per category and level of the tree above it."""
KEY_NS = 0.065
"""Making room in that bucket, for each member of the category."""


class Upkeep:
    """A running balance for one direction of one index.

    A question adds the time that a search takes longer than buckets; a change takes off the time that it costs
    in buckets, whether there are any or not. When the balance reaches what it costs to build them, buckets are
    built; when it is used up, they are given up. As with renting or buying, no run of questions and changes
    then takes much more than twice the better of the two ways. Only counts matter, no clock: the same calls
    take the same turns. The figures above were measured (`benchmarks.roads`); wrong ones cost time, never an
    answer.

    Attributes
    ----------
    balance_ns : int
        From zero to `limit_ns`.
    limit_ns : int
        Time to build buckets for all members.
    """

    def __init__(self, mean_depth: float) -> None:
        self._levels = mean_depth + 1
        self.balance_ns = 0
        self.limit_ns = 1

    def resize(self, entries: int, pairs: int) -> None:
        """Take note of how many members there are, each counted per category, and pairs of one category."""
        self.limit_ns = 1 + round(self._levels * (entries * LEVEL_NS + pairs * KEY_NS))

    def pays(self, questions: int, settled: float) -> bool:
        """Tell whether buckets pay if so many questions, passing so many nodes each, come now."""
        return self.balance_ns + questions * (settled * SETTLE_NS + START_NS) >= self.limit_ns

    def asked(self, questions: int, settled: float) -> None:
        """Count questions that passed, or would have passed, so many nodes each."""
        saved_ns = round(questions * (settled * SETTLE_NS + START_NS))
        self.balance_ns = min(self.limit_ns, self.balance_ns + saved_ns)

    def changed(self, steps: int, categories: int, crowd: int) -> bool:
        """Count one step (comes, goes; two for a move) of a member; tells whether buckets still pay.

        The member has so many categories, and these have so many members together.
        """
        cost_ns = round(steps * self._levels * (categories * LEVEL_NS + crowd * KEY_NS))
        self.balance_ns = max(0, min(self.limit_ns, self.balance_ns) - cost_ns)
        return self.balance_ns > 0
