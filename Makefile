# Two commands do all set-up: `make run` opens the window, `make test` runs the tests.
# Tabs lead the recipes; the set-up itself is in .ci/setup.

BUDAI = .venv/bin/budai
PYTEST = .venv/bin/python -m pytest
FIGURINE = assets/surfaces/laughing_figurine.ply

.PHONY: run test lint types bench clean

# Where there is no display the same job runs headless into out/.
run:
	@.ci/setup
	@if [ -n "$$DISPLAY$$WAYLAND_DISPLAY" ] || [ "$$(uname)" = Darwin ]; then \
		$(BUDAI); \
	else \
		echo "No display: training the figurine without a window, into out/"; \
		$(BUDAI) run $(FIGURINE) -o out; \
	fi

test: lint
	QT_QPA_PLATFORM=offscreen $(PYTEST) -q -n logical --maxprocesses 4 --dist loadfile -m "not gl and not slow" -p no:xvfb
	xvfb-run -a -s "-screen 0 1600x1000x24" $(PYTEST) -q -m "gl and not slow" tests/app -p no:xvfb

lint:
	@.ci/setup
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .

# About a minute, so not part of `make test`.
types:
	@.ci/setup
	$(PYTEST) -q -m slow tests/test_types.py

bench:
	@.ci/setup
	@.venv/bin/python -m pip install -q -e '.[bench]'
	.venv/bin/python -m tests.benchmarks.cells_duel
	.venv/bin/python -m tests.benchmarks.transport_duel
	.venv/bin/python -m tests.benchmarks.duel_training $(FIGURINE) --seeds 1

clean:
	rm -rf .venv out .pytest_cache .ruff_cache build *.egg-info
