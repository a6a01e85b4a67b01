"""Every text of pictures and page by key, one table for each language.

To add a language, add one table with the same keys (a test compares them) and its marks in `sim.report.display`.
Texts are plain: short sentences, no abbreviation without its meaning.
"""

# ruff: noqa: E501 - a text is one line, so that translators see it whole

from __future__ import annotations

from collections.abc import Mapping

from sim.errors import UnknownName

EN: Mapping[str, str] = {
    # maps and charts: title = finding, then what is shown
    "as_is_network": "{points} charge points at {stations} stations stand today",
    "as_is_network.shown": "charge points today, by technology and number",
    "as_is_reach": "Today {share} of residents live within {m} m of a public AC station",
    "as_is_reach.shown": "way on foot to the nearest AC station today",
    "plan_reach": "With the plan {share} of residents live within {m} m of a public AC station, today {before}",
    "plan_reach.shown": "way on foot to the nearest AC station with the plan",
    "requests_density": "Drivers wish to charge in public {requests} times a week; where they start to look",
    "requests_density.shown": "wishes to charge in public, per km² and day",
    "requests_density.plain": "Where drivers start to look for a charge point",
    "lost_energy_as_is": "With today's stations, lost requests want {kwh} kWh a week",
    "lost_energy_as_is.shown": "energy that lost requests want with today's stations, per km² and day",
    "lost_energy_plan": "With the plan, lost requests want {kwh} kWh a week, today {before}",
    "lost_energy_plan.shown": "energy that lost requests want with the plan, per km² and day",
    "plan_by_technology": "The plan adds {points} charge points at {sites} sites: {mix}",
    "plan_by_technology.none": "The plan adds no charge points",
    "plan_by_technology.shown": "new charge points by technology and number, on today's stations",
    "occupancy": "With the plan half of the stations are occupied {share} of the time or more",
    "occupancy.shown": "share of time points are plugged in, with the plan",
    "served_by_district": "With the plan the least served district is {district}: {share} of requests are served",
    "served_by_district.shown": "share of requests served with the plan, by district",
    "points_per_district": "With the plan {district} has the fewest charge points for its size: {points} per 10,000 residents",
    "points_per_district.shown": "charge points per 10,000 residents with the plan, by district",
    "rounds_chart": "The kept plan serves {gap} energy than the planner promised",
    "rounds_chart.less": "{gap} less",
    "rounds_chart.more": "{gap} more",
    "rounds_chart.none": "No plan was built: today's stations serve {kwh} kWh a week",
    "rounds_chart.shown": "energy served a week: promise of the planner and verdict of the simulation (search draws), by round",
    "use_case_chart": "Requests served: {before} today, {after} with the plan; by use case",
    "use_case_chart.shown": "share of requests served, today and with the plan, with 95 % intervals",
    "points_chart": "Charge points per 10,000 residents: {before} today, {after} with the plan",
    "points_chart.shown": "charge points per 10,000 residents, today and with the plan",
    "subtitle": "{city} · {year} · scenario {scenario} · {shown}",
    "synthetic": "Synthetic: {sentences}",
    "legend.points": "points at a station",
    "legend.new_points": "new points at a site",
    "legend.technology": "technology",
    "legend.real": "in the register",
    "legend.synthetic": "synthetic place",
    "legend.origin": "where the data is from",
    "legend.existing": "station of today",
    "legend.new_station": "new points at a station of today",
    "legend.new_given": "given site",
    "legend.new_synthetic": "synthetic site",
    "legend.site": "kind of site",
    "legend.requests": "requests per km² and day",
    "legend.lost": "kWh per km² and day",
    "legend.none": "none",
    "legend.occupied": "share of time occupied",
    "legend.served": "share of requests served",
    "legend.per_10k": "points per 10,000 residents",
    "legend.way": "way on foot",
    "legend.within": "up to {m} m",
    "legend.between": "{low} to {high} m",
    "legend.beyond": "more than {m} m",
    "legend.priority": "priority area",
    "legend.nobody": "nobody lives here",
    "chart.promise": "promise",
    "chart.verdict": "verdict",
    "chart.as_is": "today",
    "chart.plan": "with the plan",
    "chart.round": "round",
    "chart.round_0": "today",
    "chart.kept": "kept",
    "chart.energy": "MWh a week",
    "chart.served": "share of requests served",
    # page
    "page.title": "Charging network for {city}, {year}",
    "page.scenario": "Scenario “{scenario}”: {title}",
    "page.summary": "The answer",
    "page.alarm": "Do not decide on this result",
    "page.alarm_lead": "A check failed. Read what it says before you use any number below.",
    "page.alarm_reproducible": "The planner ran into its time limit. The same settings may give another plan next time.",
    "page.alarm_check": "{check}: {value}, expected {low} to {high}. {note}",
    "page.skip": "Skip to the answer",
    "page.contents": "Contents",
    "page.as_is": "The city as it is",
    "page.as_is_lead": "{points} public charge points stand at {stations} stations (stock “{stock}”). In a typical week of {year} they would serve {served} of the requests.",
    "page.kpis": "Key figures",
    "page.kpis_caption": "Key figures of the city: today's stations, the plan, and the difference",
    "page.kpis_lead": "In brackets: 95 % interval over the simulated weeks. Both sides see the same drivers, so the interval of a difference is narrower than those of its parts. A difference is rounded on its own. pp means percentage points.",
    "page.maps": "The plan on maps",
    "page.districts": "Districts",
    "page.districts_caption": "What the plan does in each district (* = priority area)",
    "page.use_cases": "Use cases",
    "page.use_cases_caption": "Requests served by use case",
    "page.use_cases_lead": "A use case says why and how long a car stands: kerbside (at home in the street), destination (errands, visits, leisure), work, retail (shopping) and hub (a stop only to charge fast).",
    "page.rounds": "Promise and verdict",
    "page.rounds_caption": "Rounds of planning and simulating; per week",
    "page.rounds_lead": "The planner works with a simple model and makes a promise. The simulation judges it, driver by driver. Where the promise was too good, the planner is corrected and plans again.",
    "page.sites": "Sites",
    "page.sites_caption": "The {shown} sites with most new points, of {all}",
    "page.sites_lead": "The whole list is in plan.csv, beside this page.",
    "page.checks": "Checks",
    "page.checks_caption": "Values that outside knowledge brackets",
    "page.synthetic": "What is synthetic",
    "page.synthetic_lead": "These parts of the city were made by a named function, because no data was given. They are plausible, not true.",
    "page.synthetic_drivers": "All drivers, cars and requests are synthetic: they are drawn at random from published statistics. No personal data was used.",
    "page.assumptions": "Assumptions",
    "page.assumptions_lead": "{n} of {all} parameters are assumptions: nobody has measured them for this city. The range is what we think possible.",
    "page.assumptions_caption": "Parameters that are assumptions (class M)",
    "page.parameters": "All parameters with their sources",
    "page.parameters_caption": "All parameters. Confidence: A official, peer-reviewed or computed from open data; B press or trade naming a primary source; C one secondary or old source; M assumption; – a choice of the user",
    "page.limits": "Limits",
    "page.limits_1": "This is a planning model, not a forecast. It says what would happen if its assumptions held.",
    "page.limits_2": "The interval shows chance between simulated weeks. It does not show how wrong the assumptions may be.",
    "page.limits_3": "A typical week is simulated. Seasons, holidays and big events are not.",
    "page.limits_4": "A site on the map is a place worth looking at. Ownership, monuments, trees, cables and parking rules were not checked.",
    "page.limits_5": "The proved gap is about the planning model, not about the world.",
    "page.sources": "Sources and credits",
    "page.figure": "Figure {n}",
    "page.yes": "yes",
    "page.no": "no",
    "page.passed": "passed",
    "page.failed": "FAILED",
    "page.made_by": "Made by ladeplan. Seed {seed}, uptake path “{path}”.",
    # the five sentences
    "answer.plan": "The plan adds {points} charge points at {sites} sites: {mix}.",
    "answer.plan_none": "The plan builds nothing.",
    "answer.mix": "{points} × {technology}",
    "answer.and": " and ",
    "answer.cost": "Building it costs {capex} EUR of a budget of {budget} EUR.",
    "answer.served": "In a typical week of {year}, the share of requests to charge that are served changes from {before} to {after}, a difference of {change}.",
    "answer.who": "In the priority area the share changes from {priority_before} to {priority_after}, elsewhere from {rest_before} to {rest_after}. The least served district is {worst} with {worst_share}, today {worst_before_name} with {worst_before}.",
    "answer.who_no_priority": "The least served district is {worst} with {worst_share}, today {worst_before_name} with {worst_before}.",
    "answer.sure": "No plan of the planning model can be more than {gap} better than this one. The simulation found {coupling} energy than the planner promised. The numbers in brackets are 95 % intervals over {n} fresh simulated weeks.",
    "answer.sure_unproved": "Nothing is proved about better plans: this one comes from a rule of thumb. The simulation found {coupling} energy than the planner promised. The numbers in brackets are 95 % intervals over {n} fresh simulated weeks.",
    "answer.sure_none": "Nothing is built, so there is no promise to judge. The numbers in brackets are 95 % intervals over {n} fresh simulated weeks.",
    "answer.less": "{share} less",
    "answer.more": "{share} more",
    # columns
    "column.kpi": "figure",
    "column.unit": "unit",
    "column.as_is": "today",
    "column.plan": "with the plan",
    "column.difference": "difference",
    "column.district": "district",
    "column.points_added": "new points",
    "column.per_10k_as_is": "points per 10,000 residents, today",
    "column.per_10k_plan": "with the plan",
    "column.served_as_is": "requests served, today",
    "column.served_plan": "with the plan",
    "column.lost_as_is": "kWh a week that lost requests want, today",
    "column.lost_plan": "with the plan",
    "column.use_case": "use case",
    "column.round": "round",
    "column.points": "points",
    "column.sites": "sites",
    "column.capex": "cost [EUR]",
    "column.gap": "proved gap",
    "column.promise_kwh": "promise [kWh]",
    "column.verdict_kwh": "verdict [kWh]",
    "column.promise_requests": "promise [requests]",
    "column.verdict_requests": "verdict [requests]",
    "column.gain_kwh": "gain over today [kWh]",
    "column.kept": "kept",
    "column.note": "note",
    "column.site": "site",
    "column.technology": "technology",
    "column.before": "points today",
    "column.power": "kW per point",
    "column.connection": "grid connection",
    "column.cost": "cost [EUR]",
    "column.origin": "kind of site",
    "column.check": "check",
    "column.value": "value",
    "column.expected": "expected",
    "column.result": "result",
    "column.key": "parameter",
    "column.meaning": "meaning",
    "column.range": "range",
    "column.source": "source",
    "column.confidence": "confidence",
    # use cases
    "use_case.kerbside": "kerbside",
    "use_case.destination": "destination",
    "use_case.work": "work",
    "use_case.retail": "retail",
    "use_case.hub": "fast hub",
    "unit.share": "",
    "unit.-": "",
    "unit.Gini": "",
    "unit.1/week": "a week",
    "unit.kWh/week": "kWh a week",
    "unit.points/10,000 residents": "per 10,000 residents",
    "unit.kWh/point/day": "kWh a point and day",
    "unit.points/EV": "points a car",
    "unit.requests/day": "requests a day",
    "unit.cars/point": "cars a point",
    "unit.ratio": "ratio",
}

