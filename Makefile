# Settei in one word each. Any of these may be the first one run: it makes what it needs.

PYTHON ?= python3
ARGS ?=
RUN := .venv/bin/python
SOAK := tests/ip_library/core tests/ip_library/services/test_hostile_imports.py tests/flows/test_editors.py

.DEFAULT_GOAL := help
.PHONY: help demo test serve check soak clean environment environment-dev

help: ## show this list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-7s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: environment ## set up, then draw the sample shot from its sheets to a contact sheet
	@exec $(RUN) manage.py demo $(ARGS)

serve: environment ## the web pages and the worker on http://127.0.0.1:8000; Ctrl-C stops both
	@exec $(RUN) manage.py serve $(ARGS)

test: environment-dev ## run all tests (one of them: make test ARGS="-k name")
	$(RUN) -m pytest -n 2 $(ARGS)

check: environment-dev ## static checks: format, lint, types, layers, Django's own
	$(RUN) -m ruff format --check .
	$(RUN) -m ruff check .
	$(RUN) -m mypy
	.venv/bin/lint-imports --no-logo
	$(RUN) manage.py check
	$(RUN) manage.py makemigrations --check --dry-run

soak: environment-dev ## the long measurements: 10,000 documents a law, 5,000 hostile files a door, a minute of editors
	SETTEI_HYPOTHESIS=10000 SETTEI_HOSTILE=5000 SETTEI_EDITORS_SECONDS=60 $(RUN) -m pytest -n 2 -o faulthandler_timeout=0 $(SOAK) $(ARGS)
	$(RUN) manage.py bench library

clean: ## remove .venv and caches; your library in var/ stays
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -not -path './var/*' -prune -exec rm -rf {} +

environment:
	@$(PYTHON) config/bootstrap.py

environment-dev:
	@$(PYTHON) config/bootstrap.py --dev
