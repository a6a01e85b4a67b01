"""Names in a study that must be in a registry."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from sim.errors import UnknownName
from sim.registry import Registry
from sim.study.study import Study

# Setting -> where its registry is. Imported when a study is checked: a misspelt name must not cost a whole run.
REGISTRIES = {
    ("stock", "name"): ("sim.city.stock", "STOCKS"),
    ("simulation", "engine"): ("sim.simulation.run", "ENGINES"),
    ("simulation", "precision", "kpi"): ("sim.scoring.scorecard", "KPIS"),
    ("simulation", "queue_policy"): ("sim.simulation.policies", "QUEUE_POLICIES"),
    ("planning", "planner"): ("sim.planning.planner", "PLANNERS"),
    ("planning", "objective"): ("sim.planning.objectives", "OBJECTIVES"),
    ("planning", "rules"): ("sim.planning.milp.rules", "RULES"),
    ("staging", "criterion"): ("sim.study.staging", "CRITERIA"),
    ("staging", "signal"): ("sim.study.signals", "SIGNALS"),
    ("figures",): ("sim.report.page", "FIGURES"),
}


def unknown_names(study: Study) -> list[str]:
    """One sentence for each name that no registry knows, with the near ones."""
    problems = []
    for path, (module, attribute) in REGISTRIES.items():
        value: Any = study
        for part in path:
            value = getattr(value, part)
        names = value if isinstance(value, list) else [value]
        if not names:
            continue
        registry: Registry[Any] = getattr(import_module(module), attribute)
        problems += [
            f"{'.'.join(path)}: {UnknownName(registry.kind, str(name), registry)}"
            for name in names
            if name not in registry
        ]
    return problems
