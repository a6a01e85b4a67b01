"""Settings of the demand model: what each parameter is, where it comes from, and in which range it may lie.

Values live in `configs/demand/`. Equation numbers (E1) to (E12) are those of the demand model paper. Lists by place
follow `PLACES`, lists by building size `BUILDING_SIZES` (`sim.demand.vocabulary`), lists by vehicle
`sim.demand.requests.VEHICLES`.
"""

from __future__ import annotations

from dataclasses import dataclass

from sim.demand.settings_checks import shape_problems
from sim.errors import DataError
from sim.parameter import bounds_broken, parameter


@dataclass(frozen=True)
class VehicleStock:
    """How many battery and plug-in hybrid cars the city has (E5, E6); years between those given are interpolated."""

    bev_germany: dict[int, list[int]] = parameter(
        unit="BEV, [low, mid, high]", meaning="battery cars in Germany by year, mean of the year",
        source="2025 S12; 2030 S57, S11; 2027 and 2035 assumption", confidence="M", at_least=0,
    )  # fmt: skip
    cars_germany: float = parameter(
        unit="cars", meaning="all cars in Germany", source="S12", confidence="A", above=0
    )  # fmt: skip
    cars_city: dict[str, float] = parameter(
        unit="cars", meaning="all cars registered in a city, by name of the city; others take cars_per_resident",
        source="dortmund: S59 (296,065 in 10/2021), about 300,000 today", confidence="B", low="x 0.993", high="x 1.007",
        above=0,
    )  # fmt: skip
    cars_per_resident: float = parameter(
        unit="cars/person", meaning="cars of a city without an entry in cars_city",
        source="Dortmund: 298,000 / 612,065", confidence="M", low=0.4, high=0.6, above=0,
    )  # fmt: skip
    local_factor: dict[int, float] = parameter(
        unit="-", meaning="BEV share of cars in the city / in Germany, by year",
        source="2025: 3,350 counted / 3,700 scaled in 10/2021, S59; then converging, assumption", confidence="M",
        low=0.85, high=1.0, above=0,
    )  # fmt: skip
    phev_per_bev: dict[int, float] = parameter(
        unit="PHEV/BEV", meaning="plug-in hybrids for each battery car, by year",
        source="2025: 0.92 M / 1.41 M in 01/2024, falling; 2030: 14 k / 46 k; 2035 assumption", confidence="M",
        low="x 0.7", high="x 1.3", at_least=0,
    )  # fmt: skip
    nopark_uptake: dict[int, float] = parameter(
        unit="-", meaning="BEV rate of car owners without own parking / with own parking, by year",
        source="2025 from 75 % of city BEV drivers charging at home, S54; later assumption", confidence="M",
        low="x 0.75", high="x 1.25", at_least=0, at_most=1,
    )  # fmt: skip


@dataclass(frozen=True)
class Cars:
    """Where the cars are (E1, E2), by building size."""

    detached_factor: float = parameter(
        unit="-", meaning="factor on dwellings in buildings of one or two, for detached houses the census layer lacks",
        source="fits Aplerbeck: 41.8 % one and two family houses (35.7 % without detached)", confidence="B",
        low=1.0, high=1.5, above=0,
    )  # fmt: skip
    persons_per_dwelling: list[float] = parameter(
        unit="persons", meaning="persons per dwelling by building size; only the ratios matter", source="assumption",
        confidence="M", above=0,
    )  # fmt: skip
    per_resident: list[float] = parameter(
        unit="cars/person", meaning="cars per resident by building size, before scaling to all cars of the city",
        source="assumption", confidence="M", above=0,
    )  # fmt: skip


@dataclass(frozen=True)
class Parking:
    """Who has no parking of their own (E3, E4)."""

    no_private_base: list[float] = parameter(
        unit="share", meaning="car owners without own parking by building size, before calibration",
        source="assumption", confidence="M", above=0, at_most=0.99,
    )  # fmt: skip
    density_effect: float = parameter(
        unit="logit per ln", meaning="effect of residents within 500 m over the city mean",
        source="assumption, set so that inner districts reach 0.60-0.75", confidence="M", low=0.0, high=1.2,
    )  # fmt: skip
    city_mean: float = parameter(
        unit="share", meaning="car owners without own parking in the city", source="S13, S52",
        confidence="M", low=0.38, high=0.55, above=0, at_most=0.99,
    )  # fmt: skip


