"""Contiguous groups of blocks with about equal households, cut where blocks hold together least.

METIS proposes (Karypis and Kumar 1998, multilevel k-way partitioning); then torn pieces are joined to
their neighbours and blocks at the border move until every group is within its range.
"""

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import pymetis
from numpy.typing import NDArray

_ROUNDS = 400
_RECUTS = 2
_CHANCES = 4


@dataclass(frozen=True, slots=True)
class Adjacency:
    """Neighbours of each block with the strength of the tie; ties go both ways."""

    ties: tuple[dict[int, float], ...]
    weight: NDArray[np.float64]

    @classmethod
    def of(
        cls,
        weight: NDArray[np.float64],
        left: NDArray[np.int64],
        right: NDArray[np.int64],
        hold: NDArray[np.float64],
    ) -> "Adjacency":
        """Build it from pairs of neighbours, each pair once."""
        ties: tuple[dict[int, float], ...] = tuple({} for _ in weight)
        for a, b, strength in zip(left.tolist(), right.tolist(), hold.tolist(), strict=True):
            ties[a][b] = ties[b][a] = strength
        return cls(ties, weight)

    def within(self, members: NDArray[np.int64]) -> "Adjacency":
        """Take the part between some blocks, numbered as given."""
        place = {int(member): position for position, member in enumerate(members)}
        ties = tuple(
            {place[other]: hold for other, hold in self.ties[int(member)].items() if other in place}
            for member in members
        )
        return Adjacency(ties, self.weight[members])

    def merged(self, owner: NDArray[np.int64]) -> "Adjacency":
        """Merge blocks with the same owner into one; owners count from 0 without gaps."""
        count = int(owner.max()) + 1 if len(owner) else 0
        ties: tuple[dict[int, float], ...] = tuple({} for _ in range(count))
        for block, others in enumerate(self.ties):
            mine = int(owner[block])
            for other, hold in others.items():
                theirs = int(owner[other])
                if mine != theirs:
                    ties[mine][theirs] = ties[mine].get(theirs, 0.0) + hold
        return Adjacency(ties, _sums(owner, self.weight, count))

    def components(self) -> list[NDArray[np.int64]]:
        """List connected parts, the one with the first block first."""
        return [np.array(sorted(part), np.int64) for part in _parts(range(len(self.ties)), self._next)]

    def _next(self, block: int) -> Iterable[int]:
        return self.ties[block]


def _parts(members: Iterable[int], neighbours: Callable[[int], Iterable[int]]) -> list[set[int]]:
    """List connected parts of some blocks."""
    left = set(members)
    parts = []
    while left:
        seed = min(left)
        left.discard(seed)
        part, queue = {seed}, deque((seed,))
        while queue:
            for other in neighbours(queue.popleft()):
                if other in left:
                    left.discard(other)
                    part.add(other)
                    queue.append(other)
        parts.append(part)
    return parts


def groups(blocks: Adjacency, count: int, span: tuple[float, float], seed: int) -> NDArray[np.int64]:
    """Divide blocks into contiguous groups.

    Parameters
    ----------
    blocks : Adjacency
        Blocks and ties; parts that do not touch are divided separately.
    count : int
        Groups wanted; at least one per connected part.
    span : (float, float)
        Least and most weight of a group.
    seed : int
        Chance of METIS.

    Returns
    -------
    ndarray of int64, shape (blocks,)
        Group of each block, from 0, no number skipped.
    """
    label = np.zeros(len(blocks.ties), np.int64)
    parts = blocks.components()
    shares = apportion(np.array([blocks.weight[part].sum() for part in parts]), max(count, len(parts)))
    used = 0
    for part, share in zip(parts, shares, strict=True):
        inner = _divide(blocks.within(part), int(share), span, seed)
        label[part] = inner + used
        used += int(inner.max()) + 1
    return label


def quarters(
    blocks: Adjacency, left: NDArray[np.int64], right: NDArray[np.int64], most: float
) -> NDArray[np.int64]:
    """Join pairs of blocks while the whole stays below a weight.

    Parameters
    ----------
    blocks : Adjacency
        Blocks and ties.
    left, right : ndarray of int64, shape (pairs,)
        Pairs to join; those that hold together most are joined first.
    most : float
        Largest weight of a quarter that is made of several blocks.

    Returns
    -------
    ndarray of int64, shape (blocks,)
        Quarter of each block, from 0, no number skipped.
    """
    root = np.arange(len(blocks.ties))
    weight = blocks.weight.astype(float).copy()

    def find(block: int) -> int:
        while root[block] != block:
            root[block] = root[root[block]]
            block = int(root[block])
        return block

    pairs = sorted(
        zip(left.tolist(), right.tolist(), strict=True), key=lambda p: (-blocks.ties[p[0]][p[1]], p)
    )
    for one, other in pairs:
        a, b = find(one), find(other)
        if a != b and weight[a] + weight[b] <= most:
            root[b] = a
            weight[a] += weight[b]
    return _compact(np.array([find(block) for block in range(len(root))], np.int64))


