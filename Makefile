# Two commands do everything on a fresh machine with Python 3.11 or newer: `make run` and `make test`.
PYTHON ?= python3
PORT ?= 8000
RUN = .venv/bin/python

# Where the surroundings forbid Python to keep compiled modules, each of our many processes would compile all packages anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run test check format messages bench prepare prepare-dev

run: prepare  ## the product with demo content on http://localhost:$(PORT)/
	@PORT=$(PORT) $(RUN) manage.py run_demo

test: prepare-dev  ## every test: SQLite, PostgreSQL, browser
	@$(RUN) tests/run.py

check: prepare-dev  ## what runs before every commit
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	DJANGO_SETTINGS_MODULE=portal.settings.test .venv/bin/mypy portal home services network
	PYTHONPATH=. .venv/bin/lint-imports
	$(RUN) manage.py makemigrations --check --dry-run
	$(RUN) tests/catalogues.py --check
	@$(RUN) tests/run.py

format: prepare-dev  ## put the code into shape
	.venv/bin/ruff format .
	.venv/bin/ruff check --fix .

messages: prepare-dev  ## collect the strings people see into locale/
	$(RUN) tests/catalogues.py

bench: prepare-dev  ## time the product; prints a table
	$(RUN) tests/bench.py --inbox

prepare:
	@$(PYTHON) deploy/prepare.py

prepare-dev:
	@$(PYTHON) deploy/prepare.py --dev