@dataclass(frozen=True)
class Energy:
    """What a car needs (E7, E9)."""

    km_per_day: float = parameter(
        unit="km/d", meaning="distance driven per car and day", source="S51", confidence="B", low=32, high=42, above=0
    )
    kwh_per_km: float = parameter(
        unit="kWh/km", meaning="consumption at the meter, charging losses included", source="S45, S46", confidence="A",
        low=0.16, high=0.216, above=0,
    )  # fmt: skip
    month: int | None = parameter(
        unit="month", meaning="month of the simulated week, 1 = January .. 12; null = a mean week of the year",
        source="choice", confidence="-", at_least=1, at_most=12,
    )  # fmt: skip
    month_factor: list[float] = parameter(
        unit="-", meaning="energy a car needs in each month / in the mean month, January to December; mean 1",
        source="S47 on winter; December to February 1.25 and June to August 0.93 assumption, the rest so that the mean "
        "is 1", confidence="M", low="winter 1.15", high="winter 1.38", above=0,
    )  # fmt: skip
    phev_public: float = parameter(
        unit="-", meaning="public AC energy of a PHEV / of a BEV; PHEV take nothing at DC", source="assumption",
        confidence="M", low=0.05, high=0.3, at_least=0,
    )  # fmt: skip


@dataclass(frozen=True)
class Split:
    """Where the energy is drawn: shares by place (E7, E9)."""

    private: list[float] = parameter(
        unit="share", meaning="by place, drivers with own parking; sums to 1",
        source="public 0.20 closes the national 2.5 kWh per BEV and day (S39); division between places assumption",
        confidence="M", low="public 0.13", high="public 0.25", at_least=0, at_most=1,
    )  # fmt: skip
    none: list[float] = parameter(
        unit="share", meaning="by place, drivers without own parking; sums to 1",
        source="S53-S56 as bounds, assumption", confidence="M", low="kerbside 0.26, hub 0.33",
        high="kerbside 0.46, hub 0.13", at_least=0, at_most=1,
    )  # fmt: skip
    in_city: list[float] = parameter(
        unit="share", meaning="by place, part of it drawn inside the city",
        source="work: 193,120 of 298,669 employed residents stay, statistik.nrw 30.06.2024; rest assumption",
        confidence="M", low="hub 0.45", high="hub 0.75", at_least=0, at_most=1,
    )  # fmt: skip
    public_work: float = parameter(
        unit="share", meaning="work energy at public points, beyond what destination already holds",
        source="assumption", confidence="M", low=0.0, high=0.2, at_least=0, at_most=1,
    )  # fmt: skip


@dataclass(frozen=True)
class Inbound:
    """Who comes from outside (E8, E9)."""

    commuters: dict[str, float] = parameter(
        unit="persons", meaning="people commuting in, by name of the city; others take commuters_per_resident",
        source="dortmund: statistik.nrw, Pendlerrechnung 30.06.2024", confidence="A", at_least=0,
    )  # fmt: skip
    commuters_per_resident: float = parameter(
        unit="persons/person", meaning="people commuting in, for a city without an entry in commuters",
        source="Dortmund: 145,524 / 612,065", confidence="M", low=0.0, high=0.4, at_least=0,
    )  # fmt: skip
    car_share: float = parameter(
        unit="share", meaning="commuters who come by car", source="assumption", confidence="M", low=0.55, high=0.8,
        at_least=0, at_most=1,
    )  # fmt: skip
    ev_ratio: float = parameter(
        unit="-", meaning="BEV share of commuters' cars / of the city's cars",
        source="Kreis Unna 3.1 % against 1.9-2.2 % in Ruhr cities; damped", confidence="C", low=0.9, high=1.4,
        at_least=0,
    )  # fmt: skip
    presence: float = parameter(
        unit="share", meaning="days present = 5/7 x 0.8", source="assumption", confidence="M", low=0.45, high=0.65,
        at_least=0, at_most=1,
    )  # fmt: skip
    kwh_per_day: list[float] = parameter(
        unit="kWh per EV and day present", meaning="energy of commuters by place", source="assumption", confidence="M",
        low="x 0.5", high="x 1.5", at_least=0,
    )  # fmt: skip
    visitors: list[float] = parameter(
        unit="-", meaning="visitors' energy by place / residents' energy there", source="assumption", confidence="M",
        low="x 0.5", high="x 1.5", at_least=0,
    )  # fmt: skip
    through: float = parameter(
        unit="share", meaning="hub energy of through traffic", source="assumption", confidence="M", low=0.2, high=0.5,
        at_least=0, at_most=0.95,
    )  # fmt: skip


