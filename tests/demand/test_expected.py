"""Expected demand against the check tables of the demand model paper (5.1, 5.4, 5.5).

The paper averaged 4,000 draws for each hour of the week, so its figures carry a sampling error; here means are exact.
A figure agrees when it lies within rounding plus 3 standard errors of the paper's own draws.
"""

import math

import numpy as np
import pandas as pd
import pytest

from sim.demand.expected import expected_demand
from sim.demand.load import GRID_H, hub_stays_longer_share, stays_longer_by_hour
from sim.demand.requests import USE_CASES
from sim.errors import DataError, UnknownName

PAPER_DRAWS = 4000

# 5.1: year, path: BEV, PHEV, BEV without own parking, requests/d, MWh/d
CITY = {
    (2025, "mid"): (9783, 5380, 0.247, 1298, 29.3),
    (2027, "low"): (14607, 6135, 0.282, 1944, 45.6),
    (2027, "mid"): (16854, 7079, 0.282, 2243, 52.6),
    (2027, "high"): (19101, 8023, 0.282, 2542, 59.7),
    (2030, "low"): (35678, 9990, 0.347, 4871, 121),
    (2030, "mid"): (43509, 12183, 0.347, 5941, 147),
    (2030, "high"): (52211, 14619, 0.347, 7129, 176),
    (2035, "low"): (85492, 8549, 0.41, 11376, 308),
    (2035, "mid"): (122131, 12213, 0.41, 16251, 441),
    (2035, "high"): (164877, 16488, 0.41, 21939, 595),
}

# 5.4: requests/d, MWh/d, kWh a request, mean erlang, peak erlang, mid path
BY_USE_CASE = {
    (2025, "work"): (21.1, 0.506, 24, 6.17, 18.4),
    (2025, "kerbside"): (419, 7.86, 18.8, 98.2, 131),
    (2025, "destination"): (288, 4.95, 17.2, 43.9, 81.6),
    (2025, "retail"): (207, 4.67, 22.6, 5.15, 22.8),
    (2025, "hub"): (363, 11.3, 31.1, 7.76, 17.7),
    (2030, "work"): (78.6, 2.23, 28.3, 23, 68.7),
    (2030, "kerbside"): (2071, 44.7, 21.6, 485, 648),
    (2030, "destination"): (1215, 23.6, 19.4, 185, 344),
    (2030, "retail"): (980, 23, 23.5, 24.4, 108),
    (2030, "hub"): (1596, 53.5, 33.5, 36.2, 82.6),
    (2035, "work"): (187, 6.2, 33.1, 54.9, 164),
    (2035, "kerbside"): (5757, 141, 24.5, 1348, 1803),
    (2035, "destination"): (3175, 68.6, 21.6, 484, 898),
    (2035, "retail"): (2811, 68.5, 24.4, 70.1, 310),
    (2035, "hub"): (4320, 156, 36.1, 104, 237),
}

# 5.5, 2030 mid: cars, without own parking, BEV, BEV without; peak erlang kerbside, destination, work, slow, retail, hub
DISTRICTS = {
    "01": (23764, 0.597, 3258, 1597, 65.7, 82.3, 13.3, 147, 13.2, 9),
    "02": (25346, 0.739, 3257, 2109, 84.4, 51.2, 8.03, 126, 11, 6.22),
    "03": (25734, 0.615, 3499, 1784, 73, 54.6, 9.05, 121, 11.4, 7.42),
    "04": (20182, 0.407, 3000, 924, 40.4, 14.7, 3.42, 50.4, 6.46, 5.23),
    "05": (23705, 0.367, 3580, 980, 43.7, 16.1, 4.09, 55.1, 7.79, 6.47),
    "06": (29030, 0.383, 4356, 1253, 55.4, 19.9, 4.71, 68.8, 9.16, 7.46),
    "07": (29764, 0.323, 4575, 1084, 49.7, 19.1, 5.06, 63.7, 9.38, 8.32),
    "08": (28288, 0.431, 4163, 1372, 59.4, 21, 4.97, 73.4, 9.41, 7.45),
    "09": (29106, 0.363, 4403, 1191, 53.2, 21.6, 5.59, 69.6, 9.88, 8.47),
    "10": (24542, 0.397, 3663, 1096, 48.1, 16.6, 4.08, 59.1, 7.95, 6.44),
    "11": (18591, 0.413, 2756, 864, 37.7, 13.5, 2.97, 46.6, 5.84, 4.56),
    "12": (19947, 0.378, 2999, 850, 37.7, 13.3, 3.49, 46.9, 6.56, 5.54),
}