def apportion(weight: NDArray[np.float64], seats: int) -> NDArray[np.int64]:
    """Share seats by weight, at least one each (largest remainders)."""
    shares = weight if weight.sum() > 0 else np.ones(len(weight))
    spare = seats - len(weight)
    quota = shares / shares.sum() * spare
    share: NDArray[np.int64] = np.floor(quota).astype(np.int64)
    order = np.argsort(share - quota, kind="stable")
    share[order[: spare - int(share.sum())]] += 1
    share += 1
    return share


def _divide(blocks: Adjacency, count: int, span: tuple[float, float], seed: int) -> NDArray[np.int64]:
    """Divide one connected part; the best of the wanted count and its neighbours."""
    if count <= 1 or len(blocks.ties) <= count:
        return np.zeros(len(blocks.ties), np.int64) if count <= 1 else np.arange(len(blocks.ties))
    best, least = None, np.inf
    for tries, parts in enumerate(_tries(count)):
        label = _compact(_joined(blocks, _proposed(blocks, parts, seed + tries)))
        label = _balanced(blocks, label, span)
        for again in range(_RECUTS):
            label = _compact(_recut(blocks, label, span, seed + 100 * (again + 1)))
        miss = _miss(_sums(label, blocks.weight), span)
        if miss < least:
            best, least = label, miss
        if not least:
            break
    assert best is not None
    return best


def _tries(count: int) -> list[int]:
    """Numbers of groups to try, the wanted one most often."""
    fewer, more = max(count - 1, 1), count + 1
    return [count, count, more, fewer, count, more]


def _sums(label: NDArray[np.int64], weight: NDArray[np.float64], count: int = 0) -> NDArray[np.float64]:
    """Weight of each group."""
    return np.asarray(np.bincount(label, weights=weight, minlength=count), np.float64)


def _miss(weights: NDArray[np.float64], span: tuple[float, float]) -> float:
    return float(np.sum(np.maximum(span[0] - weights, 0) + np.maximum(weights - span[1], 0)))


def _proposed(blocks: Adjacency, count: int, seed: int) -> NDArray[np.int64]:
    if count == 1:
        return np.zeros(len(blocks.ties), np.int64)
    first = np.cumsum([0, *(len(ties) for ties in blocks.ties)])
    others = [other for ties in blocks.ties for other in ties]
    strengths = [max(1, round(10 * hold)) for ties in blocks.ties for hold in ties.values()]
    options = pymetis.Options(seed=seed, contig=1, ufactor=120, niter=20)
    weights = np.rint(blocks.weight).astype(int) + 1
    _, label = pymetis.part_graph(
        count,
        adjacency=pymetis.CSRAdjacency(first.tolist(), others),
        vweights=weights.tolist(),
        eweights=strengths,
        recursive=False,
        options=options,
    )
    return np.asarray(label, np.int64)


