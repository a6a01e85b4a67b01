"""ladeplan: where a city should put public chargers, how many, of which kind, for whom.

city -> requests -> sessions -> scores -> plan -> city, closed as a loop (`run_study`).
"""

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
    "read_city",
    "run_study",
    "score",
    "simulate",
]
