PYTHON ?= python3

.PHONY: run test setup lock bench worlds shots

run:
	$(PYTHON) start.py run

test:
	$(PYTHON) start.py test

setup:
	$(PYTHON) start.py setup

lock:
	$(PYTHON) start.py lock

# Every speed promise and how it is kept, in an hour or so; `python -m bench --small` takes minutes and judges nothing.
bench: setup
	.venv/bin/python -m bench

# The simulated worlds at release size; resumable, writes docs/worlds.md.
worlds: setup
	.venv/bin/python -m sample.acceptance --replicates 500 --out docs/worlds.json

# Pictures of every page, into docs/img.
shots: setup
	.venv/bin/python -m bench.shots
