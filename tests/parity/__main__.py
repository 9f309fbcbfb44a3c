"""`python -m tests.parity text|models --data DIR`: compare with upstream's recorded numbers."""

import sys
from importlib import import_module

PARTS = ("text", "models")


def main(argv: list[str]) -> int:
    if not argv or argv[0] not in PARTS:
        sys.stderr.write(f"usage: python -m tests.parity {'|'.join(PARTS)} --data DIR\n")
        return 2
    return int(import_module(f"tests.parity.{argv[0]}").main(argv[1:]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
