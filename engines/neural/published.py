"""Which repositories of the Hugging Face hub the neural and the natural engine are made of."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Literal

from engines.kokoro.published import FOLDER, GRAPHS, VOICES, Precision

Kind = Literal["speech", "converter", "bert", "natural"]

# First the ones that win where two hold a speaker of one name. The second English one has the same
# speakers as the first, so it is read where somebody put it, and not pulled.
SPEECH: dict[str, tuple[str, ...]] = {
    "EN": (
        "myshell-ai/MeloTTS-English",
        "myshell-ai/MeloTTS-English-v3",
        "myshell-ai/MeloTTS-English-v2",
    ),
    "ES": ("myshell-ai/MeloTTS-Spanish",),
    "FR": ("myshell-ai/MeloTTS-French",),
    "ZH": ("myshell-ai/MeloTTS-Chinese",),
    "JP": ("myshell-ai/MeloTTS-Japanese",),
    "KR": ("myshell-ai/MeloTTS-Korean",),
}
NOT_PULLED = frozenset({"myshell-ai/MeloTTS-English-v2"})
CONVERTER = "myshell-ai/OpenVoiceV2"
BERT: dict[str, str] = {
    "EN": "google-bert/bert-base-uncased",
    "ES": "dccuchile/bert-base-spanish-wwm-uncased",
    "FR": "dbmdz/bert-base-french-europeana-cased",
    "ZH": "google-bert/bert-base-multilingual-uncased",
    "JP": "tohoku-nlp/bert-base-japanese-v3",
    "KR": "kykim/bert-kor-base",
}
LANGUAGES = tuple(SPEECH)
# Rounded, for where the hub cannot be asked: 4 bytes a parameter; a BERT grows with its vocabulary.
MB = 10**6
ABOUT_BERT = {"EN": 440, "ES": 440, "FR": 443, "ZH": 670, "JP": 446, "KR": 475}  # MB
ABOUT: dict[Kind, int] = {"speech": 208, "converter": 131, "natural": 120}  # MB

CONFIG, CHECKPOINT = "config.json", "checkpoint.pth"  # upstream's
OWN = "phonex.safetensors"  # the same weights, converted once
CONVERTER_FOLDER, BASE_SPEAKERS = "converter", "base_speakers/ses"
BERT_WEIGHTS, OLD_BERT_WEIGHTS = "model.safetensors", "pytorch_model.bin"
VOCABULARIES = ("vocab.txt", "tokenizer.json")  # one of them is enough
# In the config of a checkpoint that `phonex models random` made.
RANDOM_KEY = "phonex_random_weights"

PATTERNS: dict[Kind, tuple[str, ...]] = {
    "speech": (CONFIG, CHECKPOINT),
    "converter": (
        f"{CONVERTER_FOLDER}/{CONFIG}",
        f"{CONVERTER_FOLDER}/{CHECKPOINT}",
        f"{BASE_SPEAKERS}/*.pth",
    ),
    "natural": (f"{VOICES}/*.bin",),  # all styles of Kokoro, beside a model
    "bert": (CONFIG, "tokenizer_config.json", "special_tokens_map.json", *VOCABULARIES),
}


@dataclass(frozen=True, slots=True)
class Published:
    """A repository, and what the engine takes of it."""

    repo: str
    kind: Kind
    languages: tuple[str, ...]  # that need it
    precision: Precision = "int8"  # of Kokoro: which of its models

    def wanted(self, files: list[str]) -> list[str]:
        """Those of a repository's files that the engine reads."""
        patterns = list(PATTERNS[self.kind])
        if self.kind == "natural":
            patterns.append(GRAPHS[self.precision])
        if self.kind == "bert":  # the safe form where there is one
            patterns.append(BERT_WEIGHTS if BERT_WEIGHTS in files else OLD_BERT_WEIGHTS)
        return [
            name
            for name in files
            if any(fnmatchcase(name, one) for one in patterns) and ".." not in name.split("/")
        ]


KOKORO = Published(FOLDER, "natural", ())


def about_bytes(published: Published) -> int:
    """How big a download it is."""
    if published.kind == "bert":
        return ABOUT_BERT[published.languages[0]] * MB
    return ABOUT[published.kind] * MB


def repositories(languages: tuple[str, ...] = LANGUAGES, bert: bool = True) -> list[Published]:
    """All that these languages need to be spoken and cloned."""
    speech = [
        Published(repo, "speech", (language,))
        for language in languages
        for repo in SPEECH[language]
        if repo not in NOT_PULLED
    ]
    berts = [Published(BERT[language], "bert", (language,)) for language in languages]
    converter = Published(CONVERTER, "converter", languages)
    return [converter, *speech, *(berts if bert else [])]
