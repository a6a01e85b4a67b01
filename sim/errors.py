"""What can go wrong, in words a planner can act on.

Every message says where, what, the value and what to do. Errors a user can cause derive from `SimError`; the command
line prints them without a traceback and ends with exit code 2.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class SimError(Exception):
    """Something the user can put right."""


class DataError(SimError):
    """One or more problems in what was handed in, all of them at once.

    problems : one sentence each, `where: what (the value); what to do`.
    """

    def __init__(self, problems: Iterable[str]):
        self.problems = list(problems)
        super().__init__("\n".join(self.problems))

    def __reduce__(self) -> tuple[type[DataError], tuple[list[str]]]:
        return DataError, (self.problems,)


class UnknownName(SimError):
    """A name that is in no list; the near ones are offered."""

    def __init__(self, kind: str, name: str, known: Iterable[str]):
        self.kind, self.name, self.known = kind, name, sorted(known)
        super().__init__(f"unknown {kind} '{name}'{did_you_mean(name, self.known)}")

    def __reduce__(self) -> tuple[type[UnknownName], tuple[str, str, list[str]]]:
        return UnknownName, (self.kind, self.name, self.known)


class MissingExtra(SimError):
    """A package that is needed is not installed; the message says which extra brings it."""


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """The end of a sentence that offers the nearest known names, or lists them all.

    >>> did_you_mean("fist_come", ["first_come", "by_class"])
    ", did you mean 'first_come'?"
    >>> did_you_mean("x", ["first_come", "by_class"])
    '; known are: by_class, first_come'
    """
    known = sorted(known)
    near = difflib.get_close_matches(name, known, n=3, cutoff=0.6)
    if near:
        return ", did you mean " + " or ".join(f"'{n}'" for n in near) + "?"
    return "; known are: " + ", ".join(known)
