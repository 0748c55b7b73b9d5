# Every target installs what it needs into .venv; `make help` lists them.
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV := $(BIN)/uv
READY := $(VENV)/.ready

.PHONY: help run demo test check fix bench docs browser clean

help: ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 16

run: $(READY) ## start the bot; without a .env it brings the sandbox world along, on http://127.0.0.1:8400
	@exec $(BIN)/cosell run

demo: $(READY) ## one whole motion in the terminal
	@$(BIN)/cosell demo

# In two runs: a running bot's threads draw random numbers, which property tests beside it take for their own.
test: $(READY) browser ## every check and every test
	@$(MAKE) --no-print-directory check
	@$(BIN)/python -m pytest -q -n 3 --dist loadfile --ignore tests/scenarios --ignore tests/bot
	@$(BIN)/python -m pytest -q -n 3 --dist loadfile tests/scenarios tests/bot

check: $(READY) ## format, lint, types, import rules
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo

fix: $(READY) ## format and mend what can be mended by itself
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

bench: $(READY) ## the three clocks for 50 deals that change at once, and the engine's own share for one
	@$(BIN)/python -m bench.motion --deals 50
	@$(BIN)/python -m bench.motion --deals 1 --rounds 20 --no-approve

docs: $(READY) ## take the screenshots in docs/ anew
	@$(BIN)/python -m bench.screenshots docs/images

# A browser for the page's tests: the machine's own, Debian's package where we may install it, else Playwright's.
browser: $(READY)
	@$(BIN)/python -m tests.browser

# uv is installed into the same .venv it fills, so nothing is needed beforehand but Python and a package index.
$(READY): pyproject.toml uv.lock
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@test -x $(UV) || $(BIN)/python -m pip install --quiet --disable-pip-version-check 'uv>=0.13'
	@$(UV) sync --quiet --frozen --inexact
	@touch $(READY)

clean: ## remove .venv and what running left behind
	@rm -rf $(VENV) var .mypy_cache .ruff_cache .pytest_cache .hypothesis
