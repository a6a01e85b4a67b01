"""Small random workloads with some features switched on, for property tests."""

from __future__ import annotations

import numpy as np

from sim.simulation.events import FAIL, LIMIT, REPAIR
from sim.simulation.workload import Workload, make_workload

FEATURES = (
    "ties", "keys", "balking", "patience", "choices", "informed", "sharing", "limit changes", "outages", "parking",
    "overstay", "failed starts", "few points",
)  # fmt: skip


def some_features(seed: int) -> tuple[str, ...]:
    """About half of the features, others for each seed."""
    drawn = np.random.default_rng([seed, 1]).random(len(FEATURES)) < 0.5
    return tuple(feature for feature, on in zip(FEATURES, drawn, strict=True) if on)


def random_workload(seed: int, features=FEATURES, most: int = 40) -> Workload:
    """Up to `most` requests at up to four stations; with ties all times are small whole minutes."""
    rng = np.random.default_rng(seed)
    n, k, m = int(rng.integers(1, most + 1)), 3 if "choices" in features else 1, int(rng.integers(1, 5))

    def minutes(high, *shape):
        return rng.integers(0, high + 1, shape).astype(float) if "ties" in features else rng.uniform(0, high, shape)

    def or_never(values, share):
        return np.where(rng.random(values.shape) < share, np.inf, values)

    choices = np.argsort(rng.random((n, max(m, k))), axis=1)[:, :k]
    choices[(choices >= m) | (rng.random((n, 1)) < 0.02)] = -1
    choices = np.take_along_axis(choices, np.argsort(choices < 0, axis=1, kind="stable"), 1)
    columns = dict(
        arrival_min=np.sort(minutes(max(4, n // 2), n)),
        choices=choices,
        detour_min=minutes(4, n, k),
        power_kw=rng.choice([3.7, 11.0, 22.0, 60.0], (n, k)),
        energy_kwh=minutes(4, n, k) * rng.choice([0.5, 1.0, 3.7]),
        points=rng.integers(0, 3, m) if "few points" in features else rng.integers(1, 5, m),
    )
    if "keys" in features:
        columns["queue_key"] = minutes(3, n, k)
    if "balking" in features:
        columns["balk_at"] = rng.integers(0, 4, (n, k))
    if "patience" in features:
        columns["patience_min"] = or_never(minutes(8, n), 0.2)
    if "informed" in features:
        columns["informed"] = rng.random(n) < 0.5
    if "parking" in features:
        columns["longest_min"] = or_never(minutes(20, n, k), 0.3)
        columns["overstay_min"] = or_never(np.zeros((n, k)), 0.5)
    if "overstay" in features:
        columns["overstay_min"] = or_never(minutes(10, n, k), 0.1 if "parking" in features else 0.0)
    if "failed starts" in features:
        columns["failed_starts"] = rng.choice(3, (n, k), p=(0.6, 0.2, 0.2))
        columns["restart_min"] = float(rng.integers(0, 4))
    changes = []
    if "sharing" in features:
        columns["site"] = rng.integers(-1, 2, m)
        columns["limit_kw"] = rng.choice([0.0, 3.7, 11.0, 15.0, 22.0, np.inf], 2)
        if "limit changes" in features:
            changes += [(at, LIMIT, rng.integers(2), rng.choice([0.0, 3.7, 30.0, np.inf])) for at in minutes(40, 6)]
    points = int(columns["points"].sum())
    if "outages" in features and points:
        for at, lasting in zip(minutes(30, 6), or_never(minutes(10, 6), 0.1), strict=True):
            point = rng.integers(points)
            changes.append((at, FAIL, point, 0.0))
            if lasting < np.inf:
                changes.append((at + lasting, REPAIR, point, 0.0))
    if changes:
        names = ("change_min", "change_kind", "change_of", "change_kw")
        columns.update(zip(names, map(np.array, zip(*changes, strict=True)), strict=True))
    return make_workload(**columns)
