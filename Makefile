# Each target sets itself up from Python 3.11 alone (tools/install.py), and is fast the second time.

VENV := .venv
BIN := $(VENV)/bin
WORKERS ?= 2
DEMO ?= demo
BENCH ?= .bench
EVENTS ?= 1000000

# polku is tested with Python 3.11; a later one is taken where there is no 3.11. It has to run, not only
# to be found: version managers leave names behind that do not.
PYTHON ?= $(shell for python in python3.11 python3 python3.12 python3.13 python3.14; do \
	"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2> /dev/null && echo "$$python" && break; done)

# An environment whose Python was removed is made anew.
$(shell test -x $(BIN)/python || rm -f $(VENV)/.run $(VENV)/.dev)

.PHONY: help demo test test-long peers spark check fix bench locks sbom clean assets chromium python

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1|\2/p' Makefile | while IFS='|' read -r name does; do \
		printf '  make %-10s %s\n' "$$name" "$$does"; done

demo: $(VENV)/.run assets ## set up, import the example, write its report, and open it in the studio (Ctrl+C stops)
	@$(BIN)/polku demo --data $(DEMO)

test: check chromium ## what every change must pass: check, and all tests but the long ones
	@$(BIN)/python -m pytest -n $(WORKERS) -m "not long"

test-long: check chromium ## check and all tests, up to two hours; says at the end what was skipped, and why
	@POLKU_TEST_CASES=searching PYTHONPATH=$(CURDIR)/$(VENV)/spark $(BIN)/python -m pytest -n $(WORKERS) -rsR

peers: $(VENV)/.dev assets ## hold answers against other libraries, in an environment of their own
	@test -x $(VENV)/peers/bin/python || $(BIN)/uv venv --quiet --python $(BIN)/python $(VENV)/peers
	@$(BIN)/uv pip install --quiet --python $(VENV)/peers/bin/python lifelines scipy pm4py polars pyarrow
	@$(BIN)/uv pip install --quiet --python $(VENV)/peers/bin/python ChannelAttribution || echo "ChannelAttribution could not be built: its tests are skipped"
	@POLKU_PEERS=$(CURDIR)/$(VENV)/peers $(BIN)/python -m pytest -rsR tests/peers tests/analytics/test_peers_agree.py

spark: $(VENV)/.dev assets ## hold answers of Spark against those of DuckDB (needs Java 17; fetches 430 MB once)
	@command -v java > /dev/null || { \
		echo "Spark needs Java 17 or later (Debian: apt-get install openjdk-17-jre-headless; macOS: brew install openjdk@17)" >&2; exit 1; }
	@test -d $(VENV)/spark/pyspark || $(BIN)/uv pip install --quiet --python $(BIN)/python --target $(VENV)/spark "pyspark>=4.3,<5"
	@PYTHONPATH=$(CURDIR)/$(VENV)/spark $(BIN)/python -m pytest -rsR tests/analytics/test_on_spark.py tests/records/test_spark_sql.py

check: $(VENV)/.dev assets ## format, lint, types, direction of imports
	@$(BIN)/ruff format --check --quiet . || { $(BIN)/ruff format --check .; echo "make fix formats them"; exit 1; }
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy src tools bench
	@$(BIN)/lint-imports --no-logo > $(VENV)/imports.log || { cat $(VENV)/imports.log; exit 1; }
	@grep kept $(VENV)/imports.log | tail -n 1

fix: $(VENV)/.dev ## format, and mend what the linter can mend
	@$(BIN)/ruff check --fix --quiet . || true
	@$(BIN)/ruff format .

bench: $(VENV)/.dev assets ## time polku on this machine, and beside other tools (EVENTS=10000000 for the large log)
	-@$(BIN)/python -m bench
	-@$(BIN)/python -m bench.imports --rows 1000000
	-@$(BIN)/python -m bench.imports --rows 10000000 --kinds csv,xes
	-@$(BIN)/python -m bench.measures --events $(EVENTS) --data $(BENCH)
	-@$(BIN)/python -m bench.shapley
	-@$(BIN)/python -m bench.layer
	-@$(BIN)/python -m bench.peers --events $(EVENTS) --data $(BENCH)

locks: $(VENV)/.dev ## resolve the locked requirements anew, after a change of dependencies
	@set -e; lock() { $(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-config --quiet --upgrade --custom-compile-command "make locks" "$$@"; }; \
	lock pyproject.toml --extra office --extra studio -o requirements.lock; \
	lock --group build -c requirements.lock -o requirements-build.lock; \
	lock --group node -o requirements-node.lock; \
	lock --group uv -o requirements-uv.lock; \
	lock pyproject.toml --extra match --extra office --extra postgres --extra studio --extra voice --group dev -c requirements.lock -c requirements-build.lock -o requirements-dev.lock

sbom: $(VENV)/.run ## write the bill of materials with licences (CycloneDX) to polku.cdx.json
	@$(BIN)/python tools/sbom.py > polku.cdx.json

clean: ## remove everything that was made here
	rm -rf $(VENV) build dist $(DEMO) $(BENCH) report.html polku.cdx.json .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	rm -rf src/polku/scene/fonts/common
	rm -rf src/polku/studio/static/vendor
	rm -f src/polku/scene/fonts/*.ttf src/polku/scene/fonts/OFL.txt src/polku/scene/fonts/source.sha256
	find src tests -name '*.mo' -delete
	find src tests tools bench examples -name __pycache__ -prune -exec rm -rf {} +

$(VENV)/.run: requirements.lock requirements-build.lock pyproject.toml tools/install.py | python
	@$(PYTHON) tools/install.py
	@touch $@

$(VENV)/.dev: requirements-dev.lock pyproject.toml tools/install.py | python
	@$(PYTHON) tools/install.py --dev
	@touch $@ $(VENV)/.run

# Each time, not only when setting up: fonts and catalogues belong to the tree, not to the environment.
assets:
	@$(BIN)/python -m polku.assets --quiet

python:
	@if [ -z "$(PYTHON)" ]; then \
		echo "polku needs Python 3.11 or later, and none was found."; \
		echo "Debian, Ubuntu: apt-get install python3 python3-venv; macOS: brew install python@3.11; else python.org"; \
		exit 1; \
	fi >&2

chromium:
	@if command -v chromium chromium-browser google-chrome > /dev/null 2>&1; then exit 0; fi; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get > /dev/null 2>&1; then \
		echo "Installing Chromium, once, for the browser tests"; \
		get() { DEBIAN_FRONTEND=noninteractive apt-get "$$@" > /dev/null 2>&1; }; \
		get install -qq --no-install-recommends chromium \
		|| { get update -qq && get install -qq --no-install-recommends chromium; } \
		|| echo "Chromium could not be installed: the browser tests are skipped"; \
	else \
		echo "No Chromium found: the browser tests are skipped (Debian: apt-get install chromium)"; \
	fi
