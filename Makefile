PYTHON ?= .venv/bin/python

.PHONY: bench
bench: ## Measure `matcher match` beside its peers; OPTIONS="--quick" and others: benchmarks/README.md
	$(PYTHON) -m benchmarks run $(OPTIONS)
	$(PYTHON) -m benchmarks scenarios replay
