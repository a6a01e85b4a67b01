"""The one way to extend: a table of named functions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Generic, TypeVar

from sim.errors import UnknownName

F = TypeVar("F", bound=Callable[..., Any])


class Registry(Generic[F]):
    """Functions by name; `register` as a decorator, `[name]` to look one up.

    Facts given to `register` (a unit, a scope) are kept beside the function in `facts`.

    >>> POLICIES = Registry("queue policy")
    >>> @POLICIES.register()
    ... def first_come():
    ...     return 0
    >>> POLICIES["first_come"]()
    0
    >>> POLICIES["fist_come"]
    Traceback (most recent call last):
    ...
    sim.errors.UnknownName: unknown queue policy 'fist_come', did you mean 'first_come'?
    """

    def __init__(self, kind: str):
        self.kind = kind
        self._functions: dict[str, F] = {}
        self.facts: dict[str, dict[str, Any]] = {}

    def register(self, **facts: Any) -> Callable[[F], F]:
        def add(function: F) -> F:
            name = function.__name__
            if name in self._functions:
                raise ValueError(f"{self.kind} '{name}' is registered twice")
            self._functions[name] = function
            self.facts[name] = facts
            return function

        return add

    def __getitem__(self, name: str) -> F:
        try:
            return self._functions[name]
        except KeyError:
            raise UnknownName(self.kind, name, self._functions) from None

    def __contains__(self, name: object) -> bool:
        return name in self._functions

    def __iter__(self) -> Iterator[str]:
        return iter(self._functions)

    def names(self) -> list[str]:
        """Names in order of registration."""
        return list(self._functions)
