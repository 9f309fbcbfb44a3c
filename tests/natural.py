"""Where tests find Kokoro: its weights are too large for the repository."""

from __future__ import annotations

from pathlib import Path

BROUGHT = Path(__file__).parents[1] / "build" / "models"
WHY_NOT = (
    f"phonex setup natural --models-dir {BROUGHT.relative_to(BROUGHT.parents[1])} brings Kokoro"
)
