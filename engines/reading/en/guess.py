"""Pronunciations of words in no dictionary: g2p_en's published recurrent network, in NumPy.

The weights come from the installed `g2p_en` package. Letters go through one GRU, its last state
starts a second one that emits a phone a step.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float32]

LETTERS = ("<pad>", "<unk>", "</s>", *"abcdefghijklmnopqrstuvwxyz")
UNKNOWN_LETTER = LETTERS.index("<unk>")
END_OF_WORD = LETTERS.index("</s>")
VOWELS = {
    "AA": "012", "AE": "012", "AH": "012", "AO": "012", "AW": "012", "AY": "012", "EH": "012",
    "ER": "012", "EY": "012", "IH": "012", "IY": "012", "OW": "012", "OY": "012", "UH": "012",
}  # fmt: skip
START, END = 2, 3
MAX_PHONES = 20  # g2p_en stops here; 'supercalifragilistic...' is cut short upstream too


def phone_names() -> list[str]:
    """The network's output order: alphabetical, stress variants apart, and UW without one too."""
    names = ["B", "CH", "D", "DH", "F", "G", "HH", "JH", "K", "L", "M", "N", "NG", "P", "R"]
    names += ["S", "SH", "T", "TH", "UW", "V", "W", "Y", "Z", "ZH", "UW0", "UW1", "UW2"]
    names += [vowel + stress for vowel, stresses in VOWELS.items() for stress in stresses]
    return ["<pad>", "<unk>", "<s>", "</s>", *sorted(names)]


def sigmoid(x: Array) -> Array:
    return np.asarray(1 / (1 + np.exp(-x)), dtype=np.float32)


class Gru:
    """One gated recurrent cell."""

    def __init__(self, weights: dict[str, Array], prefix: str) -> None:
        self.embedding = weights[f"{prefix}_emb"]  # (V, 64)
        self.input = weights[f"{prefix}_w_ih"].T  # (64, 3 * 128): reset, update, new
        self.hidden = weights[f"{prefix}_w_hh"].T  # (128, 3 * 128)
        self.input_bias = weights[f"{prefix}_b_ih"]
        self.hidden_bias = weights[f"{prefix}_b_hh"]
        self.size = self.hidden.shape[0]

    def step(self, symbol: int, state: Array) -> Array:
        gates = self.embedding[symbol] @ self.input + self.input_bias  # (3 * 128,)
        recurrent = state @ self.hidden + self.hidden_bias  # (3 * 128,)
        n = self.size
        reset = sigmoid(gates[:n] + recurrent[:n])
        update = sigmoid(gates[n : 2 * n] + recurrent[n : 2 * n])
        new = np.tanh(gates[2 * n :] + reset * recurrent[2 * n :])
        return np.asarray((1 - update) * new + update * state, dtype=np.float32)  # (128,)


class Guesser:
    """Spells any word of letters out in ARPAbet."""

    def __init__(self, weights_file: Path) -> None:
        with np.load(weights_file) as stored:
            weights = {name: stored[name] for name in stored.files}
        self.encoder = Gru(weights, "enc")
        self.decoder = Gru(weights, "dec")
        self.out, self.out_bias = weights["fc_w"].T, weights["fc_b"]  # (128, 74), (74,)
        self.letters = {letter: index for index, letter in enumerate(LETTERS)}
        self.phones = phone_names()

    def __call__(self, word: str) -> list[str]:
        state = np.zeros(self.encoder.size, np.float32)
        for letter in word:
            state = self.encoder.step(self.letters.get(letter, UNKNOWN_LETTER), state)
        state = self.encoder.step(END_OF_WORD, state)
        phones: list[str] = []
        symbol = START
        while len(phones) < MAX_PHONES:
            state = self.decoder.step(symbol, state)
            symbol = int((state @ self.out + self.out_bias).argmax())
            if symbol == END:
                break
            phones.append(self.phones[symbol])
        return phones
