"""Who may import whom, and where the large packages live. A breach is named with file and line."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LAYERS = [
    {"compiling", "errors", "registry", "tables", "parameter", "rng", "clock"},
    {"economics", "city"},
    {"importers", "demand"},
    {"simulation", "planning"},
    {"scoring"},
    {"study", "validity"},
    {"report"},
    {"app"},
]
LAYER = {room: number for number, rooms in enumerate(LAYERS) for room in rooms}
STRANGERS = {("simulation", "planning"), ("planning", "simulation"), ("scoring", "planning")}
HOME = {
    "simpy": ("sim/simulation/engines/",),
    "numba": ("sim/simulation/engines/", "sim/planning/kernel.py"),
    "pulp": ("sim/planning/milp/",),
    "highspy": ("sim/planning/milp/",),
    "matplotlib": ("sim/report/",),
    "hydra": ("sim/app/",),
    "omegaconf": ("sim/app/",),
}
DOORS = {"__init__", "__main__"}  # sim/__init__.py names what is public, sim/__main__.py calls the app
NEVER = {"scipy", "pydantic", "pandera", "folium", "plotly"}


def breaches(root: Path) -> Iterator[str]:
    """`file:line: what` for every import under root/sim that breaks a rule, wherever in the file it stands."""
    for path in sorted((root / "sim").rglob("*.py")):
        file = path.relative_to(root).as_posix()
        room = path.relative_to(root / "sim").parts[0].removesuffix(".py")
        for line, module in _imports(ast.parse(path.read_text(encoding="utf-8")), file):
            problem = _breach(file, room, module)
            if problem:
                yield f"{file}:{line}: {problem}"


def _imports(tree: ast.Module, file: str) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            here = file.removesuffix(".py").split("/")[: -node.level] if node.level else []
            yield from ((node.lineno, ".".join([*here, node.module or "", alias.name])) for alias in node.names)


def _breach(file: str, room: str, module: str) -> str:
    parts = [part for part in module.split(".") if part]
    if parts[0] in NEVER:
        return f"{parts[0]} is not used in this project"
    if parts[0] in HOME and not file.startswith(HOME[parts[0]]):
        return f"{parts[0]} is imported outside {' and '.join(home.rstrip('/') for home in HOME[parts[0]])}"
    if parts[0] != "sim" or len(parts) == 1 or room in DOORS:
        return ""
    other = parts[1]
    if other not in LAYER or room not in LAYER:
        return f"{room} or {other} has no layer; add it to the table in this test"
    same_layer_stranger = LAYER[other] == LAYER[room] > 0 and other != room and LAYER[room] in (3,)
    if LAYER[other] > LAYER[room] or (room, other) in STRANGERS or same_layer_stranger:
        return f"{room} (layer {LAYER[room]}) imports {other} (layer {LAYER[other]})"
    return ""


def test_no_import_breaks_the_layers() -> None:
    assert list(breaches(ROOT)) == []


@pytest.mark.parametrize(
    ("file", "code", "found"),
    [
        ("city/a.py", "from sim.study.study import Study\n", "sim/city/a.py:1: city (layer 1) imports study (layer 5)"),
        ("city/a.py", "def f():\n    import sim.report.page\n", "sim/city/a.py:2: city (layer 1) imports"),
        ("city/a.py", "from ..app import cli\n", "sim/city/a.py:1: city (layer 1) imports app (layer 7)"),
        ("clock.py", "from sim import app\n", "sim/clock.py:1: clock (layer 0) imports app (layer 7)"),
        ("planning/a.py", "import sim.simulation.run\n", "sim/planning/a.py:1: planning (layer 3) imports"),
        ("simulation/a.py", "import sim.planning.plan\n", "sim/simulation/a.py:1: simulation (layer 3) imports"),
        ("scoring/a.py", "\n\nfrom sim.planning import plan\n", "sim/scoring/a.py:3: scoring (layer 4) imports"),
        ("simulation/run.py", "def f():\n    import simpy\n", "sim/simulation/run.py:2: simpy is imported outside"),
        ("study/a.py", "from pulp import LpProblem\n", "sim/study/a.py:1: pulp is imported outside sim/planning/milp"),
        ("study/a.py", "import matplotlib.pyplot as plt\n", "sim/study/a.py:1: matplotlib is imported outside"),
        ("report/a.py", "from omegaconf import OmegaConf\n", "sim/report/a.py:1: omegaconf is imported outside"),
        ("city/a.py", "import scipy.spatial\n", "sim/city/a.py:1: scipy is not used in this project"),
        ("attic/a.py", "import sim.clock\n", "sim/attic/a.py:1: attic or clock has no layer"),
    ],
)  # fmt: skip
def test_a_planted_breach_is_found_with_file_and_line(tmp_path: Path, file: str, code: str, found: str) -> None:
    path = tmp_path / "sim" / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(code)
    assert [breach[: len(found)] for breach in breaches(tmp_path)] == [found]


def test_permitted_imports_are_no_breach(tmp_path: Path) -> None:
    (tmp_path / "sim" / "simulation" / "engines").mkdir(parents=True)
    code = "import simpy\nimport numpy\nfrom sim.demand.requests import Requests\nfrom . import other\n"
    (tmp_path / "sim" / "simulation" / "engines" / "a.py").write_text(code)
    (tmp_path / "sim" / "__main__.py").write_text("from sim.app.cli import main\n")
    assert list(breaches(tmp_path)) == []


HEAVY = ("simpy", "numba", "pulp", "highspy", "matplotlib", "hydra", "geopandas")


def _loads(modules: list[str]) -> str:
    code = f"import sys, {', '.join(modules)}; print([m for m in {HEAVY} if m in sys.modules])"
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=env).stdout


def test_importing_sim_loads_nothing_heavy() -> None:
    assert _loads(["sim"]) == "[]\n"


def test_importing_the_rooms_below_the_report_loads_nothing_heavy() -> None:
    # engines and the milp folder are the homes of heavy packages and are imported when they are first used
    modules = [
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for path in sorted((ROOT / "sim").rglob("*.py"))
        if not {"report", "app", "engines", "milp", "__main__.py"} & set(path.relative_to(ROOT).parts)
    ]
    assert _loads(modules) == "[]\n"


def test_the_command_line_module_loads_nothing_heavy() -> None:
    assert _loads(["sim.app.cli"]) == "[]\n"
