# Each target does its own set-up, says what it does, and is quick the second time.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RUN := $(BIN)/python manage.py
export OMP_NUM_THREADS ?= 1
export OPENBLAS_NUM_THREADS ?= 1

# How many tests run at the same time.
TESTERS ?= 2
PYTEST := $(BIN)/python -m pytest -n $(TESTERS) --dist worksteal

.PHONY: help demo run test unit check lint types services-test audit bench lock browser screenshots messages clean

help: ## Show what can be done
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

demo: .make/run ## Run the whole product with made-up listeners, no account anywhere: http://127.0.0.1:8000
	@$(RUN) demo

run: .make/run .env ## Run it with the real Spotify from .env
	@$(RUN) run

test: .make/dev browser ## Run all tests on SQLite, no server needed
	$(PYTEST)

unit: .make/dev ## Run the tests that need no browser, no process, no HTTP, and walk over no whole site
	$(PYTEST) -m "not processes and not sandbox" $(addprefix --ignore tests/,browser journeys services security)

check: lint types test ## The gate

lint: .make/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/djlint templates --lint --quiet
	$(BIN)/python -m tests.limits 40 400

types: .make/dev
	SECRET_KEY=unused $(BIN)/mypy .

# What breaks servers on purpose, and what works on the database; the rest of these folders knows no database.
SERVICES_TESTS ?= tests/services tests/jobs tests/accounts tests/library tests/moods tests/playlists tests/api
NO_DATABASE := tests/library/imports tests/moods/classifier tests/moods/pictures tests/moods/sharing \
  tests/moods/sources tests/playlists/selection
services-test: .make/dev ## Run the tests on DATABASE_URL (PostgreSQL) and REDIS_URL; break servers of their own
	TEST_SERVICES=1 $(PYTEST) --create-db -m "not processes" $(SERVICES_TESTS) $(addprefix --ignore ,$(NO_DATABASE))

audit: .make/dev ## Look for known holes in the locked packages (asks pypi.org; not part of the gate)
	@$(BIN)/pip-audit --strict --disable-pip -r requirements.txt || (echo "No clean bill: a hole is named above," \
	  "or pypi.org did not tell its advisories and nothing was audited." && exit 1)

bench: .make/dev ## Print every figure quoted in the documentation
	$(BIN)/python -m bench

# Extras stay named: pip, asked for `kombu[redis]>=5` under hashes, would refuse a lock that pins plain `kombu`
# as soon as a newer kombu is out.
lock: .make/dev ## Write the locked requirements anew from requirements*.in
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-strip-extras requirements.in -o requirements.txt
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-strip-extras requirements-dev.in -o requirements-dev.txt

screenshots: .make/dev browser ## Take the pictures in docs/screenshots from the running product
	$(BIN)/python -m tests.browser.screenshots

messages: .make/dev ## Collect and compile the translations (needs gettext)
	$(RUN) makemessages --all --ignore=.venv --ignore=staticfiles --no-obsolete --no-location --no-wrap
	$(RUN) compilemessages --ignore=.venv

browser: ## Install Chromium for the browser tests where there is none
	@command -v chromium >/dev/null 2>&1 || (echo "Installing Chromium from the system's packages" \
	  && (apt-get update -qq && apt-get install -y -qq chromium chromium-driver) >/dev/null)

clean: ## Remove what set-up made (never var/ or .env)
	rm -rf $(VENV) .make staticfiles

$(BIN)/python:
	@echo "Creating the virtual environment in $(VENV)"
	@$(PYTHON) -m venv $(VENV)
	@# Lets commands in any folder import the project.
	@pwd > $$($(BIN)/python -c 'import site; print(site.getsitepackages()[0])')/moodsite.pth

.make/run: requirements.txt | $(BIN)/python
	@test -f .make/dev || (echo "Installing what Moodsite needs (about half a minute)" \
	  && $(BIN)/python -m pip install -q --require-hashes -r requirements.txt)
	@mkdir -p .make staticfiles && touch $@

.make/dev: requirements-dev.txt | $(BIN)/python
	@echo "Installing what Moodsite and its tests need (about a minute)"
	@$(BIN)/python -m pip install -q --require-hashes -r requirements-dev.txt
	@mkdir -p .make staticfiles && touch $@

.env: | .make/run
	@$(BIN)/python -m moodsite.first_env
