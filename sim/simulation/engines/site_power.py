"""The power of one site, shared by the cars that draw from it; plain numbers, no engine."""

from __future__ import annotations

from bisect import insort
from math import inf

from sim.simulation.events import ENOUGH_KWH, charged_kwh, fair_share, minutes_to_charge


class Car:
    """A car that draws: what it can take, what it still misses, what it gets."""

    __slots__ = ("cap_kw", "driver", "missing_kwh", "rate_kw")

    def __init__(self, driver: int, cap_kw: float, missing_kwh: float):
        self.driver, self.cap_kw, self.missing_kwh, self.rate_kw = driver, cap_kw, missing_kwh, 0.0

    def __lt__(self, other: Car) -> bool:
        return (self.cap_kw, self.driver) < (other.cap_kw, other.driver)


class Site:
    """A grid connection with a limit. Settle what has flowed, change who draws or the limit, then share anew."""

    def __init__(self, number: int, limit_kw: float):
        self.number, self.limit_kw = number, limit_kw
        self.settled_min = 0.0
        self.drawing: list[Car] = []  # smallest cap first, then lowest driver
        self.next_full: object = None  # the event of the next car that is full; earlier ones are void

    def settle(self, now_min: float) -> None:
        """Book the energy that flowed since the last change."""
        minutes, self.settled_min = now_min - self.settled_min, now_min
        for car in self.drawing:
            car.missing_kwh -= charged_kwh(car.rate_kw, minutes)

    def add(self, car: Car) -> None:
        """A car begins to draw."""
        insort(self.drawing, car)

    def remove_full(self) -> list[Car]:
        """Full cars stop drawing. Which they were."""
        full = [car for car in self.drawing if car.missing_kwh < ENOUGH_KWH]
        self.drawing = [car for car in self.drawing if car.missing_kwh >= ENOUGH_KWH]
        return full

    def share(self) -> float:
        """Share the limit, smallest cap first: each car gets its cap or an equal share. Minutes to the next full."""
        left_kw, left_cars, soonest_min = self.limit_kw, len(self.drawing), inf
        for car in self.drawing:
            car.rate_kw = fair_share(car.cap_kw, left_kw, left_cars)
            left_kw, left_cars = left_kw - car.rate_kw, left_cars - 1
            soonest_min = min(soonest_min, minutes_to_charge(car.missing_kwh, car.rate_kw))
        return soonest_min
