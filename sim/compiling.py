"""A name for machine code that changes with the files it is made from."""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Sequence
from types import FunctionType, ModuleType
from typing import Any


def signed(function: Any, sources: Sequence[ModuleType]) -> FunctionType:
    """The same function, with a hash of all files it is made from in its name.

    Numba names the file in its cache after the function and looks into that function only. A changed rank, outcome or
    formula in another file must not find the old machine code.
    """
    text = "".join(inspect.getsource(module) for module in sources)
    copy = FunctionType(function.__code__, function.__globals__, function.__name__)
    copy.__qualname__ = f"{function.__qualname__}_{hashlib.sha256(text.encode()).hexdigest()[:16]}"
    copy.__module__ = function.__module__
    return copy
