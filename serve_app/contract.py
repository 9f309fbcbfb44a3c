"""Prints the contract as OpenAPI, for linters and generators: `python -m serve_app.contract`."""

from __future__ import annotations

import json
import sys

from serve_app.ingress import create_routes
from serve_app.web.openapi import contract_of, with_servers


def main() -> None:
    json.dump(with_servers(contract_of(create_routes()), ""), sys.stdout, indent=2)


if __name__ == "__main__":
    main()
