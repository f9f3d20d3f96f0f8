# Everything a person does in this checkout. Works with GNU make 3.81 (macOS) and newer, also in a path with spaces.

.DEFAULT_GOAL := help
.PHONY: help demo up test lint bench pins clean venv

PYTHON ?= python3
UV := .homing/uv/bin/uv
PIP_INSTALL := -m pip install -qq --disable-pip-version-check
PIN := pip compile pyproject.toml -q --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --custom-compile-command 'make pins'

# A shell that has another Python's modules on its path (ROS, an IDE) would mix them into .venv.
unexport PYTHONPATH PYTHONHOME

# Sets $$python to an interpreter that is new enough and can make a venv, or says what to do and stops.
define find_python
for python in "$(PYTHON)" python3.13 python3.12 python3.11 ''; do \
	"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && break; \
done; \
if [ -z "$$python" ]; then \
	echo 'Homing needs Python 3.11 or newer. Install one, or name yours: make PYTHON=/path/to/python3' >&2; exit 1; \
fi; \
if ! "$$python" -c 'import ensurepip, venv' 2>/dev/null; then \
	echo "$$python cannot make a venv. On Debian and Ubuntu: sudo apt install python3-venv" >&2; exit 1; \
fi
endef

help: ## Show this list
	@echo 'Homing takes people through onboarding journeys that last for months, on Temporal.'
	@echo
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-6s %s\n", $$1, $$2 }' Makefile
	@echo
	@echo 'Options go in ARGS: make test ARGS="-k quiet_hours"'
	@echo 'Production topology: cp .env.example .env, fill it in, docker compose up --detach'

demo: venv ## See a journey from signup to its end on this machine: no accounts, no Docker
	@exec .venv/bin/python starter.py demo $(ARGS)

up: venv ## Run the local stack (PostgreSQL, Temporal and its UI, the sandbox) to build against
	@exec .venv/bin/python starter.py up $(ARGS)

test: venv ## Run the tests
	@exec .venv/bin/python -m pytest $(ARGS)

lint: venv ## Check style, types, and the use of Temporal
	.venv/bin/python -m ruff check .
	.venv/bin/python -m ruff format --check .
	.venv/bin/python -m mypy
	.venv/bin/temporalint workflows activities client worker.py worker_parts.py starter.py

bench: venv ## Measure, as ratios against a bare workflow in the same run
	@exec .venv/bin/python -m bench $(ARGS)

pins: $(UV) ## Pin what pyproject.toml asks for, with hashes (ARGS=--upgrade for newest versions)
	$(UV) $(PIN) --extra local --extra dev -o requirements/dev.txt $(ARGS)
	$(UV) $(PIN) --constraint requirements/dev.txt -o requirements/run.txt

clean: ## Remove what these commands made: .venv, the demo's data, caches
	rm -rf .venv .homing .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# pins.txt is written last, so a .venv without it was interrupted and is begun again;
# with an older one only what changed is installed.
venv:
	@if cmp -s requirements/dev.txt .venv/pins.txt && .venv/bin/python -c '' 2>/dev/null; then exit 0; fi; \
	$(find_python); \
	set -e; \
	if [ -f .venv/pins.txt ] && .venv/bin/python -c '' 2>/dev/null; then \
		echo 'Updating .venv to the new pins'; \
		rm .venv/pins.txt; \
	else \
		echo 'Setting up .venv (once, about a minute)'; \
		"$$python" -m venv --clear .venv; \
	fi; \
	.venv/bin/python $(PIP_INSTALL) --require-hashes -r requirements/dev.txt; \
	cp requirements/dev.txt .venv/pins.txt

$(UV):
	@$(find_python); \
	set -e; \
	"$$python" -m venv .homing/uv; \
	.homing/uv/bin/python $(PIP_INSTALL) uv
