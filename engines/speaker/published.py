"""Where GE2E's weights are published, and what of them is read.

GE2E is the speaker encoder of Wan et al. 2018, as Corentin Jemine trained it; Apache-2.0. The
package is other people's: it is pinned by hash, nothing of it is imported, and no pickle is loaded:
the file is the pinned one, so the tensors lie where they lay when it was pinned.
"""

from __future__ import annotations

from collections.abc import Mapping

from engines.kokoro.published import Wheel

FOLDER = "resemble-ai/Resemblyzer"  # in the models' folder
FILE = "ge2e.safetensors"  # in FOLDER

WEIGHTS = Wheel(
    "resemblyzer",
    "0.1.4",
    "8f12eb2f1a9982d32e8db7856de754709b59c93a77bcf0ff536584b619a9dd1f",
    "resemblyzer/pretrained.pt",
)
PT_SHA256 = "39373b86598fa3da9fcddee6142382efe09777e8d37dc9c0561f41f0070f134e"  # of the member

# Where in that file each tensor of float32 begins, and its shape. The LSTM's lie together, as cuDNN
# wants them: all weights by layer, then all biases.
_LSTM, _LINEAR_WEIGHT, _LINEAR_BIAS = 269_883, 7_731, 6_699  # bytes from the beginning
TENSORS: Mapping[str, tuple[int, tuple[int, ...]]] = {
    "lstm.weight_ih_l0": (_LSTM, (1024, 40)),
    "lstm.weight_hh_l0": (_LSTM + 4 * 40_960, (1024, 256)),
    "lstm.weight_ih_l1": (_LSTM + 4 * 303_104, (1024, 256)),
    "lstm.weight_hh_l1": (_LSTM + 4 * 565_248, (1024, 256)),
    "lstm.weight_ih_l2": (_LSTM + 4 * 827_392, (1024, 256)),
    "lstm.weight_hh_l2": (_LSTM + 4 * 1_089_536, (1024, 256)),
    "lstm.bias_ih_l0": (_LSTM + 4 * 1_351_680, (1024,)),
    "lstm.bias_hh_l0": (_LSTM + 4 * 1_352_704, (1024,)),
    "lstm.bias_ih_l1": (_LSTM + 4 * 1_353_728, (1024,)),
    "lstm.bias_hh_l1": (_LSTM + 4 * 1_354_752, (1024,)),
    "lstm.bias_ih_l2": (_LSTM + 4 * 1_355_776, (1024,)),
    "lstm.bias_hh_l2": (_LSTM + 4 * 1_356_800, (1024,)),
    "linear.weight": (_LINEAR_WEIGHT, (256, 256)),
    "linear.bias": (_LINEAR_BIAS, (256,)),
}
