# Small N. `make book` reads, `make serve` shows, `make test` checks; each sets up .venv itself.
.PHONY: book page serve pdf lab check test test-all test-exercises test-grading exercises demos bench-demos bench-exact bench-accuracy bench-smoothness bench-build bench-grading bench-report audit lint requirements update complete clean help
.DEFAULT_GOAL := help

PY := .venv/bin/python
PORT ?= 8000

help:
	@echo "make book            build the course into _build/html"
	@echo "make page P=07       build chapter 7 alone, or any page by its name"
	@echo "make serve           build it and show it on http://localhost:$(PORT)"
	@echo "make pdf             build it and print it as one PDF, _build/small_n.pdf"
	@echo "make lab             build it and open its chapters and exercises in JupyterLab"
	@echo "make check           lint, and run what needs no browser, no sampler and no built site"
	@echo "make test            build it and run what has to hold before a change lands"
	@echo "make test-all        build it and run everything: every clinic, every page, new tables"
	@echo "make test-exercises  print what each check gives to right and to wrong answers"
	@echo "make test-grading    print what each kind of submission is graded, and whether it harms"
	@echo "make lint            format and lint Python and JavaScript, check the types"
	@echo "make exercises       write exercises/ again from solutions/"
	@echo "make demos           bundle the demos' JavaScript again (needs Node)"
	@echo "make bench-demos     time the demos' exact posterior in Chromium, beside a naive one"
	@echo "make bench-exact     time the exact posterior in Python, beside the browser's and PyMC"
	@echo "make bench-accuracy  search random tables for where the browser's posterior errs"
	@echo "make bench-smoothness"
	@echo "                     time how long the demos hold a page, here and on slower machines"
	@echo "make bench-build     time the book's build, beside a plain jupyter-book build"
	@echo "make bench-grading   time the grading of a class, beside nbgrader's"
	@echo "make bench-report    time the report on 100 to 50,000 units, beside Bambi and lme4"
	@echo "make audit           weigh each page of the site, and ask Lighthouse and axe-core about it"
	@echo "make complete        build it and say what is missing, as before it is published"
	@echo "make requirements    compile requirements.txt, and .binder's, from pyproject.toml again"
	@echo "make update          move all pins, Python's and Node's, and run everything"
	@echo "make clean           delete .venv and _build, with the notebooks that make lab opens"

# The first suitable Python: what .python-version picks, then any 3.12 or newer there is.
.venv/.ready: requirements.txt pyproject.toml Makefile
	@set -e; found=; \
	for python in "python$$(cat .python-version)" python3 $$(IFS=:; for d in $$PATH; do ls "$$d"/python3 "$$d"/python3.1[2-9] 2>/dev/null || :; done) \
	  $$(ls -r "$$HOME"/.pyenv/versions/3.1[2-9]*/bin/python3 2>/dev/null) $$(uv python find '>=3.12' 2>/dev/null); do \
	  if "$$python" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 12))' 2>/dev/null; then found=$$python; break; fi; \
	done; \
	if [ -z "$$found" ]; then \
	  echo "The course needs Python 3.12 or newer with its venv module; found $$(python3 --version 2>&1 || echo none)."; \
	  echo "Install one (Debian and Ubuntu: apt install python3 python3-venv; macOS: brew install python@3.13;"; \
	  echo "anywhere: pyenv install 3.13, or uv python install 3.13) and run the command again."; exit 1; \
	fi; \
	echo "Setting up .venv with $$($$found --version) ..."; \
	rm -rf .venv; $$found -m venv .venv; \
	.venv/bin/pip install --quiet --disable-pip-version-check "$$(grep '^uv==' requirements.txt)"; \
	.venv/bin/uv pip install --quiet --compile-bytecode --python $(PY) -r requirements.txt; \
	.venv/bin/uv pip install --quiet --python $(PY) --no-deps --editable .; \
	touch $@

book: .venv/.ready
	@$(PY) book/build.py

serve: .venv/.ready
	@$(PY) book/build.py --serve $(PORT)

pdf: book
	@$(PY) book/browser.py > /dev/null || true
	@$(PY) book/pdf.py

lab: book
	@cd _build/notebooks && ../../.venv/bin/jupyter trust chapters/*.ipynb book/*.ipynb > /dev/null # shows the demos
	@cd _build/notebooks && ../../.venv/bin/jupyter lab

page: .venv/.ready
	@$(PY) book/build.py --page "$(P)"

check: .venv/.ready
	@$(PY) tests/suite.py check

test test-all: book
	@$(PY) book/browser.py || true
	@$(PY) tests/suite.py $@

test-exercises: .venv/.ready
	@$(PY) tests/test_exercises.py

test-grading: .venv/.ready
	@$(PY) tests/test_grading_attacks.py

exercises: .venv/.ready
	.venv/bin/shrinkage release

demos: .venv/.ready
	cd shrinkage/demos/js && npm ci --silent && npm run --silent build

bench-demos: .venv/.ready
	@$(PY) benchmarks/demos.py

bench-exact: .venv/.ready
	@$(PY) benchmarks/exact.py

bench-accuracy: .venv/.ready
	@$(PY) benchmarks/accuracy.py

bench-smoothness: .venv/.ready
	@$(PY) benchmarks/smoothness.py

bench-build: .venv/.ready
	@$(PY) benchmarks/build.py

bench-grading: .venv/.ready
	@$(PY) benchmarks/grading.py

bench-report: .venv/.ready
	@$(PY) benchmarks/report.py

audit: book
	@$(PY) book/browser.py || true
	@$(PY) benchmarks/audit.py $(ARGS)

lint: .venv/.ready
	@$(PY) tests/suite.py lint

complete: book
	@$(PY) book/complete.py

COMPILE = .venv/bin/uv pip compile pyproject.toml --universal --python-version 3.12 --no-annotate --quiet \
  --upgrade --custom-compile-command "make requirements"
requirements: .venv/.ready
	$(COMPILE) --all-extras --output-file requirements.txt
	$(COMPILE) --extra lab --constraint requirements.txt --output-file .binder/requirements.txt

update: requirements
	cd shrinkage/demos/js && npm update --silent --no-audit --no-fund
	cd tests/spelling && npm update --silent --no-audit --no-fund
	$(MAKE) demos
	$(MAKE) test-all

clean:
	rm -rf .venv _build