@dataclass(frozen=True)
class Origin:
    """Where requests start (section 3): weights of five synthetic surfaces; kerbside follows the parked EVs instead.

    The weights stand in the order of `SURFACES` (`sim.demand.vocabulary`) and are scaled to 1. A bundle's visit weights
    replace them.
    """

    centre_m: dict[str, list[float]] = parameter(
        unit="m, EPSG:25832",
        meaning="[x, y] of a city's centre by name of the city; others: the cell with most residents within 600 m",
        source="dortmund: 51.5139 N 7.4653 E, 0.3 km from the median of the 2019 stations", confidence="M",
    )  # fmt: skip
    centre_decay_km: float = parameter(
        unit="km", meaning="distance at which the pull of the city centre falls to 1/e", source="assumption",
        confidence="M", low=0.5, high=1.5, above=0,
    )  # fmt: skip
    district_decay_km: float = parameter(
        unit="km", meaning="distance at which the pull of a district centre falls to 1/e", source="assumption",
        confidence="M", low=0.3, high=1.0, above=0,
    )  # fmt: skip
    work: list[float] = parameter(
        unit="-", meaning="weights of the surfaces for work", source="assumption", confidence="M", at_least=0
    )
    destination: list[float] = parameter(
        unit="-", meaning="weights of the surfaces for destination", source="assumption", confidence="M",
        low="centre 0.25", high="centre 0.55", at_least=0,
    )  # fmt: skip
    retail: list[float] = parameter(
        unit="-", meaning="weights of the surfaces for retail", source="assumption", confidence="M", at_least=0
    )
    hub: list[float] = parameter(
        unit="-", meaning="weights of the surfaces for hub", source="assumption", confidence="M", at_least=0
    )


@dataclass(frozen=True)
class Fleet:
    """The cars: classes of BEV (small, medium, large, top) and PHEV, the last."""

    share: list[float] = parameter(
        unit="share", meaning="BEV by class; sums to 1", source="S45 quantiles, assumption on sales weights",
        confidence="C", at_least=0, at_most=1,
    )  # fmt: skip
    battery_kwh: list[float] = parameter(
        unit="kWh", meaning="usable battery by class in 2025, PHEV last",
        source="fit to 116 BEV from 2019 (quartiles 42, 58, 77) and 61 PHEV (median 11.2)", confidence="A",
        low="x 0.9", high="x 1.15", above=0,
    )  # fmt: skip
    battery_growth: float = parameter(
        unit="1/a", meaning="growth of BEV batteries from 2025", source="assumption", confidence="M", low=0.0,
        high=0.03, at_least=0, at_most=0.2,
    )  # fmt: skip
    ac_kw: list[float] = parameter(
        unit="kW", meaning="most a car takes at AC, by class, PHEV last", source="fit to open EV data", confidence="A",
        above=0,
    )  # fmt: skip
    dc_kw: list[float] = parameter(
        unit="kW", meaning="peak a car takes at DC, by class, PHEV last; 0 = no DC", source="fit to open EV data, S45",
        confidence="A", at_least=0,
    )  # fmt: skip
    dc_curve: list[float] = parameter(
        unit="-", meaning="power / own DC peak at evenly spaced states of charge from 0 to 100 %",
        source="S45", confidence="A", above=0, at_most=1,
    )  # fmt: skip
    ac_efficiency: float = parameter(
        unit="-", meaning="energy into the battery / at the meter, AC", source="assumption", confidence="M", above=0,
        at_most=1,
    )  # fmt: skip
    dc_efficiency: float = parameter(
        unit="-", meaning="energy into the battery / at the meter, DC", source="assumption", confidence="M", above=0,
        at_most=1,
    )  # fmt: skip


@dataclass(frozen=True)
class Charge:
    """States of charge on arrival and departure, and the points that carry the sizing (E11)."""

    ac_arrival: list[float] = parameter(
        unit="Beta a, b", meaning="state of charge on arrival at AC as a share of ac_target",
        source="assumption; with the stays it gives the 16-20 kWh of S37", confidence="M", low="[2, 3]", high="[3, 2]",
        above=0,
    )  # fmt: skip
    ac_target: float = parameter(
        unit="share", meaning="state of charge a driver at AC wants", source="assumption", confidence="M", low=0.8,
        high=1.0, above=0, at_most=1,
    )  # fmt: skip
    dc_arrival: list[float] = parameter(
        unit="Beta a, b", meaning="state of charge on arrival at DC", source="fit EPFL, n 1,878, KS 0.032",
        confidence="A", above=0,
    )  # fmt: skip
    dc_filled: list[float] = parameter(
        unit="Beta a, b", meaning="share of the gap to full that is filled at DC", source="fit EPFL, n 1,878, KS 0.072",
        confidence="A", above=0,
    )  # fmt: skip
    hub_idle_min: list[float] = parameter(
        unit="min; -", meaning="time from full to plug-out at a hub: median and sigma of a lognormal",
        source="fit EPFL: stay less curve time, n 1,810", confidence="B", low="[3, 0.8]", high="[8, 0.8]", above=0,
    )  # fmt: skip
    hub_kw: float = parameter(
        unit="kW", meaning="power of a hub point in the expected load", source="choice", confidence="-", above=0
    )
    retail_kw: float = parameter(
        unit="kW", meaning="power of a retail point in the expected load", source="assumption", confidence="M", low=50,
        high=150, above=0,
    )  # fmt: skip
    retail_power_share: float = parameter(
        unit="-", meaning="mean / peak power while plugged in at retail", source="assumption", confidence="M", above=0,
        at_most=1,
    )  # fmt: skip