def rounding(figure):
    """Half a unit of the last place of a figure given to three digits, or in whole numbers from 100 on."""
    return 0.5 if figure >= 100 else 0.5 * 10 ** (math.floor(math.log10(figure)) - 2)


def agrees(value, figure, relative_error=0.0):
    return value == pytest.approx(figure, abs=rounding(figure) + 3 * relative_error * figure)


def error_of_mean(rate, variation):
    """Relative standard error of the paper's weekly mean over its draws, given a coefficient of variation."""
    return variation * math.sqrt((rate**2).sum() / PAPER_DRAWS) / rate.sum()


def error_of_peak(expected, demand, number):
    """Relative standard error of the paper's load in the peak hour, at most.

    Of the cars that came k hours ago a share p_k is plugged in; the mean of 4,000 draws of something between 0 and 1
    with mean p_k has at most the variance p_k (1 - p_k) / 4,000.
    """
    use_case = USE_CASES[number]
    if use_case == "hub":
        longer = np.tile(hub_stays_longer_share(demand, year=expected.year), (24, 1))
    else:
        longer = stays_longer_by_hour(getattr(demand.stay_h, use_case))
    load, rate = expected.load_profile[number], expected.rate_profile[number]
    hours = (load.argmax() - np.arange(48)) % 168
    present = np.array([np.interp(max(k - 0.5, 0.25), GRID_H, longer[hour % 24]) for k, hour in enumerate(hours)])
    variance = (rate[hours] ** 2 * present * (1 - present)).sum() / PAPER_DRAWS
    return math.sqrt(variance) / load.max()


def energy_error(expected):
    """Relative standard error of the paper's requests a day; energies vary by less than 0.8 of their mean."""
    requests = expected.requests_per_day.sum(axis=0)
    errors = [n * error_of_mean(rate, 0.8) for n, rate in zip(requests, expected.rate_profile, strict=True)]
    return math.hypot(*errors) / requests.sum()


@pytest.mark.parametrize("case", CITY)
def test_the_city_agrees_with_the_paper(expect, case):
    expected, (bev, phev, without, requests, mwh) = expect(*case), CITY[case]
    assert agrees(expected.cells["bev"].sum(), bev)
    assert agrees(expected.cells["phev"].sum(), phev)
    assert expected.cells["bev_no_parking"].sum() / expected.cells["bev"].sum() == pytest.approx(without, abs=0.0006)
    assert agrees(expected.requests_per_day.sum(), requests, energy_error(expected))
    assert agrees(expected.energy_kwh.sum() / 1000, mwh)


@pytest.mark.parametrize("case", BY_USE_CASE)
def test_each_use_case_agrees_with_the_paper(expect, demand, case):
    year, use_case = case
    requests, mwh, kwh, mean_load, peak_load = BY_USE_CASE[case]
    expected, number = expect(year), USE_CASES.index(use_case)
    load = expected.offered_load([use_case]).sum(axis=0)
    by_day = expected.requests_per_day[:, number].sum()
    by_energy = expected.energy_kwh[:, number].sum()
    energy = error_of_mean(expected.rate_profile[number], 0.8)
    stay = error_of_mean(expected.rate_profile[number], 1.1)
    assert agrees(by_day, requests, energy)
    assert agrees(by_energy / 1000, mwh)
    assert agrees(by_energy / by_day, kwh, energy)
    assert agrees(load.mean(), mean_load, math.hypot(energy, stay))
    assert agrees(load.max(), peak_load, math.hypot(energy, error_of_peak(expected, demand, number)))


def test_the_districts_agree_with_the_paper(expect, demand):
    expected = expect(2030)
    table = expected.districts
    groups = (["kerbside"], ["destination"], ["work"], ["kerbside", "destination", "work"], ["retail"], ["hub"])
    peaks = {}
    for group in groups:
        load = pd.DataFrame(expected.offered_load(group)).groupby(expected.cells["district_id"].to_numpy()).sum()
        peaks["+".join(group)] = load.max(axis=1)
    error = {use_case: error_of_peak(expected, demand, number) for number, use_case in enumerate(USE_CASES)}
    assert set(table.index) == set(DISTRICTS)
    for district, (cars, share, bev, without, *figures) in DISTRICTS.items():
        row = table.loc[district]
        assert agrees(row["cars"], cars)
        assert row["no_parking_share"] == pytest.approx(share, abs=0.00051)
        assert agrees(row["bev"], bev)
        assert agrees(row["bev_no_parking"], without)
        for (group, peak), figure in zip(peaks.items(), figures, strict=True):
            assert agrees(peak[district], figure, max(error[use_case] for use_case in group.split("+")))