TEXTS: Mapping[str, Mapping[str, str]] = {"en": EN}

# of KPIs the report has words for; others appear under their own name
KPI_LABELS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "requests": "requests to charge in public",
        "served": "requests served",
        "served_share": "share of requests served",
        "lost": "requests lost",
        "lost_balked": "lost: all points taken",
        "lost_reneged": "lost: waited too long",
        "lost_no_choice": "lost: no fitting station within reach",
        "lost_out_of_order": "lost: points out of order",
        "lost_start_failed": "lost: charging did not start, twice",
        "unfinished": "still waiting or plugged in at the end",
        "energy_wanted_kwh": "energy wanted",
        "energy_sold_kwh": "energy charged",
        "energy_lost_kwh": "energy that lost requests wanted",
        "mean_wait_min": "mean wait of served drivers",
        "p95_wait_min": "wait that 95 % of served drivers do not exceed",
        "blocking_probability": "arrivals that find all points of a station taken",
        "mean_walk_m": "mean way on foot",
        "p95_walk_m": "way on foot that 95 % of drivers do not exceed",
        "reach_300_share": "residents within 300 m of an AC station",
        "reach_400_share": "residents within 400 m of an AC station",
        "reach_500_share": "residents within 500 m of an AC station",
        "points": "charge points",
        "points_per_10k": "charge points per 10,000 residents",
        "points_per_ev_without_private_parking": "charge points per electric car without private parking",
        "gini_points": "unevenness of points between districts (0 even, 1 all in one)",
        "gini_served_share": "unevenness of service between districts (0 even, 1 all in one)",
        "worst_district_points_per_10k": "fewest charge points per 10,000 residents in any district",
        "worst_district_served_share": "lowest share of requests served in any district",
        "priority_points_ratio": "points per resident, priority area over the rest",
        "priority_served_gap": "share served in the priority area less that of the rest",
        "occupied_share": "time points are plugged in",
        "charging_share": "time points deliver energy",
        "kwh_per_point_day": "energy per point and day",
        "peak_kw": "highest quarter-hour power",
    }
}


def word(key: str, language: str = "en", **values: object) -> str:
    """The text of a key with its values filled in.

    >>> word("legend.within", m=300)
    'up to 300 m'
    """
    try:
        text = TEXTS[language][key]
    except KeyError:
        raise UnknownName("text", key, TEXTS[language]) from None
    return text.format(**values)


def kpi_label(kpi: str, language: str = "en") -> str:
    """What a KPI is called on the page; its own name in plain letters where no text is given.

    >>> kpi_label("p99_wait_min")
    'p99 wait min'
    """
    return KPI_LABELS[language].get(kpi, kpi.replace("_", " "))


def unit_word(unit: str, language: str = "en") -> str:
    """A unit in words; shares need none, since they are shown in percent."""
    return TEXTS[language].get(f"unit.{unit}", unit)


def use_case_name(use_case: str, language: str = "en") -> str:
    """What a use case is called; its own name where no text is given."""
    return TEXTS[language].get(f"use_case.{use_case}", use_case)
