"""The best plan of a tiny problem by trying every build; shares nothing with the planners but the Erlang formula."""

from __future__ import annotations

from itertools import pairwise, product

import highspy
import numpy as np

from sim.planning.capacity import erlang_capacity
from sim.planning.problem import Problem


def best_value(problem: Problem) -> float:
    """Objective of the best plan: all builds within bays and budget, each served by a linear program."""
    s, technologies = problem.settings, problem.technologies
    stock = {(r.site_id, r.technology): r.points for r in problem.stock.itertuples()}
    per_site = []
    for site in problem.sites.index:
        standing = sum(n for (j, _), n in stock.items() if j == site)
        room = max(int(problem.sites.loc[site, "bays"]) - standing, 0)
        options = product(*([0, *technologies[name].sizes] for name in s.technologies))
        per_site.append([option for option in options if sum(option) <= room])
    program = _Serving(problem)
    best = -np.inf
    for builds in product(*per_site):
        cost, capacity = 0.0, {}
        for site, option in zip(problem.sites.index, builds, strict=True):
            kw0 = sum(n * technologies[k].power_kw for (j, k), n in stock.items() if j == site)
            kw1 = kw0 + sum(n * technologies[k].power_kw for k, n in zip(s.technologies, option, strict=True))
            cost += sum(n * technologies[k].capex_eur for k, n in zip(s.technologies, option, strict=True))
            if kw0 <= s.medium_voltage_above_kw < kw1:
                cost += s.connection_mv_eur
            elif kw0 == 0 < kw1:
                cost += s.connection_lv_eur
            points = {k: n for (j, k), n in stock.items() if j == site}
            for k, n in zip(s.technologies, option, strict=True):
                points[k] = points.get(k, 0) + n
            for k, n in points.items():
                current = technologies[k].current
                rules = [c for c in s.classes.values() if c.current == current]
                most = min(erlang_capacity(n, c.design_blocking, c.design_tries) for c in rules)
                capacity[site, current] = capacity.get((site, current), 0.0) + most
        if cost <= s.budget_eur and program.most - 1e-6 * cost > best:
            best = max(best, program.value(capacity) - 1e-6 * cost)
    return best


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
        for district, terms in by_district.items():
            self.lp.addCol(s.equity_weight, 0.0, np.inf, 0, [], [])
            self._row(s.equity_floor * reach[district], np.inf, [*terms, (column, 1.0)])
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
