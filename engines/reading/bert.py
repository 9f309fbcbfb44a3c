"""BERT features: what a masked language model makes of each token, repeated for each phone.

The checkpoints were trained on the third-last hidden state, so the last two layers are cut off
and never run. Texts are batched, and a text that was seen before is not computed again.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path
from typing import cast

import torch
from torch import Tensor
from transformers import AutoTokenizer, BertModel, PreTrainedTokenizerBase

from engines.nn.checkpoint import lay_out

logger = logging.getLogger(__name__)

UNUSED_LAYERS = 2  # hidden_states[-3] is what comes out before the last two
CACHED_TEXTS = 256  # about 0.2 MB each
Tokens = Sequence[str]


class BertFeatures:
    """One language's BERT, from a local folder in Hugging Face's layout."""

    def __init__(self, folder: Path, device: str = "cpu") -> None:
        started = time.perf_counter()
        self.device = torch.device(device)
        self.tokenizer: PreTrainedTokenizerBase = AutoTokenizer.from_pretrained(
            folder, local_files_only=True
        )
        model = BertModel.from_pretrained(folder, local_files_only=True, add_pooling_layer=False)
        model.encoder.layer = model.encoder.layer[:-UNUSED_LAYERS]
        model.load_state_dict(lay_out(model.state_dict()), strict=True, assign=True)
        model.requires_grad_(False)
        torch.nn.Module.to(model, self.device)
        self.model = model  # from_pretrained leaves it in evaluation mode
        self.longest = self.model.config.max_position_embeddings - 2  # tokens, [CLS] and [SEP] off
        self.cache: OrderedDict[tuple[str, ...], Tensor] = OrderedDict()
        self.lock = threading.Lock()
        logger.info("BERT of %s loaded in %.1f s", folder.name, time.perf_counter() - started)

    @property
    def width(self) -> int:
        return int(self.model.config.hidden_size)

    def tokenize(self, text: str) -> list[str]:
        """Word pieces of normalized text, as a front end wants them."""
        return self.tokenizer.tokenize(text)

    def __call__(self, batch: Sequence[tuple[Tokens, Sequence[int]]]) -> list[Tensor]:
        """(tokens, word2ph) of each text -> float32 (H, T), T = sum(word2ph)."""
        rows = self.rows([tokens for tokens, _ in batch])
        return [repeat(row, word2ph) for row, (_, word2ph) in zip(rows, batch, strict=True)]

    def rows(self, batch: Sequence[Tokens]) -> list[Tensor]:
        """One row for [CLS], each token and [SEP] of each text: (n + 2, H)."""
        keys = [tuple(tokens) for tokens in batch]
        with self.lock:
            known = {key: self.cache[key] for key in keys if key in self.cache}
        missing = [key for key in dict.fromkeys(keys) if key not in known]
        known |= dict(zip(missing, self.compute(missing), strict=True))
        with self.lock:
            for key in keys:
                self.cache[key] = known[key]
                self.cache.move_to_end(key)
            while len(self.cache) > CACHED_TEXTS:
                self.cache.popitem(last=False)
        return [known[key] for key in keys]

    def compute(self, batch: Sequence[tuple[str, ...]]) -> list[Tensor]:
        """Texts longer than the model can see are computed in windows, side by side."""
        windows = [
            tokens[start : start + self.longest]
            for tokens in batch
            for start in range(0, max(1, len(tokens)), self.longest)
        ]
        hidden = iter(self.forward(windows))
        joined = []
        for tokens in batch:
            parts = [next(hidden) for _ in range(0, max(1, len(tokens)), self.longest)]
            inner = torch.cat([part[1:-1] for part in parts])
            joined.append(torch.cat([parts[0][:1], inner, parts[-1][-1:]]))
        return joined

    @torch.inference_mode()
    def forward(self, windows: Sequence[Tokens]) -> list[Tensor]:
        if not windows:
            return []
        lengths = [len(tokens) + 2 for tokens in windows]
        ids = torch.zeros(len(windows), max(lengths), dtype=torch.long)  # (B, L)
        mask = torch.zeros_like(ids)
        for row, (tokens, length) in enumerate(zip(windows, lengths, strict=True)):
            ids[row, :length] = torch.tensor(self.token_ids(tokens))
            mask[row, :length] = 1
        out = self.model(input_ids=ids.to(self.device), attention_mask=mask.to(self.device))
        hidden = out.last_hidden_state.float()  # (B, L, H)
        return [hidden[row, :length].clone() for row, length in enumerate(lengths)]

    def token_ids(self, tokens: Tokens) -> list[int]:
        inner = cast(list[int], self.tokenizer.convert_tokens_to_ids(list(tokens)))
        return [
            cast(int, self.tokenizer.cls_token_id),
            *inner,
            cast(int, self.tokenizer.sep_token_id),
        ]


def repeat(rows: Tensor, word2ph: Sequence[int]) -> Tensor:
    """One column for each phone: (n + 2, H) -> (H, T)."""
    if len(rows) != len(word2ph):
        raise ValueError(f"{len(rows)} BERT rows for {len(word2ph)} entries of word2ph")
    counts = torch.tensor(word2ph, device=rows.device)
    return rows.repeat_interleave(counts, dim=0).T
