# Every target sets itself up: a virtual environment in .venv, from the versions in constraints.txt.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Tests start the command very often; it should not be compiled each time.
unexport PYTHONDONTWRITEBYTECODE
READY := $(VENV)/.ready
# Whoever has nothing left to do takes over from the others.
XDIST := -n auto --dist worksteal
# The slow ones share what is set up for their file: a cluster, a county. The long files come first (tests/conftest.py);
# by itself, xdist would put those with the fewest tests last, which are the longest.
BY_FILE := -n auto --dist loadfile --no-loadscope-reorder

.PHONY: demo test check types quick mutants soak generate pictures bench wheel bundle desk format clean

demo: $(READY)
	$(BIN)/xlperf demo

# The types take one core a minute; the tests need not wait for it.
check: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	+$(MAKE) --no-print-directory -j2 types quick

types: $(READY)
	$(BIN)/mypy

quick: $(READY)
	$(BIN)/pytest $(XDIST) -m "not whole and not slow and not soak"

test: check
	$(BIN)/pytest $(BY_FILE) -m "(whole or slow) and not soak"

mutants: $(READY)
	$(BIN)/python -m tests.mutants.run

soak: $(READY)
	$(BIN)/pytest $(XDIST) -m soak
	$(BIN)/pytest $(XDIST) -m "hypothesis and not slow and not soak" --hypothesis-profile searching

generate: $(READY)
	$(BIN)/python -m xlperf.editions.vba.build
	$(BIN)/python -m xlperf.editions.shipped
	$(BIN)/python -m docs.generate

pictures: $(READY)
	$(BIN)/python -m docs.pictures
	$(BIN)/python -m tests.hosts.pictures

bench: $(READY)
	$(BIN)/python -m tests.benchmarks.bench_master
	$(BIN)/python -m tests.benchmarks.bench_recalculate
	$(BIN)/python -m tests.benchmarks.bench_reports
	$(BIN)/python -m tests.benchmarks.bench_engines --write docs/性能.md

# What is installed elsewhere: the wheel; the wheel with all that it needs, for machines like this one without a network.
wheel: $(READY)
	@rm -f dist/xlperf-*.whl
	$(BIN)/python -m pip wheel --quiet --no-deps --wheel-dir dist .

bundle: wheel
	$(BIN)/python -m pip wheel --quiet -c constraints.txt --wheel-dir dist/bundle dist/xlperf-*.whl

# A folder for Windows: scripts that files are dropped on, and the wheels for every version of Python.
desk: wheel
	$(BIN)/python -m xlperf.excel.desk dist/desk dist/xlperf-*.whl constraints.txt

format: $(READY)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

$(READY): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
