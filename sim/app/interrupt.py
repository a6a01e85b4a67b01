"""Ctrl-C and a plain `kill` end a run, whatever it is doing.

Python drops an exception that is raised while a foreign library (the compiler of the fast engine) calls back into it.
So an interrupt is remembered as well, and raised again at the next step that reports progress.
"""

from __future__ import annotations

import signal
import threading
from types import FrameType

_INTERRUPTED = threading.Event()


def listen() -> None:
    """Let both signals interrupt this process."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, interrupt)


def interrupt(number: int, frame: FrameType | None) -> None:
    """Remember the interrupt and raise it."""
    _INTERRUPTED.set()
    raise KeyboardInterrupt


def heed() -> None:
    """Raise an interrupt that was lost on its way."""
    if _INTERRUPTED.is_set():
        _INTERRUPTED.clear()
        raise KeyboardInterrupt
