"""The base speakers whose speech WORLD converts, as it measures voices: those of eSpeak NG and of
Kokoro, measured once by `python -m export.base_speakers`.

A profile from a long text tells a speaker from what one sentence happens to say. By these, clones
start from the speaker nearest to their voice.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import numpy as np

from engines.base import VoiceEmbedding
from engines.embedded.embedding import ENGINE, SHAPES, VERSION, blend
from engines.embedded.voices import canonical
from engines.mixes import parse_mix

FILE = Path(__file__).with_name("base_speakers.npz")
NAMES = "names"  # in FILE: language and speaker of each row of the other arrays

BaseSpeakers = Mapping[str, Mapping[str, VoiceEmbedding]]
"""By language and name."""


@cache
def base_speakers() -> BaseSpeakers:
    """All of them, from the file beside this module."""
    with np.load(FILE, allow_pickle=False) as file:
        stored = {name: file[name] for name in (NAMES, *SHAPES)}
    found: dict[str, dict[str, VoiceEmbedding]] = {}
    for row, (language, speaker) in enumerate(stored[NAMES].tolist()):
        tensors = {name: stored[name][row] for name in SHAPES}
        found.setdefault(language, {})[speaker] = VoiceEmbedding(ENGINE, VERSION, tensors)
    return found


def find_base_speaker(language: str, speaker: str) -> VoiceEmbedding | None:
    """A base speaker by name, without regard to case, `-` and `_`, or a mix of them by its shares,
    of which some may be known from another language; None for a stranger."""
    mix = parse_mix(speaker)
    if len(mix) == 1:
        return _by_key().get((language, canonical(speaker)))
    known = [_in_any_language(language, canonical(name)) for name, _ in mix]
    if any(one is None for one in known):
        return None
    return blend([one for one in known if one is not None], [share for _, share in mix])


def _in_any_language(language: str, key: str) -> VoiceEmbedding | None:
    tried = ((code, key) for code in (language, *base_speakers()))
    return next((_by_key()[one] for one in tried if one in _by_key()), None)


@cache
def _by_key() -> dict[tuple[str, str], VoiceEmbedding]:
    return {
        (language, canonical(speaker)): embedding
        for language, speakers in base_speakers().items()
        for speaker, embedding in speakers.items()
    }


def write(speakers: BaseSpeakers, path: Path = FILE) -> None:
    """The file that `base_speakers` reads."""
    rows = [
        (language, speaker, embedding.tensors)
        for language, names in speakers.items()
        for speaker, embedding in names.items()
    ]
    arrays = {
        name: np.stack([tensors[name] for _, _, tensors in rows]).astype(np.float32)
        for name in SHAPES
    }
    arrays[NAMES] = np.array([(language, speaker) for language, speaker, _ in rows])
    np.savez_compressed(path, allow_pickle=False, **arrays)
