"""A study: all settings of one run, and what it found."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import pandas as pd

from sim.city.city import City
from sim.city.sites import Sites
from sim.city.stock import Stock
from sim.city.technology import Technology
from sim.demand.behaviour import Behaviour
from sim.demand.settings import Demand
from sim.economics.settings import Economics
from sim.errors import DataError, did_you_mean
from sim.parameter import bounds_broken, parameter
from sim.planning.phases import split_problems
from sim.planning.plan import Plan
from sim.planning.problem import Planning
from sim.simulation.operation import Operation
from sim.simulation.run import Simulation
from sim.simulation.twin import Engines
from sim.study.answers import Answers, answers_problems
from sim.study.budget import Curve
from sim.study.learning import Learning
from sim.study.need import Reach
from sim.study.precision import Reached, precision_problems
from sim.study.prices import price_problems
from sim.study.quarter import Quarter, quarter_problems
from sim.study.staging import Staging, staging_problems

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,79}")
NAME_RULE = "must be up to 80 of letters, digits and . _ + -, the first a letter or digit"


@dataclass(frozen=True)
class Coupling:
    """How the loop of planning and simulating runs; values in `configs/coupling/`."""

    max_rounds: int = parameter(
        unit="rounds", meaning="most rounds after round 0, the city as it is: the planner's own plan, then corrected "
        "ones", source="choice", confidence="-", at_least=1,
    )  # fmt: skip
    damping: float = parameter(
        unit="-", meaning="exponent of verdict / promise in the correction; 1 = undamped", source="assumption",
        confidence="M", low=0.5, high=1, above=0, at_most=1,
    )  # fmt: skip
    doubt_share: float = parameter(
        unit="share", meaning="share of the need added to promise and verdict before they are compared, so that where "
        "little was promised little is learnt", source="assumption", confidence="M", low=0.02, high=0.3, at_least=0,
        at_most=1,
    )  # fmt: skip
    least_factor: float = parameter(
        unit="-", meaning="smallest correction factor", source="assumption", confidence="M", low=0.1, high=0.5, above=0
    )  # fmt: skip
    largest_factor: float = parameter(
        unit="-", meaning="largest correction factor", source="assumption", confidence="M", low=1.5, high=10, above=0
    )  # fmt: skip
    search_steps: int = parameter(
        unit="steps", meaning="as planning.search_steps, for plans after the first", source="choice, measured",
        confidence="-", at_least=0,
    )  # fmt: skip
    design_blockings: list[float] = parameter(
        unit="share", meaning="further plans, one each, with stations sized to turn away that share of drivers",
        source="choice, measured", confidence="-", above=0, at_most=0.9,
    )  # fmt: skip
    polish_trials: int = parameter(
        unit="trials", meaning="changed plans that are simulated to improve each finalist; 0 = no polish",
        source="choice, measured", confidence="-", at_least=0,
    )  # fmt: skip
    block_share: float = parameter(
        unit="share", meaning="share of the builds that the first trial of a polish exchanges",
        source="choice, measured", confidence="-", above=0, at_most=1,
    )  # fmt: skip
    bound_rounds: int = parameter(
        unit="rounds", meaning="most rounds of pooling rows in the bound on what the street could serve; 0 = no bound",
        source="choice, measured", confidence="-", at_least=0,
    )  # fmt: skip
    gap: float = parameter(
        unit="share", meaning="the loop ends when the best plan is within that share of the bound of the street",
        source="choice", confidence="-", at_least=0,
    )  # fmt: skip


@dataclass(frozen=True)
class Bands:
    """Top-down checks of the network a plan ends with; values in `configs/bands/`."""

    points_low: float = parameter(
        unit="points", meaning="fewest points that are plausible in a city of the reference size",
        source="S9, S10 scaled by cars, with margin", confidence="M", at_least=0,
    )  # fmt: skip
    points_high: float = parameter(
        unit="points", meaning="most points that are plausible in a city of the reference size",
        source="S9, S10 scaled by cars, with margin", confidence="M", at_least=0,
    )  # fmt: skip
    reference_residents: float = parameter(
        unit="persons", meaning="residents of the reference city; other cities are scaled by residents",
        source="Dortmunder Statistik, end of 2023", confidence="A", above=0,
    )  # fmt: skip
    plugins_per_point_low: float = parameter(
        unit="cars/point", meaning="fewest plug-in cars per point that are plausible", source="S10, with margin",
        confidence="M", at_least=0,
    )  # fmt: skip
    plugins_per_point_high: float = parameter(
        unit="cars/point", meaning="most plug-in cars per point that are plausible", source="S10", confidence="M",
        at_least=0,
    )  # fmt: skip


@dataclass(frozen=True)
class Study:
    """All settings of one run; values in `configs/` and `scenarios/`.

    name       : names the folder of results
    title      : one line for headings
    city       : a bundle under `scenarios/cities/`, or the path of one
    figures    : names in FIGURES; empty = all
    technology : by name, every kind of charge point that stands or may be built
    """

    name: str
    title: str
    city: str
    figures: list[str]
    stock: Stock
    sites: Sites
    demand: Demand
    behaviour: Behaviour
    technology: dict[str, Technology]
    operation: Operation
    simulation: Simulation
    planning: Planning
    coupling: Coupling
    curve: Curve
    answers: Answers
    staging: Staging
    learning: Learning
    quarter: Quarter
    reach: Reach
    bands: Bands
    economics: Economics
    phases: list[int] = parameter(
        unit="a", meaning="building phases: years by which points stand; the plan serves the demand of each",
        source="choice", confidence="-",
    )  # fmt: skip
    year: int = parameter(
        unit="a", meaning="phase that is judged in detail: maps, stations, KPIs", source="choice", confidence="-"
    )
    path: str = parameter(
        unit="", meaning="path of the car stock", source="choice", confidence="-", choices=("low", "mid", "high")
    )  # fmt: skip
    language: str = parameter(
        unit="", meaning="language of the figures and of report.html; the page in the other language stands beside it",
        source="choice", confidence="-", choices=("en", "de"),
    )  # fmt: skip
    seed: int = parameter(unit="", meaning="start of all chance", source="choice", confidence="-", at_least=0)

    def __post_init__(self) -> None:
        problems = [*bounds_broken(self), *_cross_checks(self)]
        if problems:
            raise DataError(problems)


def _cross_checks(study: Study) -> Iterator[str]:
    """What no single setting shows: names that must exist, pairs that must fit."""
    if not NAME.fullmatch(study.name):
        yield f"name ({study.name!r}) {NAME_RULE}"
    if not study.title.strip():
        yield "title is empty; give one line"
    years = study.demand.stock.bev_germany
    for key, year in dict([*((phase, "phases") for phase in study.phases), (study.year, "year")]).items():
        if years and not min(years) <= key <= max(years):
            yield f"{year} ({key}) must be in {min(years)} to {max(years)}, the years of demand.stock.bev_germany"
    listed = ", ".join(map(str, study.phases))
    if not study.phases or study.phases != sorted(set(study.phases)):
        yield f"phases ({listed}) must be years in ascending order, each once, at least one"
    elif study.year not in study.phases:
        yield f"year ({study.year}) must be one of the phases ({listed}); give phases=[{study.year}] or a year of them"
    first = min(study.phases, default=study.year)
    if study.economics.base_year > first:
        yield (
            f"economics.base_year ({study.economics.base_year}) must not be later than the first of the phases "
            f"({first}), in which points are built; give economics.base_year={first} or an earlier year"
        )
    if study.economics.kwh_per_km != study.demand.energy.kwh_per_km:
        yield (
            f"economics.kwh_per_km ({study.economics.kwh_per_km:g}) is that of demand.energy.kwh_per_km "
            f"({study.demand.energy.kwh_per_km:g}); change it there, economics follows"
        )
    planning = study.planning
    yield from split_problems(study.phases, planning)
    if not planning.technologies:
        yield "planning.technologies is empty; name at least one technology"
    for name in planning.technologies:
        if name not in study.technology:
            yield f"planning.technologies: unknown technology '{name}'{did_you_mean(name, study.technology)}"
    if len(set(planning.technologies)) < len(planning.technologies):
        yield f"planning.technologies ({', '.join(planning.technologies)}) names one twice; keep one"
    for rule in ("longest_stay", "blocking_fee"):
        for name in getattr(study.operation, rule).technologies:
            if name not in study.technology:
                near = did_you_mean(name, study.technology)
                yield f"operation.{rule}.technologies: unknown technology '{name}'{near}"
    for name, technology in study.technology.items():
        if technology.sizes != sorted(set(technology.sizes)) or not technology.sizes:
            yield f"technology.{name}.sizes ({technology.sizes}) must be ascending numbers of points, at least one"
    yield from price_problems(study.technology, study.economics)
    yield from answers_problems(study.answers)
    yield from precision_problems(study.simulation.precision)
    yield from staging_problems(study.staging, study.phases)
    yield from quarter_problems(study.quarter, study.technology)
    if study.coupling.least_factor > 1 or study.coupling.largest_factor < 1:
        yield (
            f"coupling.least_factor ({study.coupling.least_factor:g}) and coupling.largest_factor "
            f"({study.coupling.largest_factor:g}) must have 1 between them"
        )


@dataclass(frozen=True)
class Trust:
    """What the verdict rests on.

    engines  : see `Engines`
    requests : simulated for the verdict, in all replications of both cities, warm-up included
    reached  : see `Reached`
    """

    engines: Engines
    requests: int
    reached: Reached

    @property
    def engines_agree(self) -> bool | None:
        """True: a second engine gave the same bytes in every column, or there would be no result; None: none ran."""
        return None if self.engines.twin is None else True


@dataclass(frozen=True)
class StudyResult:
    """What a study found.

    study    : the settings
    city     : the city as it is
    planned  : the city of the judged year: with all of the kept plan that stands by then
    plan     : the kept plan
    need     : NEED of the study, all phases
    phases   : one row a phase: phase, points_added, sites, points (that then stand in the city), capex_eur, promise_kwh
               [kWh/week]; kwh and served_share with the endings _as_is, _plan and _difference, each with _low and _high
               (95 %, paired for differences): what the verdict finds in a week of that phase; objective, bound
               [kWh/week], gap: the phase's part of the mean week of the horizon, see `PhaseCertificate`; own_objective,
               own_gap: the same of the planner's own plan, before the street had a say; certificate (how the proof
               ended), kind (proved, none)
    rounds   : one row a simulated plan, 0 = the city as it is: round, kind (as it is, one shot, corrected, sized,
               polished), origin (round that was polished, else -1), factor_mean, capex_eur, points_added, sites,
               objective, bound, gap (in the planning model without corrections), certificate (its status), promise_kwh,
               verdict_kwh, promise_requests, verdict_requests [a mean week of all phases], gain_kwh, gain_low,
               gain_high (paired 95 % interval against round 0, search draws), value (the objective, simulated) and
               value_gain, _low, _high likewise, polished_value (after the polish; empty where no finalist),
               street_bound (most that any plan could be worth on the street; empty where not asked for), street_gap
               [share of the value], street_kind (heuristic, or empty), kept [flag], note (in the last row: why the loop
               ended, certified, closed or out of effort)
    promises : round, phase, class_name, district_id, promise_requests, verdict_requests, promise_kwh, verdict_kwh [per
               week]
    kpis     : the verdict on fresh draws, one row per KPI, scope and id: kpi, scope (city, district, station, use_case,
               priority), id, unit, better (higher, lower, ""), as_is, as_is_low, as_is_high, plan, plan_low, plan_high,
               difference, difference_low, difference_high (paired); intervals are 95 % and NaN where not simulated
    replications : what the city's KPIs are means of, one row per KPI and replication of the verdict: kpi, replication,
               as_is, plan
    checks   : printed checks: check, value, unit, low, high, passed [flag], note
    stations : one row per station of the planned city, verdict means: station_id, site_id, district_id, x_m, y_m,
               technology, origin, points, points_before, occupied_share, charging_share, kwh_per_point_day, blocking
    cells    : one row per cell of the city: requests_per_km2_day, lost_kwh_per_km2_day_as_is,
               lost_kwh_per_km2_day_plan, way_m_as_is, way_m_plan (to the nearest AC point; inf without)
    timings  : seconds by step; only for run.json and logs
    trust    : engines of the search and the verdict, whether a second one agreed, and why no replication was added

    Money, climate and yardsticks; low and high are 95 % intervals over replications where nothing else is said. Rows
    and accounting are those of `docs/economics.md`. Tables of a result made by hand may be left empty.

    service      : what the verdict says a week brings, both cities, one row per use case: SERVICE of the economics
    money        : the figures of every view: view (public, municipal, operator), item (MONEY_ITEMS), value, unit, low,
                   high, note
    components   : what the figures are made of: view, component (an item of the appraisal), side (in, out),
                   present_value_eur (gained > 0, spent < 0; sums to npv_eur), parameters (settings it hangs on)
    cash_flow    : undiscounted payments: view, year, one column per component [EUR]; 0 where a view does not count it
    break_even   : what would have to hold for 1, 6 and 20 euros for one: view, target, parameter, value_now,
                   value_needed (NaN = not reachable), low, high (plausible range), unit, verdict
    sensitivity  : each assumption at its low and high, all else unchanged: view, parameter, low, high, npv_low_eur,
                   npv_high_eur, ratio_low, ratio_high, swing_eur; the widest first in each view
    yardsticks   : name, value, unit, reference, reference_value, source, note
    climate      : year, t_co2_avoided, low, high (with the low and high of the additionality) [t/a]
    hours        : the week by hour and use case: hour_of_week (0 = Monday 0 h), use_case, then for both states
                   plugged_in [cars] and power_kw, means of the hour with _low and _high
    spread       : how waits at hubs and ways on foot are spread over served drivers: quantity (wait_min, walk_m),
                   use_case, state (as_is, plan), bin_from, bin_to (inf = open), share
    pilots       : one row a path, the first phase of the plan that knows it as a candidate for the pilot: pilot (path),
                   points_added, sites, capex_eur, worst_regret, expected_regret [as objective], chosen [flag]
    stages       : PLAN with a column path: "any" for the pilot chosen, else the roll-out on that path
    triggers     : what to look at before each later phase, one row a network and pair of neighbouring paths, see
                   `Triggers`
    regret       : judged_by (model, simulated), plan (staged, staged_misread, unstaged), path, value, best (of the plan
                   that knew the path), regret [as objective], share, gap (proved of the best), within_gap [flag], low,
                   high (paired 95 % interval where simulated)
    learnt       : what a pilot taught of demand by class and district, see `Learnt`
    replanned    : points by district planned for the demand of the model and for what a pilot taught: district_id,
                   points_model, points_learnt, change
    levers       : the quarter as it is (lever as_is) and one row a lever, the same weeks for all: lever, technologies,
                   points, bays_lost [bays], capex_eur, promise_kwh, verdict_kwh [kWh/week], served_share with _low and
                   _high (of the energy that is expected to be wanted), difference to the first lever with _low and
                   _high (paired), eur_per_kwh_week (capital for a kWh a week more than as it is), gap
    parking      : parking pressure by cell, where levers are compared: cell_id, district_id, x_m, y_m, side_m,
                   parking_pressure [cars/bay], pressure_origin (given, synthetic)
    budget_curve : what the planner promises for other budgets: budget_eur, promise_kwh [kWh/week], objective, bound,
                   gap

    Answers, where they are asked for; all by the planner, in a mean week of the horizon. Without rows otherwise:

    next_money   : money (last, next), from_eur, to_eur, value (between the plans as found), value_low, value_high
                   (between the best possible ones), served_kwh, eur_per_weekly_kwh, certain [flag]
    price_of_fairness : plan (with floors, without floors), served_kwh, least_share (of a district's need in reach),
                   cost_eur, objective, bound, gap, price_kwh, price_low, price_high, price_share, certain [flag]
    fronts       : front (cost, fairness, way), level of its aim, unit, cost_eur (present value), served_kwh,
                   least_share, way_m (mean, on foot), objective, bound, gap, dominated [flag]
    alternatives : number, objective, bound, gap, served_kwh, cost_eur, sites, shared_with_first, sure_sites (that all
                   plans build)
    """

    study: Study
    city: City
    planned: City
    plan: Plan
    need: pd.DataFrame
    rounds: pd.DataFrame
    promises: pd.DataFrame
    kpis: pd.DataFrame
    replications: pd.DataFrame = field(kw_only=True, default_factory=pd.DataFrame)
    checks: pd.DataFrame
    stations: pd.DataFrame
    cells: pd.DataFrame
    timings: Mapping[str, float]
    trust: Trust | None = None
    service: pd.DataFrame = field(default_factory=pd.DataFrame)
    money: pd.DataFrame = field(default_factory=pd.DataFrame)
    components: pd.DataFrame = field(default_factory=pd.DataFrame)
    cash_flow: pd.DataFrame = field(default_factory=pd.DataFrame)
    break_even: pd.DataFrame = field(default_factory=pd.DataFrame)
    sensitivity: pd.DataFrame = field(default_factory=pd.DataFrame)
    yardsticks: pd.DataFrame = field(default_factory=pd.DataFrame)
    climate: pd.DataFrame = field(default_factory=pd.DataFrame)
    hours: pd.DataFrame = field(default_factory=pd.DataFrame)
    spread: pd.DataFrame = field(default_factory=pd.DataFrame)
    budget_curve: pd.DataFrame = field(default_factory=pd.DataFrame)
    levers: pd.DataFrame = field(default_factory=pd.DataFrame)
    parking: pd.DataFrame = field(default_factory=pd.DataFrame)
    next_money: pd.DataFrame = field(default_factory=pd.DataFrame)
    price_of_fairness: pd.DataFrame = field(default_factory=pd.DataFrame)
    fronts: pd.DataFrame = field(default_factory=pd.DataFrame)
    alternatives: pd.DataFrame = field(default_factory=pd.DataFrame)
    pilots: pd.DataFrame = field(default_factory=pd.DataFrame)
    stages: pd.DataFrame = field(default_factory=pd.DataFrame)
    triggers: pd.DataFrame = field(default_factory=pd.DataFrame)
    regret: pd.DataFrame = field(default_factory=pd.DataFrame)
    learnt: pd.DataFrame = field(default_factory=pd.DataFrame)
    replanned: pd.DataFrame = field(default_factory=pd.DataFrame)
    phases: pd.DataFrame = field(default_factory=pd.DataFrame)
