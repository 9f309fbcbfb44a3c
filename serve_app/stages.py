"""What the three stages have said of themselves, and what that allows."""

from __future__ import annotations

from collections.abc import Mapping

from deployments.graph import TEXT_TO_SPEECH, TONE_CONVERSION
from engines.base import EngineInfo, VoiceEmbedding
from engines.errors import EmbeddingMismatch
from engines.nearest import nearest, nearest_heard
from engines.reading.rules import MELO_AS_UPSTREAM, TextRules, text_rules
from serve_app.catalog import Catalog
from serve_app.errors import ServiceStarting
from serve_app.store.embeddings import embedding_from_bytes
from serve_app.store.values import Voice
from serve_app.store.voiceprints import voiceprint_from_bytes

RETRY_AFTER_S = 2.0


class Stages:
    """Engines by stage, as they become known."""

    def __init__(self, engines: Mapping[str, EngineInfo]) -> None:
        self._engines = engines  # the pipeline's own, which grows while stages start

    def require(self, *stages: str) -> None:
        """Raises ServiceStarting while a stage has never had a replica: requests wait otherwise."""
        missing = [stage for stage in stages if stage not in self._engines]
        if missing:
            raise ServiceStarting(
                f"Still starting: {', '.join(missing)}.", retry_after_s=RETRY_AFTER_S
            )

    def catalog(self) -> Catalog:
        """Raises ServiceStarting until the speech engine has said what it speaks."""
        self.require(TEXT_TO_SPEECH)
        speech = self._engines[TEXT_TO_SPEECH]
        return Catalog(speech.speakers, speech.aliases, speech.mixes)

    def text_rules(self) -> TextRules:
        """How the speech engine wants its texts. Raises ServiceStarting until it has said so."""
        self.require(TEXT_TO_SPEECH)
        return text_rules(self._engines[TEXT_TO_SPEECH].text_rules)

    def reads_as_upstream(self) -> bool:
        """Whether the speech engine reads texts in its own way, and not as the one reader does."""
        return self._engines[TEXT_TO_SPEECH].text_rules == MELO_AS_UPSTREAM

    def nearest_speaker(self, language: str, voice: bytes) -> str | None:
        """Which of the served speakers a clone of this voice starts from best; None where nothing
        is known of them. By the speaker encoder where it heard both, else as the converter measures
        voices.

        Args:
            language: a code.
            voice: its embedding as it is kept.
        """
        heard = voiceprint_from_bytes(voice)
        voiceprints = self._engines[TEXT_TO_SPEECH].voiceprints.get(language, {})
        if heard is not None and (found := nearest_heard(heard, voiceprints)):
            return found
        known = self._engines[TONE_CONVERSION].base_speakers.get(language, {})
        return nearest(embedding_from_bytes(voice), self.catalog().of_these(language, known))

    def check_voice(self, voice: Voice) -> None:
        """Refuse a voice of another engine now, and not at the end of the queue.

        Raises:
            EmbeddingMismatch
        """
        running = self._engines[TONE_CONVERSION]
        if (voice.engine, voice.engine_version) != (running.name, running.version):
            raise EmbeddingMismatch(
                f"The voice {voice.name!r} was registered with the engine "
                f"{voice.engine} {voice.engine_version}; {running.name} {running.version} runs "
                "now. Register it again."
            )

    def check_embedding(self, embedding: VoiceEmbedding) -> None:
        """Refuse what comes from elsewhere, and that the converter cannot use.

        Raises:
            EmbeddingMismatch
        """
        running = self._engines[TONE_CONVERSION]
        if (embedding.engine, embedding.version) != (running.name, running.version):
            raise EmbeddingMismatch(
                f"The voice was learnt by the engine {embedding.engine} {embedding.version}; "
                f"{running.name} {running.version} runs here. Register it from its recordings."
            )
        for speakers in running.base_speakers.values():
            for known in speakers.values():
                if _shapes(embedding) != _shapes(known):
                    raise EmbeddingMismatch("The voice has not the tensors of the engine's voices.")


def _shapes(embedding: VoiceEmbedding) -> dict[str, tuple[int, ...]]:
    return {name: tensor.shape for name, tensor in embedding.tensors.items()}
