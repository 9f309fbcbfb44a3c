"""Tests that take minutes, most of them for processes to start: `PHONEX_LONG_TESTS=1` runs them."""

from __future__ import annotations

import os

import pytest

LONG = "PHONEX_LONG_TESTS" in os.environ
long_test = pytest.mark.skipif(not LONG, reason="set PHONEX_LONG_TESTS=1")
