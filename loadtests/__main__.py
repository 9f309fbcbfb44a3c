"""`python -m loadtests run | overload | capacity | isolation | stream | chaos | fuzz`; `--help`."""

from __future__ import annotations

from loadtests.commands import main

if __name__ == "__main__":
    main()
