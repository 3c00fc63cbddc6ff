# demo: match a bundled resume · test: everything that must hold · serve: the service with the sample · see README.md
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STORE ?= clinmatch.db

.PHONY: setup demo test check serve evaluate measure fuzz picture lock clean
setup: $(VENV)/.ready

$(VENV)/.ready: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt torch==2.13.0
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	touch $@

demo: setup
	$(BIN)/clinmatch demo

serve: setup
	test -e $(STORE) || $(BIN)/clinmatch ingest --store $(STORE) scripts/sample/postings.jsonl scripts/sample/resumes.jsonl
	$(BIN)/clinmatch serve --store $(STORE)

test: check
	$(BIN)/python -m pytest

check: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

evaluate: setup
	$(BIN)/clinmatch evaluate ../shared/bench
	$(BIN)/clinmatch evaluate --reading ../shared/bench --part tuned
	$(BIN)/clinmatch evaluate --reading ../shared/bench --part aside
	$(BIN)/clinmatch evaluate ../shared/bench --eligibility verdicts.tsv

measure: setup
	$(BIN)/clinmatch measure ../shared/data/postings.jsonl.gz --store measure.db

fuzz: setup
	CLINMATCH_FUZZ_EXAMPLES=200 $(BIN)/python -m pytest tests/service/test_schemathesis.py

picture: setup
	$(BIN)/python -m scripts.picture

lock: setup
	$(BIN)/pip freeze --exclude-editable | sed 's/+cpu//' > constraints.txt

clean:
	rm -rf $(VENV) build *.egg-info