@dataclass(frozen=True)
class Stays:
    """How long cars are parked, by hours of arrival "from-to": rows [weight, median h, sigma] of a lognormal mixture.

    Cut at 48 h. Hubs have no entry: their stay follows from energy.
    """

    kerbside: dict[str, list[list[float]]] = parameter(
        unit="h", meaning="stay at kerbside", source="fit Hamburg residential, n 10,920, KS 0.018-0.052",
        confidence="A", low="medians x 0.7", high="medians x 1.3", above=0,
    )  # fmt: skip
    destination: dict[str, list[list[float]]] = parameter(
        unit="h", meaning="stay at destinations", source="fit Hamburg centre, n 2,092, KS 0.020-0.046", confidence="A",
        low="medians x 0.7", high="medians x 1.3", above=0,
    )  # fmt: skip
    work: dict[str, list[list[float]]] = parameter(
        unit="h", meaning="stay at work", source="moments of S34 (9.5 +- 1.2 h, 4.0 +- 1.8 h); weights assumption",
        confidence="C", above=0,
    )  # fmt: skip
    retail: dict[str, list[list[float]]] = parameter(
        unit="h", meaning="stay at shops", source="fit Perth & Kinross rapid, under 4 h, n 51,675, KS 0.038",
        confidence="A", above=0,
    )  # fmt: skip


@dataclass(frozen=True)
class DayFactor:
    """Requests of a day of the week over the mean day, Monday to Sunday; scaled to mean 1 (E10)."""

    kerbside: list[float] = parameter(
        unit="-", meaning="kerbside", source="fit Hamburg residential", confidence="A", at_least=0
    )
    destination: list[float] = parameter(
        unit="-", meaning="destination", source="fit Hamburg centre, Monday to Thursday averaged", confidence="A",
        at_least=0,
    )  # fmt: skip
    work: list[float] = parameter(unit="-", meaning="work", source="assumption", confidence="M", at_least=0)
    retail: list[float] = parameter(
        unit="-", meaning="retail", source="assumption; German shops shut on Sunday", confidence="M", at_least=0
    )
    hub: list[float] = parameter(
        unit="-", meaning="hub", source="fit EPFL and Perth & Kinross rapid, mean of the two", confidence="B",
        at_least=0,
    )  # fmt: skip


@dataclass(frozen=True)
class HourShare:
    """Requests by hour of the day: three rows of 24, Monday to Friday, Saturday, Sunday; each row scaled to 1 (E10)."""

    kerbside: list[list[float]] = parameter(
        unit="percent", meaning="kerbside", source="fit Hamburg residential, n 8,274 / 1,450 / 1,196", confidence="A",
        at_least=0,
    )  # fmt: skip
    destination: list[list[float]] = parameter(
        unit="percent", meaning="destination", source="fit Hamburg centre, n 1,637 / 303 / 152 (weekend thin)",
        confidence="A", at_least=0,
    )  # fmt: skip
    work: list[list[float]] = parameter(
        unit="percent", meaning="work", source="emobpy (MiD) departures to work + 0.5 h; Sunday = Saturday",
        confidence="B", at_least=0,
    )  # fmt: skip
    retail: list[list[float]] = parameter(
        unit="percent", meaning="retail", source="emobpy (MiD) departures to shops + 0.5 h; Sunday Perth rapid",
        confidence="B", at_least=0,
    )  # fmt: skip
    hub: list[list[float]] = parameter(
        unit="percent", meaning="hub",
        source="fit EPFL (n 1,384 / 262 / 232) and Perth & Kinross rapid (n 37,519 / 7,707 / 6,938), mean of the two",
        confidence="B", at_least=0,
    )  # fmt: skip


@dataclass(frozen=True)
class Demand:
    """What the city's electric cars ask of public chargers; values in `configs/demand/`."""

    stock: VehicleStock
    cars: Cars
    parking: Parking
    energy: Energy
    split: Split
    inbound: Inbound
    origin: Origin
    fleet: Fleet
    charge: Charge
    stay_h: Stays
    day_factor: DayFactor
    hour_share: HourShare
    calibrated: dict[str, str] = parameter(
        unit="", meaning="settings of this section that were fitted to own sessions, and on what; written by "
        "`ladeplan calibrate`, it takes the place of their source", source="choice", confidence="-",
    )  # fmt: skip

    def __post_init__(self) -> None:
        problems = bounds_broken(self, "demand.") + shape_problems(self)
        if problems:
            raise DataError(problems)