def _compact(label: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.unique(label, return_inverse=True)[1].astype(np.int64)


def _joined(blocks: Adjacency, label: NDArray[np.int64]) -> NDArray[np.int64]:
    """Keep the heaviest piece of each group; give the others to the neighbour they hold to most."""
    label = label.copy()
    for _ in range(len(blocks.ties)):
        torn = _torn(blocks, label)
        if not torn:
            break
        for piece in torn:
            pull: dict[int, float] = {}
            for block in piece:
                for other, hold in blocks.ties[block].items():
                    if other not in piece:
                        pull[int(label[other])] = pull.get(int(label[other]), 0.0) + hold
            if pull:
                label[list(piece)] = max(pull, key=lambda group: (pull[group], -group))
    return label


def _torn(blocks: Adjacency, label: NDArray[np.int64]) -> list[set[int]]:
    """All pieces of groups but the heaviest of each."""
    kept: dict[int, list[set[int]]] = {}
    pieces = _parts(
        range(len(label)), lambda block: (o for o in blocks.ties[block] if label[o] == label[block])
    )
    for piece in pieces:
        kept.setdefault(int(label[next(iter(piece))]), []).append(piece)
    torn = []
    for group in kept.values():
        group.sort(key=lambda piece: (float(blocks.weight[list(piece)].sum()), len(piece)))
        torn.extend(group[:-1])
    return torn


def _balanced(blocks: Adjacency, label: NDArray[np.int64], span: tuple[float, float]) -> NDArray[np.int64]:
    """Move blocks over borders while that brings groups nearer to their range and tears none."""
    label = label.copy()
    weights = _sums(label, blocks.weight)
    for _ in range(_ROUNDS):
        if not _miss(weights, span):
            break
        move = _best_move(blocks, label, weights, span)
        if move is None:
            break
        block, target = move
        weights[label[block]] -= blocks.weight[block]
        weights[target] += blocks.weight[block]
        label[block] = target
    return label


def _recut(
    blocks: Adjacency, label: NDArray[np.int64], span: tuple[float, float], seed: int
) -> NDArray[np.int64]:
    """Divide groups that miss the range anew, together with one or two neighbours, where that helps."""
    label = label.copy()
    for bad in _missing(blocks, label, span):
        for company in _companies(blocks, label, bad):
            members = np.flatnonzero(np.isin(label, company))
            part, old = blocks.within(members), label[members]
            total = float(part.weight.sum())
            counts = [c for c in range(1, 5) if span[0] * c <= total <= span[1] * c]
            choices = [
                _balanced(part, _compact(_joined(part, _proposed(part, count, seed + chance))), span)
                for count in counts
                for chance in range(_CHANCES)
            ]
            best = min(choices, key=lambda choice: _fault(part, choice, span, len(company)), default=None)
            if best is None:
                continue
            before = _miss(_sums(_compact(old), part.weight), span)
            if _miss(_sums(_compact(best), part.weight), span) < before:
                label[members] = best + int(label.max()) + 1
                break
    return label


def _fault(
    part: Adjacency, label: NDArray[np.int64], span: tuple[float, float], wanted: int
) -> tuple[float, int]:
    """Tell how far groups miss their range, and how far their number is from the wanted one."""
    return _miss(_sums(_compact(label), part.weight), span), abs(len(np.unique(label)) - wanted)


def _missing(blocks: Adjacency, label: NDArray[np.int64], span: tuple[float, float]) -> list[int]:
    """List groups outside the range."""
    weights = _sums(label, blocks.weight)
    used = np.unique(label)
    return [int(group) for group in used if not span[0] <= weights[group] <= span[1]]


def _companies(blocks: Adjacency, label: NDArray[np.int64], group: int) -> list[list[int]]:
    """List a group with each of its neighbours, then with each two that touch it or each other."""
    touching: dict[int, set[int]] = {}
    for block, ties in enumerate(blocks.ties):
        home = int(label[block])
        touching.setdefault(home, set()).update({int(label[other]) for other in ties} - {home})
    if group not in touching:
        return []
    near = sorted(touching[group])
    pairs = [[group, one] for one in near]
    triples = [[group, one, other] for one in near for other in sorted(touching[one] - {group})]
    return pairs + triples


def _best_move(
    blocks: Adjacency, label: NDArray[np.int64], weights: NDArray[np.float64], span: tuple[float, float]
) -> tuple[int, int] | None:
    """Find the move that helps most among those that tear nothing; None when none helps."""
    aim = sum(span) / 2
    choices: list[tuple[float, int, int]] = []
    for block, ties in enumerate(blocks.ties):
        weight, home = blocks.weight[block], int(label[block])
        if not weight:
            continue
        for target in {int(label[other]) for other in ties} - {home}:
            gain = _strain(weights[home], span, aim) + _strain(weights[target], span, aim)
            gain -= _strain(weights[home] - weight, span, aim) + _strain(weights[target] + weight, span, aim)
            if gain > 1e-6:
                choices.append((-float(gain), block, target))
    choices.sort()
    for _, block, target in choices:
        if _stays_whole(blocks, label, block):
            return block, target
    return None


def _strain(weight: float, span: tuple[float, float], aim: float) -> float:
    """How badly a weight misses its range; a little for missing the middle."""
    outside = max(span[0] - weight, 0.0) + max(weight - span[1], 0.0)
    return outside**2 + 0.02 * (weight - aim) ** 2


def _stays_whole(blocks: Adjacency, label: NDArray[np.int64], block: int) -> bool:
    """Tell whether a group stays contiguous and inhabited without one of its blocks."""
    home = label[block]
    rest = [int(other) for other in np.flatnonzero(label == home) if other != block]
    if not rest:
        return False
    inside = set(rest)
    return len(_parts(rest, lambda each: (o for o in blocks.ties[each] if o in inside))) == 1
