"""Sites: stations that share one, and proposals that keep their distance."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.city.city import City
from sim.city.sites import Sites, join_sites, propose_sites, take_spaced

SETTINGS = Sites(
    merge_m=60, spacing_m=800, fast_spacing_m=1700, bays=12, station_bays=4, lantern_spacing_m=0, lantern_bays=4,
    private_spacing_m=0, private_bays=12, cars_per_resident=0.5, street_share=[0.2, 0.4, 0.6, 0.6, 0.4],
    street_bays_per_km2=3000, pressure_radius_m=250,
)  # fmt: skip


def stations(*places: tuple[str, float, int]) -> pd.DataFrame:
    """Stations on a line: id, easting, points."""
    ids, x, points = zip(*places, strict=True)
    return pd.DataFrame(dict(district_id="A", x_m=x, y_m=0.0, points=points), index=pd.Index(ids, name="station_id"))


def test_stations_closer_than_sixty_metres_share_the_site_of_the_first() -> None:
    # b is 50 m from a; c is 100 m from a and 50 m from b, but sites are measured from their first station
    sites, placed = join_sites(stations(("a", 0, 2), ("b", 50, 3), ("c", 100, 2)), None, settings=SETTINGS)
    assert placed["site_id"].tolist() == ["at_a", "at_a", "at_c"]
    assert sites["x_m"].tolist() == [0, 100]
    assert sites["bays"].tolist() == [5, 4]  # never fewer than the points that stand there
    assert sites["origin"].tolist() == ["station", "station"]


def test_exactly_sixty_metres_apart_are_two_sites() -> None:
    _, placed = join_sites(stations(("a", 0, 2), ("b", 60, 2)), None, settings=SETTINGS)
    assert placed["site_id"].tolist() == ["at_a", "at_b"]


def test_a_station_joins_the_nearest_given_site_and_takes_its_bays() -> None:
    given = pd.DataFrame(
        dict(district_id="A", x_m=[0.0, 70.0], y_m=0.0, bays=[9, 1]), index=pd.Index(["g", "h"], name="site_id")
    )
    sites, placed = join_sites(stations(("a", 40, 2), ("b", 500, 2)), given, settings=SETTINGS)
    assert placed["site_id"].tolist() == ["h", "at_b"]
    assert sites["origin"].to_dict() == {"g": "given", "h": "given", "at_b": "station"}
    assert sites["hosts_dc"].to_dict() == {"g": True, "h": True, "at_b": False}
    closed, _ = join_sites(stations(("b", 500, 2)), given.assign(hosts_dc=[True, False]), settings=SETTINGS)
    assert closed["hosts_dc"].to_dict() == {"g": True, "h": False, "at_b": False}
    assert sites["bays"].to_dict() == {"g": 9, "h": 2, "at_b": 4}


def test_a_city_without_stations_has_no_sites_yet() -> None:
    sites, placed = join_sites(stations(("a", 0, 1)).iloc[:0], None, settings=SETTINGS)
    assert len(sites) == len(placed) == 0


def test_weight_decides_and_the_spacing_itself_is_far_enough() -> None:
    xy = np.array([[0.0, 0.0], [100.0, 0.0], [200.0, 0.0], [300.0, 0.0]])
    taken = take_spaced(xy, np.array([1.0, 5.0, 4.0, 0.0]), spacing_m=100, occupied=np.empty((0, 2)))
    assert taken.tolist() == [1, 2, 0]  # the last has no weight
    taken = take_spaced(xy, np.array([1.0, 5.0, 4.0, 9.0]), spacing_m=101, occupied=np.array([[350.0, 0.0]]))
    assert taken.tolist() == [1]  # 3 is 50 m from the occupied place; 0 and 2 are 100 m from 1


def test_toy_has_room_for_one_proposal_800_m_from_all_stations(toy_city: City) -> None:
    # T1 in cell 0_0 closes the other cells less than 800 m away: 0_1, 1_0, 1_1 (0_2 is at 800 m exactly); T2 in cell
    # 2_1 all of columns 1 to 3; T3 in cell 5_1 all of columns 4 and 5. Only 0_2 is left.
    standing = toy_city.sites[toy_city.sites["origin"] == "station"]
    proposed = propose_sites(toy_city.cells, standing, settings=SETTINGS)
    assert proposed.index.tolist() == ["in_0_2"]
    assert proposed.loc["in_0_2"].tolist() == ["W", 390_200.0, 5_706_000.0, 12, True, "synthetic"]


def test_fast_charging_keeps_a_distance_of_its_own(toy_city: City) -> None:
    # DC stands at T3, x = 2200 m, y = 600 m of toy; 1700 m away are columns 0 and 1 (of the latter, at 1600 m, only the
    # outer rows would need 574 m, and have 400), so column 0 alone; its densest proposal 0_1 closes 0_2.
    settings = Sites(
    merge_m=60, spacing_m=400, fast_spacing_m=1700, bays=12, station_bays=4, lantern_spacing_m=0, lantern_bays=4,
    private_spacing_m=0, private_bays=12, cars_per_resident=0.5, street_share=[0.2, 0.4, 0.6, 0.6, 0.4],
    street_bays_per_km2=3000, pressure_radius_m=250,
)  # fmt: skip

    standing = toy_city.sites[toy_city.sites["origin"] == "station"]
    assert standing["hosts_dc"].to_dict() == {"at_T1": False, "at_T2": False, "at_T3": True}
    proposed = propose_sites(toy_city.cells, standing, settings=settings)
    assert proposed.index[proposed["hosts_dc"]].tolist() == ["in_0_1"]
    assert len(proposed) == 15


def test_no_proposal_in_dortmund_is_nearer_than_its_spacing_and_no_cell_with_people_is_left_out(
    dortmund: City, sites_settings: Sites
) -> None:
    sites = dortmund.sites
    new = (sites["origin"] == "synthetic").to_numpy()
    x, y = sites["x_m"].to_numpy(), sites["y_m"].to_numpy()
    away = np.hypot(x[new][:, None] - x, y[new][:, None] - y)
    away[np.arange(new.sum()), np.flatnonzero(new)] = np.inf
    assert away.min() >= sites_settings.spacing_m
    homes = dortmund.cells[dortmund.cells["residents"] > 0]
    nearest = np.hypot(homes["x_m"].to_numpy()[:, None] - x, homes["y_m"].to_numpy()[:, None] - y).min(axis=1)
    assert nearest.max() < sites_settings.spacing_m  # else the cell itself would have been proposed
