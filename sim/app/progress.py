"""How far a run is: a live bar on a terminal, a plain line every few seconds in a log."""

from __future__ import annotations

import sys
import threading
import time
from types import TracebackType
from typing import TextIO

from sim.app.interrupt import heed

BAR_WIDTH = 24
LIVE_S, LOG_S = 0.5, 5.0


class Progress:
    """Called with a text and the share done; prints from a thread of its own, so long steps show signs of life.

    >>> import io
    >>> out = io.StringIO()
    >>> with Progress(out) as progress:
    ...     progress("reading the city", 0.25)
    >>> out.getvalue().splitlines()[0]
    '  25 %  reading the city  0 s'
    """

    def __init__(self, out: TextIO | None = None):
        self._out = out or sys.stderr
        self._live = self._out.isatty()
        self._text, self._share, self._shown = "", 0.0, False
        self._began = time.monotonic()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._tick, daemon=True)

    def __call__(self, text: str, share: float) -> None:
        """Say what is being done and how much of the whole is done. [share 0-1]"""
        heed()
        first = not self._shown
        self._text, self._share = text, min(max(share, 0.0), 1.0)
        if self._live or first:
            self._show()

    def __enter__(self) -> Progress:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join()
        if self._text:
            self._show()
        if self._live:
            self._out.write("\n")
            self._out.flush()

    def _tick(self) -> None:
        while not self._stop.wait(LIVE_S if self._live else LOG_S):
            if self._text:
                self._show()

    def _show(self) -> None:
        elapsed_s = time.monotonic() - self._began
        line = f"{self._share:5.0%}".replace("%", " %") + f"  {self._text}  {elapsed_s:.0f} s"
        if self._live:
            filled = round(self._share * BAR_WIDTH)
            self._out.write(f"\r\x1b[2K[{'#' * filled}{'.' * (BAR_WIDTH - filled)}]{line}")
        else:
            self._out.write(line + "\n")
        self._out.flush()
        self._shown = True
