"""One study from city to verdict: expected demand, the loop, and the judgement on fresh draws."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd

from sim.city.city import City
from sim.demand.checks import demand_checks
from sim.demand.expected import ExpectedDemand, expected_demand
from sim.scoring.run import walk_to_ac_m
from sim.scoring.scorecard import compare
from sim.simulation.twin import ready_engines
from sim.study.answers import work_out_answers
from sim.study.budget import budget_curve
from sim.study.hours import hours_table
from sim.study.learning import nothing_learnt
from sim.study.levers import compare_levers, parking_table
from sim.study.loop import improve
from sim.study.money import value_plan
from sim.study.need import DAYS_PER_WEEK, demand_points
from sim.study.phases import Judged, city_by, phases_table
from sim.study.precision import Reached, precision_checks, until_precise
from sim.study.prices import price_checks
from sim.study.quarter import cut_out
from sim.study.replicate import Experiment, replicate
from sim.study.rounds import promises_table, rounds_table
from sim.study.service import service_table
from sim.study.spread import spread_table
from sim.study.stages import Pilot, learn_from, replanned_table, settled_by, work_out_stages
from sim.study.study import Study, StudyResult, Trust
from sim.study.verdict import Verdict, judge
from sim.study.warm_up import warm_up_checks
from sim.study.yardsticks import yardsticks_table

STATION_KPIS = ("occupied_share", "charging_share", "kwh_per_point_day", "blocking_probability")


def run_study(
    study: Study, city: City, *, progress: Callable[[str, float], None], pilot: Pilot | None = None
) -> StudyResult:
    """Plan the city of a study and judge the plan.

    progress : told what is being done and which share of the work is done [0-1]
    pilot    : sessions that were counted; demand is learnt from them, and what was built for them stays
    """
    timings: dict[str, float] = {}
    clock = _Steps(study, progress, timings)

    clock.begin("engines")
    engines = ready_engines(study.simulation, clock.say)
    clock.begin("expected demand")
    modelled = {phase: expected_demand(city, study.demand, year=phase, path=study.path) for phase in study.phases}
    whole, (city, modelled) = city, cut_out(study.quarter, city, modelled)
    judging = Experiment(
        modelled[study.year], study.demand, study.behaviour, study.technology, study.operation, study.simulation,
        study.seed, engines.twin,
    )  # fmt: skip
    quick = dataclasses.replace(judging, simulation=engines.for_search(study.simulation), twin=None)
    learnt = nothing_learnt()
    if pilot is not None:
        learnt = learn_from(pilot, study, city, quick, progress=clock.say, done=clock.replication)
    demand_of = {phase: learnt.applied(demand, city) for phase, demand in modelled.items()}
    expected = demand_of[study.year]
    points = demand_points(city, demand_of, behaviour=study.behaviour, reach=study.reach)
    judging = dataclasses.replace(judging, expected=expected)
    searching = {phase: dataclasses.replace(quick, expected=demand) for phase, demand in demand_of.items()}
    clock.begin("planning and simulating")
    rounds = improve(
        city, points=points, phases=study.phases, experiments=searching, planning=study.planning,
        coupling=study.coupling, settled=settled_by(pilot, study), progress=clock.say, done=clock.replication,
    )  # fmt: skip

    clock.begin("verdict on fresh draws")
    plan = rounds.kept.plan
    cities = {
        phase: city_by(
            city, plan.table, phase, technologies=study.technology, connection_share=study.operation.connection_share
        )
        for phase in study.phases
    }
    (as_is, planned), reached = until_precise(
        lambda numbers: replicate(
            [city, cities[study.year]], judging, stage="verdict", numbers=numbers, measure=judge,
            done=clock.replication,
        ),
        lambda verdict: verdict.of_city(study.simulation.precision.kpi),
        least=study.simulation.verdict_replications,
        precision=study.simulation.precision,
    )  # fmt: skip
    judged = {study.year: Judged(cities[study.year], as_is, planned)}
    for phase in (phase for phase in study.phases if phase != study.year):
        # the engine of the search: it gave the same bytes as that of the verdict in the phase judged above
        pair = replicate(
            [city, cities[phase]], searching[phase], stage="verdict", numbers=range(len(as_is)), measure=judge,
            done=clock.replication,
        )  # fmt: skip
        judged[phase] = Judged(cities[phase], *pair)
    judged = {phase: judged[phase] for phase in study.phases}
    clock.begin("scores")
    kpis = compare([v.scores for v in as_is], [v.scores for v in planned])
    service, by_replication = _service(study, judged)
    clock.begin("money")
    money = value_plan(plan.table, service, by_replication, technologies=study.technology, economics=study.economics)
    clock.begin("plans for other budgets")
    curve = budget_curve(rounds.problem, plan, study.curve, workers=study.simulation.workers)
    answers = work_out_answers(rounds.problem, plan, study.answers, say=clock.say)
    stages = work_out_stages(study, city, problem=rounds.problem, experiment=quick, learnt=learnt, progress=clock.say)
    replanned = pd.DataFrame()
    if pilot is not None:
        model_points = demand_points(city, modelled, behaviour=study.behaviour, reach=study.reach)
        replanned = replanned_table(city, problem=rounds.problem, model=model_points)
    levers = compare_levers(
        city, study.quarter, rounds.problem, year=study.year, experiment=searching[study.year], progress=clock.say,
        done=clock.replication,
    )  # fmt: skip
    stations = _stations(city, cities[study.year], planned)
    result = StudyResult(
        study=study,
        city=city,
        planned=cities[study.year],
        plan=plan,
        phases=phases_table(plan, judged, rounds.own),
        need=points.need,
        rounds=rounds_table(rounds),
        promises=promises_table(rounds.rounds),
        kpis=kpis,
        replications=_replications(as_is, planned),
        checks=pd.concat(
            [
                _checks(study, city, cities[study.year], expected, stations),
                _statistical_checks(study, reached, as_is, planned),
            ],
            ignore_index=True,
        ),
        trust=Trust(engines, sum(v.requests for v in [*as_is, *planned]), reached),
        stations=stations,
        cells=_cells(study, city, cities[study.year], expected, as_is, planned),
        timings=timings,
        service=service,
        hours=hours_table([v.hours for v in as_is], [v.hours for v in planned]),
        spread=spread_table([v.drivers for v in as_is], [v.drivers for v in planned]),
        yardsticks=yardsticks_table(
            city, cities[study.year], expected, technologies=study.technology, benchmarks=study.economics.benchmarks
        ),
        budget_curve=curve,
        levers=levers,
        parking=parking_table(city, whole, study.sites) if len(levers) else pd.DataFrame(),
        learnt=learnt.table if pilot is not None else pd.DataFrame(),
        replanned=replanned,
        **answers._asdict(),
        **stages._asdict(),
        **money._asdict(),
    )
    clock.end()
    return result


class _Steps:
    """Tells how far the work is, and how long each step took."""

    def __init__(self, study: Study, progress: Callable[[str, float], None], timings: dict[str, float]):
        s, c = study.simulation, study.coupling
        phases = len(study.phases)
        plans = 1 + c.max_rounds + len(c.design_blockings)
        trials = (1 + (c.max_rounds > 1) + (len(c.design_blockings) > 0)) * c.polish_trials
        self._work = phases * ((plans + trials) * s.search_replications + s.verdict_replications) + 4 * plans
        self._progress, self._timings = progress, timings
        self._done, self._text, self._since = 0.0, "", time.perf_counter()

    def begin(self, text: str) -> None:
        self.end()
        self._text = text
        self._progress(text, min(self._done / self._work, 1.0))

    def say(self, text: str) -> None:
        self.begin(text)

    def replication(self) -> None:
        self._done += 1
        self._progress(self._text, min(self._done / self._work, 1.0))

    def end(self) -> None:
        now = time.perf_counter()
        if self._text:
            self._timings[self._text] = self._timings.get(self._text, 0.0) + now - self._since
        self._since = now


def _service(study: Study, judged: Mapping[int, Judged]) -> tuple[pd.DataFrame, list[pd.DataFrame]]:
    """SERVICE of every phase: of the mean week, and of each replication."""

    def of(phase: int, chosen: slice) -> pd.DataFrame:
        before, after = ([v.sums for v in city[chosen]] for city in (judged[phase].as_is, judged[phase].plan))
        return service_table(before, after, year=phase, behaviour=study.behaviour)

    def of_all(chosen: slice) -> pd.DataFrame:
        return pd.concat([of(phase, chosen) for phase in judged], ignore_index=True)

    replications = len(judged[study.year].plan)
    return of_all(slice(None)), [of_all(slice(number, number + 1)) for number in range(replications)]


def _checks(study: Study, city: City, planned: City, expected: ExpectedDemand, stations: pd.DataFrame) -> pd.DataFrame:
    """Checks of the demand and of the network the kept plan ends with, against top-down figures; of prices if any."""
    bands, points = study.bands, int(planned.stations["points"].sum())
    size = city.districts["residents"].sum() / bands.reference_residents
    plugins = float(expected.cells[["bev", "phev"]].to_numpy().sum())
    rows = [
        ("points of the planned network", points, "points", bands.points_low * size, bands.points_high * size,
         "top-down need of a city of this size; outside: question uptake, budget or the model"),
        ("plug-in cars per point", plugins / points if points else np.inf, "cars/point", bands.plugins_per_point_low,
         bands.plugins_per_point_high, "national study: 25 to 45; outside: question uptake, budget or the model"),
    ]  # fmt: skip
    table = pd.DataFrame(rows, columns=["check", "value", "unit", "low", "high", "note"])
    table["passed"] = table["value"].between(table["low"], table["high"])
    demand = demand_checks(expected)
    prices = price_checks(stations, study.technology, study.economics)
    tables = [demand, table[demand.columns], prices[demand.columns]]
    return pd.concat([checks for checks in tables if len(checks)], ignore_index=True)


def _statistical_checks(
    study: Study, reached: Reached, as_is: Sequence[Verdict], plan: Sequence[Verdict]
) -> pd.DataFrame:
    """Checks of the verdict itself: enough replications, long enough a warm-up."""
    s = study.simulation
    loads = [v.load for v in as_is], [v.load for v in plan]
    warm_up = warm_up_checks(*loads, horizon=s.horizon, tolerance=s.warm_up_tolerance)
    return pd.concat([precision_checks(reached, s.precision), warm_up], ignore_index=True)


def _replications(as_is: Sequence[Verdict], plan: Sequence[Verdict]) -> pd.DataFrame:
    """The city's KPIs of every replication, which pair this study with others of the same draws."""
    tables = []
    for number, (before, after) in enumerate(zip(as_is, plan, strict=True)):
        both = before.scores.merge(after.scores, on=["kpi", "scope", "id"], suffixes=("_as_is", "_plan"))
        city = both[both["scope"] == "city"].assign(replication=number)
        tables.append(city.rename(columns={"value_as_is": "as_is", "value_plan": "plan"}))
    return pd.concat(tables, ignore_index=True)[["kpi", "replication", "as_is", "plan"]]


