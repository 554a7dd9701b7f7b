# Thin calls of `python -m tools`, which does the same where there is no make. Each target sets up
# what it needs by itself, the first time.
PYTHON ?= python3
ARGS ?=
unexport PYTHONHOME PYTHONSAFEPATH # the one would break .venv, with the other `-m tools` finds nothing

.DEFAULT_GOAL := help
.PHONY: help lab prepare clean

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1|/p' Makefile | while IFS='|' read -r target what; do \
	  printf '  make %-10s %s\n' "$$target" "$$what"; done

lab: ## open JupyterLab on the first lesson (ARGS="--port 8899" goes to Jupyter)
	@$(PYTHON) -m tools lab $(ARGS)

prepare: ## make beforehand what lessons make on first use: networks, images (CHAPTER=12: one chapter's)
	@$(PYTHON) -m tools prepare $(if $(CHAPTER),--chapter $(CHAPTER)) $(ARGS)

# repository only
.PHONY: test test-full check new record grader bench-grader

test: ## try the whole course, by samples where nothing changed; CHAPTER=00: all of one chapter
	@$(PYTHON) -m tools test $(if $(CHAPTER),--chapter $(CHAPTER)) $(ARGS)

test-full: ## every answer, also with other private seeds, a class of 200
	@$(PYTHON) -m tools test-full $(if $(CHAPTER),--chapter $(CHAPTER)) $(ARGS)

check: ## check the tree's own rules (layout, labs derived, pins), in seconds
	@$(PYTHON) -m tools check $(ARGS)

new: ## make a chapter's skeleton: make new N=01 NAME=mlp_keras
	@$(PYTHON) -m tools new $(N) $(NAME)

record: ## make shipped networks and studies anew, minutes each (CHAPTER=01: one chapter's)
	@$(PYTHON) -m tools record $(if $(CHAPTER),--chapter $(CHAPTER)) $(ARGS)

grader: ## for instructors: make grader ARGS="grade SUBMISSIONS --out grades"
	@$(PYTHON) -m tools grader $(ARGS)

bench-grader: ## submissions a minute, beside nbgrader
	@$(PYTHON) -m tools bench-grader $(ARGS)
# for everyone

clean: ## remove .venv and what tools left here (your notebooks and the data stay)
	rm -rf .venv .cache build *.egg-info .pytest_cache .ruff_cache .hypothesis
