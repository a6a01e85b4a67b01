"""CPU seconds of a call."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

Answer = TypeVar("Answer")


def cpu_s(function: Callable[..., Answer], *arguments: object) -> tuple[float, Answer]:
    """CPU seconds of one call, and what it returns."""
    start = time.process_time()
    answer = function(*arguments)
    return time.process_time() - start, answer


def best_s(function: Callable[..., object], *arguments: object, rounds: int) -> float:
    """Least CPU seconds of some calls."""
    return min(cpu_s(function, *arguments)[0] for _ in range(rounds))
