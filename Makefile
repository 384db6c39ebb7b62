# One command for each routine. `make` lists them.

# The first that runs: a name on the path may be no more than another tool's shim.
PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11; do \
  $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)
PORT ?= 8000
BIN := .venv/bin
# Two processes, a file of tests in one of them, in the order of the files: those in a browser last.
# No more than two: each has Redis databases of its own (tests/settings.py).
PYTEST := $(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

.PHONY: help run test check bench test-service format lock invented clean

help: ## List these commands
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

run: .venv/service staticfiles/staticfiles.json ## Set everything up and serve it on http://127.0.0.1:8000 (PORT= moves it)
	@PORT=$(PORT) scripts/run

test: .venv/development staticfiles/staticfiles.json ## Set up and run the whole suite on SQLite and the filesystem broker
	$(PYTEST) $(ARGS)

test-service: .venv/development staticfiles/staticfiles.json ## The suite on DATABASE_URL and REDIS_URL; nothing may be skipped
	@test -n "$(DATABASE_URL)" -a -n "$(REDIS_URL)" || { echo "Set DATABASE_URL and REDIS_URL."; exit 2; }
	NOTHING_SKIPPED=1 $(PYTEST) $(ARGS)

check: .venv/development ## Lint, types, import contracts, migrations in step, deploy check
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djlint --lint --quiet templates
	$(BIN)/mypy
	$(BIN)/lint-imports
	SECRET_KEY=$$(head -c 40 /dev/urandom | base64) VAR_DIR=$$(mktemp -d) $(BIN)/python manage.py makemigrations --check --dry-run
	SECRET_KEY=$$(head -c 60 /dev/urandom | base64) VAR_DIR=$$(mktemp -d) $(BIN)/python manage.py check --deploy --fail-level WARNING

bench: .venv/development staticfiles/staticfiles.json ## Measure, as ratios within one run (DATABASE_URL: PostgreSQL)
	$(BIN)/python -m bench $(ARGS)

invented: .venv/service ## Make invented statutory returns in var/invented, to try the import with
	SECRET_KEY=for-this-command-only $(BIN)/python manage.py make_ssda903 var/invented

format: .venv/development ## Put the code in its usual shape
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: ## Write constraints.txt anew from the newest versions that requirements allow
	rm -rf .venv-lock && $(PYTHON) -m venv .venv-lock
	.venv-lock/bin/pip install --quiet --upgrade -r requirements-dev.txt
	{ echo "# Exact versions of every part, written by \`make lock\`."; \
	  .venv-lock/bin/pip freeze --exclude-editable; } > constraints.txt
	rm -rf .venv-lock

clean: ## Remove what was set up here; the data in var/ stays
	rm -rf .venv node_modules static/build staticfiles

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or later is needed."; exit 2; }
	$(PYTHON) -m venv .venv

.venv/service: .venv/bin/python requirements.txt constraints.txt
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements.txt -c constraints.txt
	touch $@

.venv/development: .venv/bin/python requirements.txt requirements-dev.txt constraints.txt
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements-dev.txt -c constraints.txt
	touch $@ .venv/service

static/build/app.css: package-lock.json package.json $(wildcard static_src/* static_src/*/*) scripts/npm | .venv/bin/python
	$(BIN)/python scripts/npm ci
	$(BIN)/python scripts/npm run build
	touch $@

# Under their lasting names, compressed.
staticfiles/staticfiles.json: static/build/app.css $(wildcard static/js/* static/images/*) .venv/service
	SECRET_KEY=for-this-command-only $(BIN)/python manage.py collectstatic --noinput --clear --verbosity 0 --ignore rest_framework
