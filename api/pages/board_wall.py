"""The board on a wall: scenes that take turns beside one map, each with the layers that belong to it."""

from dataclasses import dataclass

from api.pages.board_ask import BoardAsk, CoverageAsk


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One scene: its name, what the map shows meanwhile, and the address of its coverage, empty for none."""

    name: str
    map_at: str
    coverage_at: str = ""


def scenes(ask: BoardAsk, scarcest: str) -> tuple[Scene, ...]:
    """Give the scenes of a board in their order.

    ``scarcest`` is the item asked for most often in vain, whose blind spots are shown beside unmet demand.
    """

    def covered(name: str, item: str) -> Scene:
        return Scene(
            name=name,
            map_at=ask.link("/board/map/coverage", item=item),
            coverage_at=ask.link("/board/coverage", item=item),
        )

    return (
        Scene(name="residents", map_at=ask.link("/board/map/tickets", drawn="heat")),
        Scene(name="promises", map_at=ask.link("/board/map/cells", by="overdue")),
        covered("coverage", CoverageAsk().item),
        covered("unmet", scarcest),
        Scene(name="league", map_at=ask.link("/board/map/cells", by="open")),
    )
