# make run    plan Dortmund from the embedded data and name the report to open
# make test   run all tests that take minutes together, not each
# make check  style and types: ruff and mypy
PYTHON ?= python3
ARGS ?=
VENV := .venv
READY := $(VENV)/.ladeplan-installed

.PHONY: run test check bench validate validity docs wheel-check
.DEFAULT_GOAL := run

run: $(READY)
	$(VENV)/bin/ladeplan $(ARGS)

test: $(READY)
	$(VENV)/bin/python -m pytest -n auto --dist worksteal $(ARGS)

check: $(READY)
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	$(VENV)/bin/mypy

# speed against rivals, measured and written to docs/benchmarks.md; not part of `make test`
bench: $(READY)
	BENCHMARKS_PAGE=docs/benchmarks.md $(VENV)/bin/python -m pytest -m benchmark -s $(ARGS)

# closed forms and whole-city checks that take minutes
validate: $(READY)
	$(VENV)/bin/python -m pytest -m slow $(ARGS)

# docs/validity.md: the simulation against exact theory and real sessions; a few minutes
validity: $(READY)
	$(VENV)/bin/python -m sim.app.validity $(ARGS)

# pages that are written from the code
docs: $(READY)
	$(VENV)/bin/python -m sim.app.reference

# the wheel, installed and run outside the checkout
wheel-check: $(READY)
	.ci/wheel-check $(PYTHON) $(VENV)/bin/python

# The step that needs the package index; every package is pinned by its hash. The package itself comes last, without
# build isolation, so that the build backend is a pinned one too.
$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	{ echo "ladeplan needs Python 3.11 or newer; '$(PYTHON)' is older or missing. Try: make PYTHON=python3.11"; exit 2; }
	$(PYTHON) -m venv $(VENV)
	$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e .
	@touch $@
