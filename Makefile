# demo: match a bundled resume · test: everything that must hold · serve: the service with the sample · see README.md
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STORE ?= clinmatch.db

.PHONY: setup demo test browser check serve evaluate measure fuzz pictures lock clean
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

test: check browser
	$(BIN)/python -m pytest -n 2 --dist loadfile

browser:
	@for name in $$CLINMATCH_CHROMIUM chromium chromium-browser google-chrome; do command -v "$$name" > /dev/null && exit; done; \
	if [ "$$CLINMATCH_NO_BROWSER" = 1 ]; then exit; fi; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get > /dev/null && apt-get update -qq > /dev/null \
	  && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core > /dev/null; then exit; fi; \
	echo "The tests of the pages need a browser: install Debian's chromium, or leave them out by CLINMATCH_NO_BROWSER=1"

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

pictures: setup
	$(BIN)/python -m scripts.pictures

lock: setup
	$(BIN)/pip freeze --exclude-editable | sed 's/+cpu//' > constraints.txt

clean:
	rm -rf $(VENV) build *.egg-info
