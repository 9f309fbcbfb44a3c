"""The words whose sound the configuration says, from the settings or a file of their own."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import yaml
from pydantic import TypeAdapter, ValidationError

from config.engine_settings import Language
from config.faults import faults_of
from config.settings import Settings

Lexicon = dict[Language, dict[str, str]]
LEXICON: TypeAdapter[Lexicon] = TypeAdapter(Lexicon)


def read_lexicon(settings: Settings) -> Mapping[str, Mapping[str, str]]:
    """{language: {word: how it sounds}}. Raises `ValueError` for a file that is no such thing."""
    lexicon = settings.lexicon
    if isinstance(lexicon, Path):
        lexicon = read_file(lexicon)
    return {str(language): words for language, words in lexicon.items()}


def read_file(path: Path) -> Lexicon:
    try:
        return LEXICON.validate_python(yaml.safe_load(path.read_text("utf-8")))
    except OSError as error:
        raise ValueError(f"lexicon {path} cannot be read: {error.strerror}") from error
    except ValidationError as error:
        faults = "; ".join(faults_of(error, "all of it"))
        raise ValueError(f"lexicon {path}: {faults}") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ValueError(f"lexicon {path}: {error}") from error
