"""The conditions of one run: what the network allows, whoever comes.

Grid connections, outages and rules on stays are turned into columns of the workload here, before an engine starts; an
engine knows no calendar, no technology and no rule.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def _nothing() -> Floats:
    return np.zeros(0)


@dataclass(frozen=True)
class Conditions:
    """Columns of a workload that come from the network; as they are by default nothing binds.

    site           : m i4, site whose limit the station shares; -1 = none
    limit_kw       : q f8, at minute 0 [kW]
    change_min, change_kind, change_of, change_kw : repairs, failures and new limits (see `Workload`)
    allowed_min    : n,k f8, longest stay at each choice that rules leave a driver; inf where none binds [min]
    """

    site: NDArray[np.int32] | int = -1
    limit_kw: Floats = field(default_factory=_nothing)
    change_min: Floats = field(default_factory=_nothing)
    change_kind: NDArray[np.int8] | Floats = field(default_factory=_nothing)
    change_of: NDArray[np.int32] | Floats = field(default_factory=_nothing)
    change_kw: Floats | float = 0.0
    allowed_min: Floats | float = np.inf


NOTHING_BINDS = Conditions()
