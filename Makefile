# Two commands matter: `make run` and `make test`. The rest is for people who change the code: `make help`.
# Plain make on purpose: macOS ships GNU make 3.81.

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --require-hashes --only-binary :all:
UV := $(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --no-emit-index-url --no-annotate
# What only reads the code needs settings, but neither a .env nor a database.
BARE := env SECRET_KEY=for-checks-only DATABASE_URL=sqlite://:memory:
ARGS ?=

.PHONY: help run demo test test-sqlite test-postgres faults bench docs-screenshots lint fix migrations lock

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-17s %s\n", $$1, $$2 }' Makefile

run: $(VENV)/run.stamp .env ## start ShopCRM on this machine (ARGS="--port 8001" for another port)
	@echo "正在准备数据……"
	@$(BIN)/python manage.py migrate --verbosity 0
	@$(BIN)/python manage.py seed_demo --if-empty > /dev/null
	@$(BIN)/python manage.py up $(ARGS)

demo: $(VENV)/run.stamp .env ## load the demo company into an empty database (ARGS="--customers 50000 --orders 500000")
	@$(BIN)/python manage.py migrate --verbosity 0
	@$(BIN)/python manage.py seed_demo $(ARGS)

test: $(VENV)/dev.stamp ## the whole suite on SQLite and on PostgreSQL + Redis (ARGS="tests/imports -k plate")
	@$(BIN)/python tests/run.py -- $(ARGS)

test-sqlite: $(VENV)/dev.stamp ## only the SQLite leg
	@$(BIN)/python tests/run.py --leg sqlite -- $(ARGS)

test-postgres: $(VENV)/dev.stamp ## only the PostgreSQL + Redis leg
	@$(BIN)/python tests/run.py --leg postgres -- $(ARGS)

bench: $(VENV)/dev.stamp ## every benchmark beside its limit, about an hour (ARGS=--quick for a tenth of the size)
	@$(BIN)/python -m benchmarks $(ARGS)

faults: $(VENV)/dev.stamp ## kill the product's processes for real and print what was lost or done twice (FAULT_ROUNDS=20)
	@FAULT_ROUNDS=$${FAULT_ROUNDS:-20} $(BIN)/python tests/run.py --leg sqlite -- -q -s -m faults tests/faults $(ARGS)
	@FAULT_ROUNDS=$${FAULT_ROUNDS:-20} $(BIN)/python tests/run.py --leg postgres -- -q -s -m faults tests/faults $(ARGS)

docs-screenshots: $(VENV)/dev.stamp ## take every picture of the README again, from the demo company on one fixed morning
	@$(BIN)/python -m tests.pictures

lint: $(VENV)/dev.stamp ## everything a machine can say about the code without running it
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djlint --quiet --lint templates
	$(BARE) $(BIN)/python manage.py check --fail-level WARNING
	$(BARE) $(BIN)/python manage.py makemigrations --check --dry-run

fix: $(VENV)/dev.stamp ## let ruff mend and format the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

migrations: $(VENV)/dev.stamp ## write migrations for changed models (ARGS="customers --name customer_story")
	$(BARE) $(BIN)/python manage.py makemigrations $(ARGS)

lock: $(VENV)/dev.stamp ## resolve both requirements files again, within their bounds (ARGS="--upgrade")
	$(UV) $(ARGS) requirements.in -o requirements.txt
	$(UV) $(ARGS) requirements-dev.in -o requirements-dev.txt

.env: | $(VENV)/run.stamp
	@$(BIN)/python -m core.environment

$(VENV)/run.stamp: requirements.txt $(VENV)/pyvenv.cfg
	@echo "正在安装依赖（首次约一分钟）……"
	@$(PIP) -r requirements.txt
	@touch $@

$(VENV)/dev.stamp: requirements-dev.txt $(VENV)/pyvenv.cfg
	@echo "Installing the development requirements ..."
	@$(PIP) -r requirements-dev.txt
	@touch $@

# A version manager may offer a python3.12 that only says "not installed": each candidate has to prove itself.
$(VENV)/pyvenv.cfg:
	@for python in $(PYTHON) python3.11 python3.12 python3.13 python3.14 python3; do \
	  $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 || continue; \
	  $$python -m venv $(VENV) >/dev/null 2>&1 && exit 0; \
	  rm -rf $(VENV); broken=$$python; \
	done; \
	if [ -n "$$broken" ]; then \
	  echo "$$broken 缺少 venv 模块。Debian/Ubuntu 请先运行：sudo apt-get install python3-venv" >&2; \
	else \
	  echo "没有找到 Python 3.11 或更高版本。Debian：sudo apt-get install python3 python3-venv；macOS：brew install python@3.12" >&2; \
	fi; exit 1