def _stations(city: City, planned: City, verdicts: Sequence[Verdict]) -> pd.DataFrame:
    """Stations of the planned city with the means of the verdict."""
    scores = pd.concat([v.scores for v in verdicts])
    scores = scores[(scores["scope"] == "station") & scores["kpi"].isin(STATION_KPIS)]
    means = scores.pivot_table(index="id", columns="kpi", values="value", dropna=False).reindex(planned.stations.index)
    columns = ["site_id", "district_id", "x_m", "y_m", "technology", "origin", "points"]
    table = planned.stations[columns].rename_axis("station_id")
    table["points_before"] = city.stations["points"].reindex(table.index, fill_value=0)
    return table.join(means[list(STATION_KPIS)]).rename(columns={"blocking_probability": "blocking"}).reset_index()


def _cells(
    study: Study,
    city: City,
    planned: City,
    expected: ExpectedDemand,
    as_is: Sequence[Verdict],
    plan: Sequence[Verdict],
) -> pd.DataFrame:
    """What maps show of each cell: requests and lost energy per km2 and day, and the way to the nearest AC point."""
    km2 = (city.cells["side_m"] / 1000.0) ** 2
    table = city.cells[["district_id", "x_m", "y_m", "side_m", "residents"]].copy()
    table["requests_per_km2_day"] = expected.requests_per_day.sum(1) / km2
    for label, state, verdicts in (("as_is", city, as_is), ("plan", planned, plan)):
        table[f"lost_kwh_per_km2_day_{label}"] = np.mean([v.lost_kwh for v in verdicts], axis=0) / DAYS_PER_WEEK / km2
        table[f"way_m_{label}"] = walk_to_ac_m(
            state, study.technology, walk_detour_factor=study.behaviour.walk_detour_factor
        )
    return table.reset_index()
