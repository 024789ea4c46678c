# The commands of the house; `make help` lists them. What they need they install into .venv.
ifeq ($(OS),Windows_NT)
PYTHON_HERE = .venv/Scripts/python
else
PYTHON_HERE = .venv/bin/python
endif

.PHONY: help run test test-references check bench bench-engine report pictures pins clean

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /  make \1 — /p' Makefile

run: ## set everything up and open the window (without a display: pictures in demo/)
	@bash .ci/setup run
	@bash .ci/start

test: ## run the tests, those of the real window on a virtual screen; ARGS="-k ink" chooses
	@bash .ci/setup test
	$(PYTHON_HERE) -m pytest --numprocesses auto --maxprocesses 4 --dist loadfile $(ARGS)

test-references: ## compare with PyTorch, scikit-learn and onnxruntime, which it installs
	@bash .ci/setup references
	$(PYTHON_HERE) -m pytest tests/references $(ARGS)

check: ## lint, format and types
	@bash .ci/setup check
	@failed=0; \
	for tool in "ruff check" "ruff format --check" "mypy core zmlp_gui assets"; do \
	    echo $$tool; $(PYTHON_HERE) -m $$tool || failed=1; \
	done; exit $$failed

bench: ## measure speed and latency, and print the ratios
	@bash .ci/setup test
	$(PYTHON_HERE) -m tests.benchmarks $(ARGS)

bench-engine: ## measure the engine against PyTorch, JAX and scikit-learn; ARGS=--quick for less
	@bash .ci/setup peers
	$(PYTHON_HERE) -m tests.benchmarks.engine $(ARGS)

report: ## measure how the bundled networks read, with ZMLP_DATA's sets; ARGS=--quick for less
	@bash .ci/setup run
	$(PYTHON_HERE) -m zmlp_gui report $(ARGS)

pictures: ## compare the window with its reference pictures; ARGS=--renew renews them
	@bash .ci/setup test
	$(PYTHON_HERE) -m tests.pictures $(ARGS)

pins: ## renew .ci/constraints.txt with the newest versions allowed
	@bash .ci/pins

clean: ## remove what the commands left, but .venv
	rm -rf build dist demo pictures *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name .venv -prune -o -name __pycache__ -prune -exec rm -rf {} +
