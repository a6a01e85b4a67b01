"""ladeplan: where a city should put public chargers, how many, of which kind, for whom.

city -> requests -> sessions -> scores -> plan -> city, closed as a loop (`run_study`). A name is loaded when it is
first used, so that the command can speak before heavy packages are read.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.app.config import load_study
    from sim.city.city import City, read_city
    from sim.demand.draw import draw_requests
    from sim.demand.requests import Requests
    from sim.errors import SimError
    from sim.planning.plan import Plan
    from sim.planning.planner import find_plan
    from sim.planning.problem import Problem
    from sim.scoring.scorecard import score
    from sim.simulation.run import simulate
    from sim.simulation.sessions import Sessions
    from sim.study.run import run_study
    from sim.study.study import Study, StudyResult

HOME = {
    "City": "sim.city.city",
    "Plan": "sim.planning.plan",
    "Problem": "sim.planning.problem",
    "Requests": "sim.demand.requests",
    "Sessions": "sim.simulation.sessions",
    "SimError": "sim.errors",
    "Study": "sim.study.study",
    "StudyResult": "sim.study.study",
    "draw_requests": "sim.demand.draw",
    "find_plan": "sim.planning.planner",
    "load_study": "sim.app.config",
    "read_city": "sim.city.city",
    "run_study": "sim.study.run",
    "score": "sim.scoring.scorecard",
    "simulate": "sim.simulation.run",
}

__all__ = [
    "City",
    "Plan",
    "Problem",
    "Requests",
    "Sessions",
    "SimError",
    "Study",
    "StudyResult",
    "draw_requests",
    "find_plan",
    "load_study",
    "read_city",
    "run_study",
    "score",
    "simulate",
]


def __getattr__(name: str) -> Any:
    if name in HOME:
        return getattr(import_module(HOME[name]), name)
    raise AttributeError(f"module 'sim' has no attribute '{name}'")