def test_the_load_of_a_use_case_is_requests_times_mean_stay(expect, demand):
    """Little's law. Work: 0.55 x 9.42 exp(0.126^2 / 2) + 0.45 x 3.65 exp(0.43^2 / 2) = 7.0239 h; none reaches 48 h."""
    expected = expect(2030)
    number = USE_CASES.index("work")
    assert expected.load_profile[number].mean() * 24 == pytest.approx(7.0239, abs=1e-4)
    rate = expected.rate_profile
    assert rate.sum(axis=1) == pytest.approx(np.full(len(USE_CASES), 7.0))


def test_slow_load_peaks_before_noon_on_thursday_or_friday(expect):
    load = expect(2030).offered_load(["kerbside", "destination", "work"]).sum(axis=0)
    assert divmod(int(load.argmax()), 24) in {(3, 11), (4, 11)}


def test_offered_load_adds_up_over_use_cases(expect):
    expected = expect(2030)
    whole = expected.offered_load(["kerbside", "hub"])
    np.testing.assert_allclose(whole, expected.offered_load(["kerbside"]) + expected.offered_load(["hub"]), rtol=1e-12)
    assert whole.shape == (len(expected.cells), 168)


def test_stock_between_two_years_is_linear(expect):
    """2028 lies a third of the way: BEV share and local factor each linear, so 4.5 M x 0.93 x 298,000 / 48.8 M."""
    bev = (3.0e6 + 4.5e6 / 3) * 298_000 / 48.8e6 * (0.92 + 0.03 / 3)
    assert expect(2028).cells["bev"].sum() == pytest.approx(bev)
    assert expect(2028).cells["phev"].sum() == pytest.approx(bev * (0.42 - 0.14 / 3))


@pytest.mark.parametrize("year", [2024, 2036])
def test_a_year_outside_the_tables_is_refused_with_the_range(dortmund, demand, year):
    with pytest.raises(DataError, match=rf"year \({year}\) must be within 2025-2035"):
        expected_demand(dortmund, demand, year=year, path="mid")


def test_an_unknown_path_is_refused(dortmund, demand):
    with pytest.raises(UnknownName, match="unknown path 'middle', did you mean 'mid'"):
        expected_demand(dortmund, demand, year=2030, path="middle")


def per_use_case(city, demand):
    expected = expected_demand(city, demand, year=2030, path="mid")
    return dict(zip(USE_CASES, expected.requests_per_day.sum(axis=0), strict=True))


def test_more_drivers_without_parking_ask_for_more_kerbside(dortmund, demand, changed):
    low, high = (
        per_use_case(dortmund, changed(demand, {"parking.city_mean": share, "stock.nopark_uptake": {2030: 1.0}}))
        for share in (0.38, 0.55)
    )
    assert high["kerbside"] > low["kerbside"]
    assert high["hub"] > low["hub"]


def test_twice_the_distance_is_twice_the_kerbside_requests(dortmund, demand, changed):
    once = per_use_case(dortmund, demand)
    twice = per_use_case(dortmund, changed(demand, {"energy.km_per_day": 2 * demand.energy.km_per_day}))
    assert twice["kerbside"] == pytest.approx(2 * once["kerbside"])
    assert once["hub"] < twice["hub"] < 2 * once["hub"]  # commuters bring energy of their own


def test_bigger_batteries_mean_fewer_requests_for_the_same_energy(dortmund, demand, changed):
    bigger = changed(demand, {"fleet.battery_kwh": [1.15 * kwh for kwh in demand.fleet.battery_kwh]})
    before, after = (expected_demand(dortmund, d, year=2030, path="mid") for d in (demand, bigger))
    assert after.energy_kwh.sum() == pytest.approx(before.energy_kwh.sum())
    assert (after.requests_per_day.sum(axis=0) < before.requests_per_day.sum(axis=0)).all()


def test_the_sweep_of_kerbside_stays_agrees_with_the_paper(dortmund, demand, changed):
    """Section 6: stays x 0.7 give 6,210, x 1.3 give 5,790 requests a day in 2030; the paper's error is about 0.1 %."""
    for factor, requests in ((0.7, 6210), (1.3, 5790)):
        stays = {b: [[w, factor * m, s] for w, m, s in rows] for b, rows in demand.stay_h.kerbside.items()}
        total = sum(per_use_case(dortmund, changed(demand, {"stay_h.kerbside": stays})).values())
        assert total == pytest.approx(requests, rel=0.003)
