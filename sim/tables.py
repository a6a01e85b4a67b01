"""Tables that say what their columns are: name, dtype, unit, meaning, bounds.

Data is checked once, where it enters; inside it is trusted.
"""

from __future__ import annotations

from dataclasses import dataclass

DTYPES = ("text", "integer", "number", "flag")


@dataclass(frozen=True)
class Column:
    """One column. `unit` is "" for text; bounds are inclusive; `choices` lists the values allowed."""

    name: str
    dtype: str
    unit: str
    meaning: str
    at_least: float | None = None
    at_most: float | None = None
    above: float | None = None
    choices: tuple[str, ...] | None = None
    required: bool = True


@dataclass(frozen=True)
class Table:
    """A table by name; `key` names the columns that identify a row."""

    name: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def column_names(self) -> list[str]:
        return [column.name for column in self.columns]
