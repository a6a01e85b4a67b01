"""Which stations share the power of a grid connection, how much that is, and when it changes."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.city.city import City
from sim.clock import H_PER_WEEK, MIN_PER_H, Horizon
from sim.simulation.operation import H_PER_DAY, Operation

Floats = NDArray[np.float64]


class SiteLimits(NamedTuple):
    """Sites whose connection binds in some hour of the week.

    site       : m i4, row of `limit_kw` for each station; -1 = its connection carries all its points at once
    limit_kw   : q f8, at minute 0 [kW]
    change_min : when a limit changes [min], change_of : row of `limit_kw`, change_kw : to what [kW]
    """

    site: NDArray[np.int32]
    limit_kw: Floats
    change_min: Floats
    change_of: NDArray[np.int32]
    change_kw: Floats


def site_limits(city: City, operation: Operation, *, horizon: Horizon, until_min: float) -> SiteLimits | None:
    """Limits of all sites, fixed or by hour of week, until `until_min`; None where no connection ever binds.

    A connection that carries all points of its site at full power never binds, so its stations share nothing.
    """
    if _never_binds(city, operation):
        return None
    site, by_hour = limits_by_hour(city, operation)
    if not len(by_hour):
        return None
    first_hour = -horizon.warm_up_days * H_PER_DAY  # the measured days begin on Monday at 0 h
    by_hour = by_hour[:, (first_hour + np.arange(H_PER_WEEK)) % H_PER_WEEK]  # from minute 0 on
    row, hour = np.nonzero(by_hour != np.roll(by_hour, 1, axis=1))
    weeks = np.arange(np.ceil(until_min / (H_PER_WEEK * MIN_PER_H)))
    change_min = np.asarray((hour[:, None] + H_PER_WEEK * weeks) * MIN_PER_H, np.float64).ravel()
    row, hour = np.repeat(row, len(weeks)), np.repeat(hour, len(weeks))
    counts = (change_min > 0) & (change_min < until_min)
    row, hour = row[counts], hour[counts]
    return SiteLimits(site, by_hour[:, 0].copy(), change_min[counts], row.astype(np.int32), by_hour[row, hour])


def limits_by_hour(city: City, operation: Operation) -> tuple[NDArray[np.int32], Floats]:
    """Site of each station (-1 where no limit binds), and the limits of the sites by hour of week. [kW, q x 168]

    A site may draw what the connections of its stations carry together, no more than `limit_kw` of the site where the
    city gives one, times the factor of the hour. The connection of a station is its `limit_kw` where the city gives
    it, else a share of the power of its points, enough for one of them; times what limits.csv says of the hour.
    """
    stations = city.stations
    point_kw = stations["power_kw"].to_numpy(float)
    points_kw = stations["points"].to_numpy(float) * point_kw
    connection_kw = np.maximum(points_kw * operation.connection_share, point_kw)
    if "limit_kw" in stations:
        given_kw = stations["limit_kw"].to_numpy(float)
        connection_kw = np.where(np.isnan(given_kw), connection_kw, given_kw)
    site_of, site_ids = pd.factorize(stations["site_id"])
    by_hour = np.zeros((len(site_ids), H_PER_WEEK))
    np.add.at(by_hour, site_of, connection_kw[:, None] * _shares_by_hour(city))
    if "limit_kw" in city.sites:
        by_hour = np.minimum(by_hour, city.sites["limit_kw"].reindex(site_ids).to_numpy(float)[:, None])
    by_hour *= operation.factors()
    all_points_kw = np.zeros(len(site_ids))
    np.add.at(all_points_kw, site_of, points_kw)
    binds = (by_hour < all_points_kw[:, None]).any(axis=1)
    number = np.where(binds, np.cumsum(binds) - 1, -1)
    return number[site_of].astype(np.int32), by_hour[binds]


def _never_binds(city: City, operation: Operation) -> bool:
    """Whether nothing at all is said of connections, by far the most frequent case and told at once."""
    ample = operation.connection_share >= 1 and min(operation.connection_profile) >= 1
    return ample and "limit_kw" not in city.stations and "limit_kw" not in city.sites and city.limits.empty


def _shares_by_hour(city: City) -> Floats:
    """Share of its connection that each station may draw in each hour of the week. [share, m x 168]

    A row of limits.csv holds until the next of the same station; the last of the week holds on into Monday.
    """
    shares = np.ones((len(city.stations), H_PER_WEEK))
    for station_id, rows in city.limits.groupby("station_id", sort=False):
        rows = rows.sort_values("from_hour")
        holds = np.searchsorted(rows["from_hour"], np.arange(H_PER_WEEK), side="right") - 1  # -1 is the last row
        shares[city.stations.index.get_loc(station_id)] = rows["limit_share"].to_numpy(float)[holds]
    return shares
