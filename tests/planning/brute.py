"""The best plan of a tiny problem by trying every build; shares nothing with the planners but the Erlang formula."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise, product
from typing import Any

import highspy
import numpy as np

from sim.planning.capacity import erlang_capacity, waiting_capacity
from sim.planning.problem import DemandClass, Problem


def best_value(problem: Problem) -> float:
    """Objective of the best plan: all builds of all phases within the rules, each served by a linear program.

    -inf where no plan keeps to the forced sites.
    """
    s, years = problem.settings, problem.phases
    factor = [(1 + s.discount_rate) ** (years[0] - year) for year in years]
    ends = [*years[1:], years[-1] + s.last_phase_years]
    weight = [(end - year) * f for year, end, f in zip(years, ends, factor, strict=True)]
    weight = [w / sum(weight) for w in weight]
    city = _City(problem)
    per_site = [city.options(site) for site in problem.sites.index]
    builds = [build for build in product(*per_site) if city.allowed(build)]
    served: dict[tuple[int, object], float] = {}
    programs = [_Serving(_phase(problem, year)) for year in years]

    def worth(t: int, build: object) -> float:
        if (t, build) not in served:
            served[t, build] = weight[t] * programs[t].value(city.capacity(build))
        return served[t, build]

    most = [w * program.most for w, program in zip(weight, programs, strict=True)]
    best = -np.inf

    def extend(t: int, before: object, owed: frozenset[object], value: float, left: float) -> None:
        """Try all builds of phase t on top of what stands, `owed` connections and upgrades being paid already."""
        nonlocal best
        if t == len(years):
            if city.forced_are_built(before):
                best = max(best, value)
            return
        if value + sum(most[t:]) <= best:
            return
        parts = s.budget_split or dict.fromkeys(years, 1.0)
        new = s.budget_eur * parts[years[t]] / sum(parts.values())
        money = new + (0.0 if "no_carry_over" in s.rules else left)
        for build in builds:
            if any(n < m for a, b in zip(build, before, strict=True) for n, m in zip(a, b, strict=True)):
                continue
            cost, paid = city.cost(before, build, owed)
            less = value - 1e-6 * factor[t] * cost - weight[t] * city.bays(build)
            if cost <= money and less + sum(most[t:]) > best:
                extend(t + 1, build, paid, less + worth(t, build), money - cost)

    extend(0, tuple((0,) * len(s.technologies) for _ in per_site), frozenset(), 0.0, 0.0)
    return best


def _phase(problem: Problem, year: int) -> Problem:
    """The need of one phase."""
    need = problem.need[problem.need.phase == year].reset_index(drop=True)
    return replace(problem, phases=(year,), need=need)


class _City:
    """What may be built, and what it costs. A build is a tuple by site of points added by technology."""

    def __init__(self, problem: Problem):
        self.p, self.s = problem, problem.settings
        self.kinds = [problem.technologies[name] for name in self.s.technologies]
        self.sites = list(problem.sites.index)
        self.stock = {(r.site_id, r.technology): r.points for r in problem.stock.itertuples()}
        self.stock_kw = [
            sum(n * problem.technologies[k].power_kw for (j, k), n in self.stock.items() if j == site)
            for site in self.sites
        ]
        known = "within_grid_capacity" in self.s.rules and len(problem.grid)
        self.grid = list(problem.grid.itertuples()) if known else []
        self.area = problem.sites["grid_area_id"].tolist() if known else []
        stands = {site for site, _ in self.stock}
        x, y = (problem.sites[c].to_numpy(float) for c in ("x_m", "y_m"))
        self.bars = [  # (new site, its neighbour that stands or is built) that are too near
            (a, b)
            for a, b in product(range(len(self.sites)), repeat=2)
            if a != b and self.sites[a] not in stands and np.hypot(x[a] - x[b], y[a] - y[b]) < self.s.min_distance_m
        ]
        self.stands = [site in stands for site in self.sites]

    def options(self, site: str) -> list[tuple[int, ...]]:
        standing = sum(n for (j, _), n in self.stock.items() if j == site)
        room = max(int(self.p.sites.loc[site, "bays"]) - standing, 0)
        options = product(*([0, *kind.sizes] for kind in self.kinds))
        return [option for option in options if sum(option) <= room]

    def allowed(self, build: tuple[tuple[int, ...], ...]) -> bool:
        """Excluded sites, distances and the grid."""
        s, built = self.s, [sum(option) > 0 for option in build]
        if "excluded_sites" in s.rules and any(
            site in s.excluded_sites for site, some in zip(self.sites, built, strict=True) if some
        ):
            return False
        if "min_distance" in s.rules and any(built[a] and (built[b] or self.stands[b]) for a, b in self.bars):
            return False
        return all(kw <= row.headroom_kw + row.upgrade_kw + 1e-6 for row, kw in self._areas(build))

    def _areas(self, build: tuple[tuple[int, ...], ...]) -> list[tuple[Any, float]]:
        if not self.grid:
            return []
        drawn: dict[str, float] = {}
        for area, option in zip(self.area, build, strict=True):
            kw = sum(n * kind.power_kw for n, kind in zip(option, self.kinds, strict=True))
            drawn[area] = drawn.get(area, 0.0) + self.s.simultaneous_share * kw
        return [(row, drawn.get(row.area_id, 0.0)) for row in self.grid]

    def forced_are_built(self, build: tuple[tuple[int, ...], ...]) -> bool:
        forced = self.s.forced_sites if "forced_sites" in self.s.rules else []
        return all(sum(option) for site, option in zip(self.sites, build, strict=True) if site in forced)

    def cost(self, before, build, paid: frozenset[object]) -> tuple[float, frozenset[object]]:
        """Points, connections and upgrades that come on top of what is paid already."""
        s, cost = self.s, 0.0
        for stock_kw, old, new in zip(self.stock_kw, before, build, strict=True):
            old_kw, new_kw = (
                stock_kw + sum(n * kind.power_kw for n, kind in zip(option, self.kinds, strict=True))
                for option in (old, new)
            )
            cost += sum((n - m) * kind.capex_eur for m, n, kind in zip(old, new, self.kinds, strict=True))
            if old_kw <= s.medium_voltage_above_kw < new_kw:
                cost += s.connection_mv_eur
            elif old_kw == 0 < new_kw:
                cost += s.connection_lv_eur
        for row, kw in self._areas(build):
            if kw > row.headroom_kw + 1e-6 and row.area_id not in paid:
                cost, paid = cost + row.upgrade_eur, paid | {row.area_id}
        return cost, paid

    def bays(self, build: tuple[tuple[int, ...], ...]) -> float:
        """Price of the bays taken: none below one pressure, all above the other, linear in between."""
        if "lost_bays" not in self.s.rules or "parking_pressure" not in self.p.sites:
            return 0.0
        low, high = self.s.bays_free_pressure, self.s.bays_full_pressure
        taken = [sum(n * kind.bays_per_point for n, kind in zip(o, self.kinds, strict=True)) for o in build]
        share = [min(max((p - low) / (high - low), 0), 1) for p in self.p.sites["parking_pressure"]]
        return sum(self.s.lost_bay_kwh * s * n for s, n in zip(share, taken, strict=True))

    def capacity(self, build: tuple[tuple[int, ...], ...]) -> dict[tuple[str, str], float]:
        capacity: dict[tuple[str, str], float] = {}
        for site, option in zip(self.sites, build, strict=True):
            points = {k: n for (j, k), n in self.stock.items() if j == site}
            for k, n in zip(self.s.technologies, option, strict=True):
                points[k] = points.get(k, 0) + n
            for k, n in points.items():
                current = self.p.technologies[k].current
                rules = [c for c in self.s.classes.values() if c.current == current]
                most = min(_most(n, c) for c in rules)
                most *= self.p.open_share.get(k, 1.0)
                capacity[site, current] = capacity.get((site, current), 0.0) + most
        return capacity


def _most(points: int, rule: DemandClass) -> float:
    if rule.design_wait_share > 0:
        return waiting_capacity(points, rule.design_wait_share, rule.design_wait_min / rule.design_stay_min)
    return erlang_capacity(points, rule.design_blocking, rule.design_tries)


class _Serving:
    """Best way to serve the need with given capacities: one linear program, only its right-hand sides change.

    The drivers of a demand point are split into groups by the farthest site they accept; each group may use that site
    and all nearer ones. This says the same as the planner's rule, in other words.
    """

    def __init__(self, problem: Problem):
        s, need = problem.settings, problem.need
        worth = need["energy_kwh"] if s.objective == "energy_served" else need["requests"]
        factor = {(r.class_name, r.district_id): r.factor for r in problem.correction.itertuples()}
        self.lp = highspy.Highs()
        self.lp.setOptionValue("output_flag", False)
        by_place, by_district = {}, {}
        reach: dict[str, float] = {}
        column = 0
        for i, row in need.iterrows():
            own = problem.arcs[(problem.arcs.point_id == row.point_id) & (problem.arcs.class_name == row.class_name)]
            value = worth[i] / row.load_erlang
            takes = 1.0 / factor.get((row.class_name, row.district_id), 1.0)
            levels = sorted({0.0, *own.willing_share})
            reach[row.district_id] = reach.get(row.district_id, 0.0) + worth[i] * levels[-1]
            for below, level in pairwise(levels):  # the drivers who accept this share's sites, and no farther ones
                group = []
                for arc in own[own.willing_share >= level].itertuples():
                    self.lp.addCol(-value, 0.0, np.inf, 0, [], [])
                    group.append((column, 1.0))
                    place = (arc.site_id, s.classes[row.class_name].current)
                    by_place.setdefault(place, []).append((column, takes))
                    by_district.setdefault(row.district_id, []).append((column, value))
                    column += 1
                self._row(-np.inf, (level - below) * row.load_erlang, group)
        self.row_of_place = {place: self._row(-np.inf, 0.0, terms) for place, terms in by_place.items()}
        floors = []  # share, districts that count
        if "equity_floor" in s.rules:
            floors += [(s.equity_floors.get(district, s.equity_floor), {district}) for district in reach]
        if "priority_floor" in s.rules:
            floors.append((s.priority_floor, set(reach) & problem.priority))
        for share, districts in floors:
            self.lp.addCol(s.equity_weight, 0.0, np.inf, 0, [], [])
            terms = [term for district in districts for term in by_district.get(district, [])]
            self._row(share * sum(reach[district] for district in districts), np.inf, [*terms, (column, 1.0)])
            column += 1
        self.most = float(worth.sum())

    def _row(self, low: float, high: float, terms: list[tuple[int, float]]) -> int:
        self.lp.addRow(low, high, len(terms), [c for c, _ in terms], [v for _, v in terms])
        return int(self.lp.getNumRow()) - 1

    def value(self, capacity: dict[tuple[str, str], float]) -> float:
        for place, row in self.row_of_place.items():
            self.lp.changeRowBounds(row, -np.inf, capacity.get(place, 0.0))
        self.lp.run()
        return -float(self.lp.getInfo().objective_function_value)
