"""What random checkpoints say of themselves: the configs of the published models, and tiny ones."""

from __future__ import annotations

from typing import Any, Literal

Size = Literal["full", "tiny"]

# The 219 symbols of MeloTTS (git 2091453, MIT), in the order of its source.
SPELLED = (
    '_ " ( ) * / : AA E EE En N OO Q V [ \\ ] ^ a a: aa ae ah ai an ang ao aw ay b by c ch '
    "d dh dy e e: eh ei en eng er ey f g gy h hh hy i i0 i: ia ian iang iao ie ih in ing "
    "iong ir iu iy j jh k ky l m my n ng ny o o: ong ou ow oy p py q r ry s sh t th ts ty u "
    "u: ua uai uan uang uh ui un uo uw v van ve vn w x y z zh zy ~ æ ç ð ø ŋ œ ɐ ɑ ɒ ɔ ɕ ə ɛ "
    "ɜ ɡ ɣ ɥ ɦ ɪ ɫ ɬ ɭ ɯ ɲ ɵ ɸ ɹ ɾ ʁ ʃ ʊ ʌ ʎ ʏ ʑ ʒ ʝ ʲ ˈ ˌ ː \u0303 \u0329 β θ ᄀ ᄁ ᄂ ᄃ "
    "ᄄ ᄅ ᄆ ᄇ ᄈ ᄉ ᄊ ᄋ ᄌ ᄍ ᄎ ᄏ ᄐ ᄑ ᄒ ᅡ ᅢ ᅣ ᅤ ᅥ ᅦ ᅧ ᅨ ᅩ ᅪ ᅫ ᅬ ᅭ ᅮ ᅯ ᅰ ᅱ ᅲ ᅳ ᅴ ᅵ "
    "ᆨ ᆫ ᆮ ᆯ ᆷ ᆸ ᆼ ㄸ ! ? … , . ' - ¿ ¡ SP UNK "
)
SYMBOLS = SPELLED.split()

SPEAKERS: dict[str, dict[str, int]] = {
    "myshell-ai/MeloTTS-English": {
        "EN-US": 0,
        "EN-BR": 1,
        "EN_INDIA": 2,
        "EN-AU": 3,
        "EN-Default": 4,
    },
    "myshell-ai/MeloTTS-English-v3": {"EN-Newest": 0},
    "myshell-ai/MeloTTS-Spanish": {"ES": 0},
    "myshell-ai/MeloTTS-French": {"FR": 0},
    "myshell-ai/MeloTTS-Chinese": {"ZH": 1},
    "myshell-ai/MeloTTS-Japanese": {"JP": 0},
    "myshell-ai/MeloTTS-Korean": {"KR": 0},
}

DECODER: dict[str, Any] = {
    "resblock": "1",
    "resblock_kernel_sizes": [3, 7, 11],
    "resblock_dilation_sizes": [[1, 3, 5], [1, 3, 5], [1, 3, 5]],
}
SPEECH_WIDTHS: dict[Size, dict[str, int]] = {
    "full": {
        "inter_channels": 192,
        "hidden_channels": 192,
        "filter_channels": 768,
        "n_layers": 6,
        "upsample_initial_channel": 512,
        "gin_channels": 256,
    },
    "tiny": {
        "inter_channels": 32,
        "hidden_channels": 32,
        "filter_channels": 64,
        "n_layers": 3,
        "upsample_initial_channel": 64,
        "gin_channels": 16,
    },
}
CONVERTER_WIDTHS: dict[Size, dict[str, int]] = {
    "full": {**SPEECH_WIDTHS["full"], "n_layers": 6},
    "tiny": {
        "inter_channels": 24,
        "hidden_channels": 24,
        "filter_channels": 48,
        "n_layers": 6,
        "upsample_initial_channel": 64,
        "gin_channels": 16,
    },
}
# Of a BERT: layers, heads and width of the feed-forward part. Its features are always 768 wide.
BERT_SHAPES: dict[Size, tuple[int, int, int]] = {"full": (12, 12, 3072), "tiny": (3, 12, 64)}


def speech_config(repo: str, size: Size) -> dict[str, Any]:
    return {
        "train": {"segment_size": 16384},
        "data": {
            "sampling_rate": 44100,
            "filter_length": 2048,
            "hop_length": 512,
            "add_blank": True,
            "n_speakers": 256,
            "spk2id": SPEAKERS[repo],
        },
        "model": {
            "use_spk_conditioned_encoder": True,
            "use_noise_scaled_mas": True,
            "use_mel_posterior_encoder": False,
            "use_duration_discriminator": True,
            "n_heads": 2,
            "n_layers_trans_flow": 3,
            "kernel_size": 3,
            "p_dropout": 0.1,
            "upsample_rates": [8, 8, 2, 2, 2],
            "upsample_kernel_sizes": [16, 16, 8, 2, 2],
            "n_layers_q": 3,
            "use_spectral_norm": False,
            **DECODER,
            **SPEECH_WIDTHS[size],
        },
        "symbols": SYMBOLS,
        "num_tones": 16,
        "num_languages": 10,
    }


def converter_config(size: Size) -> dict[str, Any]:
    return {
        "_version_": "v2",
        "data": {
            "sampling_rate": 22050,
            "filter_length": 1024,
            "hop_length": 256,
            "win_length": 1024,
            "n_speakers": 0,
        },
        "model": {
            "zero_g": True,
            "n_heads": 2,
            "kernel_size": 3,
            "p_dropout": 0.1,
            "upsample_rates": [8, 8, 2, 2],
            "upsample_kernel_sizes": [16, 16, 4, 4],
            **DECODER,
            **CONVERTER_WIDTHS[size],
        },
    }
