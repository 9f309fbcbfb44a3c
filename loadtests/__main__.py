"""`python -m loadtests`, and what its `--help` tells: run, overload, chaos, fuzz and others."""

from __future__ import annotations

from loadtests.commands import main

if __name__ == "__main__":
    main()
