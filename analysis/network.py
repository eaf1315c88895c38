"""Who stands between whom, and how much is exchanged: figures of one group's graph of referrals."""

from __future__ import annotations

from collections import deque

import numpy as np
from numpy.typing import NDArray

from analysis.estimators import Codes
from analysis.intervals import Floats

BURN_IN, EVERY = 40, 6  # rounds of swaps before the first record, and between records


def betweenness(source: Codes, target: Codes, n: int) -> Floats:
    """Shortest paths that lead through each of n nodes: directed, unweighted, each edge once, not normalised (Brandes
    2001; as networkx and igraph count it)."""
    edges = np.unique(np.column_stack([source, target])[source != target], axis=0)
    ahead: list[list[int]] = [[] for _ in range(n)]
    for a, b in edges.tolist():
        ahead[a].append(b)
    out = [0.0] * n
    for start in range(n):
        _add_paths_from(start, ahead, out)
    return np.array(out)


def _add_paths_from(start: int, ahead: list[list[int]], out: list[float]) -> None:
    n = len(ahead)
    paths, distance, before = [0.0] * n, [-1] * n, [[] for _ in range(n)]  # type: ignore[var-annotated]
    paths[start], distance[start] = 1.0, 0
    order, queue = [], deque([start])
    while queue:
        node = queue.popleft()
        order.append(node)
        for nxt in ahead[node]:
            if distance[nxt] < 0:
                distance[nxt] = distance[node] + 1
                queue.append(nxt)
            if distance[nxt] == distance[node] + 1:
                paths[nxt] += paths[node]
                before[nxt].append(node)
    through = [0.0] * n
    for node in reversed(order):
        for earlier in before[node]:
            through[earlier] += paths[earlier] / paths[node] * (1 + through[node])
        if node != start:
            out[node] += through[node]


def weights(source: Codes, target: Codes, n: int) -> Floats:
    """Referrals from (row) to (column)."""
    return np.bincount(source * n + target, minlength=n * n).reshape(n, n).astype(float)


def reciprocated(w: Floats) -> float:
    """Share of all referrals that are matched by one the other way, 2Σ min(w_ij, w_ji)/Σw; for single ties that is the
    share of ties that are mutual."""
    return float(np.minimum(w, w.T).sum() / w.sum()) if w.sum() > 0 else float("nan")


def exchange_beyond_volume(source: Codes, target: Codes, n: int, draws: int, seed: int) -> tuple[float, float]:
    """(z, p) of the reciprocated share against logs in which everybody gives and receives as much as here.

    Receivers are swapped between random pairs of rows wherever nobody would refer himself. A description: trades that
    suit each other alone make it large, so it is never the verdict on whether giving is returned.
    """
    rng: np.random.Generator = np.random.Generator(np.random.PCG64(seed))
    observed, to = reciprocated(weights(source, target, n)), target.copy()
    drawn: NDArray[np.float64] = np.empty(draws)
    for i in range(draws):
        for _ in range(BURN_IN if i == 0 else EVERY):
            swap(source, to, rng.permutation(len(to)), rng)
        drawn[i] = reciprocated(weights(source, to, n))
    spread = float(drawn.std(ddof=1))
    z = (observed - float(drawn.mean())) / spread if spread > 0 else float("nan")
    return z, (1 + int((drawn >= observed - 1e-12).sum())) / (draws + 1)


def swap(source: Codes, to: Codes, order: Codes, rng: np.random.Generator) -> None:
    """One round in place: rows in pairs along `order` exchange their targets with probability one half, unless
    somebody would then refer himself."""
    half = len(order) // 2
    a, b = order[:half], order[half : 2 * half]
    ok = (rng.random(half) < 0.5) & (source[a] != to[b]) & (source[b] != to[a])
    a, b = a[ok], b[ok]
    to[a], to[b] = to[b], to[a]
