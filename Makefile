# `make help` lists the targets. Everything lives in .venv, made on first use.
BIN := .venv/bin
UV ?= $(shell command -v uv)
ifeq ($(UV),)
PYTHON ?= python3
VENV = $(PYTHON) -m venv .venv
NO_VENV := Python's venv is missing. On Debian or Ubuntu: apt install python3-venv
INSTALL := $(BIN)/python -m pip install --disable-pip-version-check
else # uv is quicker than pip, and finds a Python that suits the course, or fetches one; make UV= lab takes pip
PYTHON ?= >=3.11,<3.14
VENV = $(UV) venv --quiet --seed --allow-existing --python "$(PYTHON)" .venv
NO_VENV := Install Python 3.11, 3.12 or 3.13, from python.org for example.
INSTALL := $(UV) pip install --python $(BIN)/python
endif
ONLY ?=
NOTEBOOKS := $(wildcard notebooks/*.ipynb)
WORKERS ?= 2

# JupyterLab opens a browser only where one can be shown, and refuses root unless told.
LAB_FLAGS := --ip=127.0.0.1 --ServerApp.root_dir=. --LabApp.workspaces_dir=.venv/share/jupyter/lab/workspaces
ifeq ($(shell id -u),0)
LAB_FLAGS += --allow-root
endif
ifneq ($(SSH_CONNECTION),)
LAB_FLAGS += --no-browser
else ifeq ($(shell uname -s)$(DISPLAY)$(WAYLAND_DISPLAY),Linux)
LAB_FLAGS += --no-browser
endif

help: ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 14

lab: .venv/lab ## open the course in JupyterLab
	$(BIN)/jupyter lab $(LAB_FLAGS) --LabApp.default_url=/lab/tree/notebooks/01-introduction.ipynb

course: .venv/test ## run all notebooks without a browser into build/ (ONLY=01 for one)
	$(BIN)/python tools/notebooks.py course $(ONLY)

test: .venv/test lint ## run every test: helpers, notebooks, tools
	$(BIN)/python -m pytest -n $(WORKERS) --nbval tests $(NOTEBOOKS)

quick: .venv/test lint ## run what matters while one writes, in two minutes (CONTRIBUTING.md says what is left out)
	$(BIN)/python -m pytest -n $(WORKERS) -m "not slow and not thorough and not learner" tests

test-offline: .venv/test ## run every test offline; fail if anything tries to use the network (Linux)
	tools/without_network.sh $(MAKE) test

test-learner: .venv/test ## run each learner's edition as it stands, with short trainings: every check says "Not yet"
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -m learner tests/test_notebooks.py

test-hub: .venv/test ## follow the guide to a classroom server: install a JupyterHub, run episode 1 for six learners
	$(BIN)/python -m pytest -m hub -s tests/test_classroom_server.py

# Other versions of the packages than the lock's: the tests that are not slow, and a notebook whose outputs are not compared,
# because other versions print and draw in other ways.
test-oldest: build/oldest ## run what is not slow, and episode 1, with the oldest packages that pyproject.toml allows
test-newest: build/newest ## the same with the newest packages there are
test-oldest test-newest:
	$</bin/python -m pytest -n $(WORKERS) -m "not slow" tests
	$</bin/python tools/notebooks.py course 01

lint: .venv/test ## check the style of code and notebooks
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

notebooks: .venv/test ## execute the notebooks in place, so that their stored outputs are new (ONLY=01 for one)
	$(BIN)/python tools/notebooks.py execute $(ONLY)

learner: ## write the learner's edition (no solutions, no outputs) into build/learner
core: ## write the core edition (no sections called More) into build/core
codealong: ## write the code-along edition (sketches to type into, finished cells folded) into build/codealong
learner core codealong: .venv/test
	$(BIN)/python -m tools.editions $@

slides: .venv/site ## make slides of every notebook, and PDFs if there is a Chromium, into build/slides (ONLY=01 for one)
	$(BIN)/python -m tools.slides $(ONLY)

minutes: .venv/test ## print the minutes of each section; write build/minutes.csv, a form for a class
	$(BIN)/python -m tools.minutes

site: .venv/site ## build the web site from the stored outputs into build/site
	$(BIN)/python -m tools.website
	@echo "Open build/site/index.html, or: $(BIN)/python -m http.server --directory build/site"

archive: .venv/site ## pack what a learner needs into build/cnn-course.zip, with its checksum beside it
	$(BIN)/python -m tools.archive

quizzes: .venv/test ## write quizzes and exercises for Moodle and Canvas into build/quizzes
	$(BIN)/python -m tools.quizzes

stamp: .venv/test ## write the repository's address, once it is set, into every notebook
	$(BIN)/python tools/notebooks.py stamp

fits: .venv/test ## train the shipped fits on the full CIFAR-10 (three hours; goes on where it was stopped)
	$(BIN)/python -m tools.fits

benchmark: .venv/test ## time the older lessons' way beside the introduction on the full CIFAR-10 (an hour or more; close other programs)
	$(BIN)/python -m benchmarks.compare

lock: .venv/dev ## write requirements.lock anew from pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --fork-strategy fewest --all-extras \
		--no-header --no-annotate --no-emit-index-url --no-emit-find-links --upgrade \
		pyproject.toml --output-file requirements.lock

clean: ## remove .venv and everything that was built
	rm -rf .venv build *.egg-info .pytest_cache .ruff_cache

# One stamp a kind of environment. The lock says which versions, pyproject.toml says which packages.
.venv/lab: EXTRAS := lab,share
.venv/site: EXTRAS := share,site
.venv/test: EXTRAS := lab,share,site,test
.venv/dev: EXTRAS := lab,share,site,test,dev
.venv/lab .venv/site: COST := 580 MB to download, 2.5 GB on the disk, and five minutes
.venv/test .venv/dev: COST := 750 MB to download, 3.2 GB on the disk, and seven minutes
.venv/lab .venv/site .venv/test .venv/dev: pyproject.toml requirements.lock tools/jupyterlab_overrides.json tools/jupyterlab_workspace.json tools/ipython_kernel_config.py | .venv/bin/python
	@echo "Installing the course's packages into .venv: up to $(COST). The next time, nothing."
	@$(INSTALL) -c requirements.lock -e ".[$(EXTRAS)]" || \
		{ echo "The installation stopped, see above. The same command again goes on with what is there."; exit 1; }
	@mkdir -p .venv/share/jupyter/lab/settings .venv/share/jupyter/lab/workspaces
	@cp tools/jupyterlab_overrides.json .venv/share/jupyter/lab/settings/overrides.json
	@cp tools/jupyterlab_workspace.json .venv/share/jupyter/lab/workspaces/default-37a8.jupyterlab-workspace
	@$(BIN)/python -m helpers.missing_cells
	@touch $@
	@echo "✓ Installed: $$(du -sh .venv | cut -f1) in .venv."

# What we do not ask for by name is as it was at the time of the oldest TensorFlow; tf2onnx has no release from that time,
# and Keras needs one that is safe.
build/oldest: VERSIONS := --resolution lowest-direct --exclude-newer 2025-04-01 --exclude-newer-package tf2onnx=2026-06-01 --exclude-newer-package keras=2026-06-01
build/newest: VERSIONS := --upgrade
build/newest: always  # there may be newer ones than last time
build/oldest build/newest: pyproject.toml | .venv/dev
	$(BIN)/uv venv --quiet --clear --python $(BIN)/python $@
	$(BIN)/uv pip install --quiet --python $@ $(VERSIONS) --editable ".[lab,share,site,test]" || { rm -rf $@; exit 1; }

.venv/bin/python:
	@[ "$$(uname -sm)" != "Darwin x86_64" ] || { echo "TensorFlow is no longer made for Intel Macs." \
		"Use Google Colab or another computer: README.md, Start."; exit 1; }
	@$(VENV) || { echo "$(NO_VENV)"; exit 1; }
	@$@ -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || { rm -rf .venv; \
		echo "The course needs Python 3.11, 3.12 or 3.13. Try: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }

.PHONY: help lab course test quick test-offline test-learner test-hub test-oldest test-newest lint notebooks learner core codealong slides minutes site archive quizzes stamp fits benchmark lock clean always
