"""The command line: ``python -m budai``."""

from app.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
