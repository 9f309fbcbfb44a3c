"""Binds the graph. `serve_config.yaml` names `serve_app.app:build`.

Ray Serve reads the annotation of `build`'s argument as it stands, so this module has no
`from __future__ import annotations`, which would make it a string.
"""

from ray import serve
from ray.serve import Application

from config.settings import Settings
from deployments import shared_queue
from deployments.embedding_extraction import EmbeddingExtraction
from deployments.text_to_speech import TextToSpeech
from deployments.tone_conversion import ToneConversion
from serve_app.ingress import Ingress


def build(args: Settings) -> Application:
    """Three stages behind one ingress.

    Ray Serve checks `args:` of the config against `Settings` first: an unknown key fails with its
    name. How many replicas each deployment has, and what share of a CPU or GPU, stands beside it
    under `deployments:`.
    """
    return compose(
        args,
        serve.deployment()(TextToSpeech).bind(args),
        serve.deployment()(EmbeddingExtraction).bind(args),
        serve.deployment()(ToneConversion).bind(args),
    )


def compose(
    args: Settings, text_to_speech: Application, embedding: Application, conversion: Application
) -> Application:
    """The ingress in front of these stages, with the queue that its replicas share, if they do."""
    shared = args.batching.queue == "shared"
    ingress = serve.deployment(deployment_actors=[shared_queue.declare(args)] if shared else [])
    return ingress(serve.ingress()(Ingress)).bind(args, text_to_speech, embedding, conversion)
