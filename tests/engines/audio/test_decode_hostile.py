"""No upload opens anything else, takes memory it only claims, or escapes as another error."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path
from struct import pack, pack_into

import av
import numpy as np
import pytest
from av.audio.frame import AudioFrame
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import engines.audio.decode as decode_module
from config.settings import LimitSettings
from engines.audio.decode import decode
from engines.audio.mp4 import claimed_entries
from engines.audio.sniff import Container, identify
from engines.errors import AudioError, UnreadableAudio, UnsupportedAudio
from tests.engines.audio.signals import tone
from tests.engines.audio.test_decode import FILES, wav

LIMITS = LimitSettings()
FEW_SECONDS = LimitSettings(max_sample_seconds=5)


def zipped() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("voice.wav", FILES["wav 16 bit"][0])
    return file.getvalue()


NOT_AUDIO = {
    "m3u8": b"#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n",
    "concat": b"ffconcat version 1.0\nfile /etc/passwd\n",
    "dash": b'<?xml version="1.0"?><MPD><BaseURL>file:///etc/passwd</BaseURL></MPD>',
    "sdp": b"v=0\no=- 0 0 IN IP4 127.0.0.1\nc=IN IP4 127.0.0.1\nm=audio 5004 RTP/AVP 0\n",
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>',
    "zip": zipped(),
    "png": b"\x89PNG\r\n\x1a\n" + bytes(100),
    "jpeg": b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(100),
    "utf-16": "nothing to hear here".encode("utf-16"),
    "html": b"<!doctype html><title>404</title>",
    "avi": b"RIFF\x00\x10\x00\x00AVI LIST" + bytes(100),
    "heic": b"\x00\x00\x00\x18ftypheic" + bytes(100),
    "zeros": bytes(10_000),
    "only a tag": b"ID3\x04\x00\x00\x00\x00\x00\x0a" + bytes(10),
}


@pytest.mark.parametrize("name", NOT_AUDIO)
def test_what_is_no_audio_file_is_unsupported(name: str) -> None:
    with pytest.raises(UnsupportedAudio):
        decode(NOT_AUDIO[name], LIMITS)


@pytest.mark.parametrize("name", ["m3u8", "concat", "zip", "svg"])
def test_nothing_is_found_behind_a_tag_either(name: str) -> None:
    tag = b"ID3\x04\x00\x00\x00\x00\x00\x0a" + bytes(10)
    with pytest.raises(UnsupportedAudio):
        decode(tag + NOT_AUDIO[name], LIMITS)


@pytest.mark.parametrize(
    ("demuxer", "playlist"),
    [
        ("hls", "#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\n{}\n#EXT-X-ENDLIST\n"),
        ("concat", "ffconcat version 1.0\nfile '{}'\n"),
    ],
)
def test_even_a_playlist_that_reached_ffmpeg_could_open_nothing(
    demuxer: str, playlist: str, tmp_path: Path
) -> None:
    """The second line of defence, behind the sniffing of formats."""
    secret = tmp_path / "secret.mp3"
    secret.write_bytes(FILES["mp3"][0])
    data = playlist.format(secret).encode()
    container = Container(demuxer, frozenset({"mp3", "mp3float"}), data)
    with pytest.raises(OSError):  # noqa: PT011 - PyAV's own errors derive from it too
        decode_module._open(container)


def test_video_is_ignored_and_never_decoded() -> None:
    data = film()
    assert decode(data, LIMITS).seconds == pytest.approx(1.0)
    with decode_module._open(identify(data)) as opened:
        assert "mpeg4" not in opened.container_options["codec_whitelist"].split(",")


def film() -> bytes:
    file = io.BytesIO()
    with av.open(file, "w", format="matroska") as output:
        pictures = output.add_stream("mpeg4", rate=10)
        sound = output.add_stream("libopus", rate=48_000, layout="mono")
        assert isinstance(pictures, av.VideoStream)
        assert isinstance(sound, av.AudioStream)
        pictures.width = pictures.height = 64
        for _ in range(10):
            picture = av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), "rgb24")
            output.mux(pictures.encode(picture))
        frame = AudioFrame.from_ndarray(tone(1.0, 48_000).samples[None], "fltp", "mono")
        frame.sample_rate = 48_000
        output.mux([*sound.encode(frame), *sound.encode(None), *pictures.encode(None)])
    return file.getvalue()


def test_a_film_without_sound_is_unreadable() -> None:
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as output:
        pictures = output.add_stream("mpeg4", rate=10)
        assert isinstance(pictures, av.VideoStream)
        pictures.width = pictures.height = 64
        picture = av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), "rgb24")
        output.mux([*pictures.encode(picture), *pictures.encode(None)])
    with pytest.raises(UnreadableAudio, match="no audio"):
        decode(file.getvalue(), LIMITS)


MEMORY_SCRIPT = """
import sys
from config.settings import LimitSettings
from engines.audio.decode import decode
from engines.errors import AudioError

def high_water() -> int:
    status = open("/proc/self/status").read()
    return int(status.split("VmHWM:")[1].split()[0]) // 1024

before = high_water()
for path in sys.argv[1:]:
    try:
        decode(open(path, "rb").read(), LimitSettings())
    except AudioError as refused:
        print(type(refused).__name__)
print(high_water() - before)
"""


def claims_in_fragments(claimed: int) -> bytes:
    data = bytearray(FILES["mp4 in fragments"][0])
    pack_into(">II", data, data.index(b"trun") + 4, 0x000001, claimed)
    return bytes(data)


def claims_in_index(claimed: int) -> bytes:
    data = bytearray(FILES["mp4"][0])
    pack_into(">III", data, data.index(b"stsz") + 4, 0, 1, claimed)
    return bytes(data)


def packed_header(megabytes: int) -> bytes:
    """QuickTime's `cmov`: a header that is unpacked at whatever length it claims."""
    packer = zlib.compressobj(1)
    packed = b"".join(packer.compress(bytes(1 << 20)) for _ in range(megabytes)) + packer.flush()
    method = pack(">I4s4s", 12, b"dcom", b"zlib")
    body = pack(">I4sI", 12 + len(packed), b"cmvd", megabytes << 20) + packed
    start = pack(">I4s8s", 16, b"ftyp", b"M4A \0\0\0\0")
    inner = pack(">I4s", 8 + len(method + body), b"cmov") + method + body
    return start + pack(">I4s", 8 + len(inner), b"moov") + inner


def claims_in_wav_tag(claimed: int) -> bytes:
    tag = b"INFOISFT" + pack("<I", claimed)
    data = wav(np.zeros(100, np.float32))
    return data[:12] + b"LIST" + pack("<I", claimed + 12) + tag + data[12:]


BOMBS = {
    "fragments": claims_in_fragments(40_000_000),
    "index": claims_in_index(40_000_000),
    "packed header": packed_header(300),
    "wav tag": claims_in_wav_tag(0x3FFFFFF0),
}


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads Linux's high-water mark")
def test_files_that_claim_to_be_huge_take_no_memory(tmp_path: Path) -> None:
    """In a process of its own, because FFmpeg's memory is not Python's."""
    paths = []
    for name, bomb in BOMBS.items():
        for front in (b"", bytes(8192), b"ID3\x04\0\0\0\0\0\x0a" + bytes(10)):
            paths.append(tmp_path / f"{len(front)} {name}")
            paths[-1].write_bytes(front + bomb)
    output = subprocess.run(
        [sys.executable, "-c", MEMORY_SCRIPT, *paths],
        check=True,
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[3],
        timeout=60,
    ).stdout.split()
    assert len(output) == len(paths) + 1, "each must be refused"
    assert int(output[-1]) < 120, "MB more than before"


def test_a_file_of_nothing_but_tags_is_given_up() -> None:
    """Ten bytes each: two and a half million of them fit into an upload."""
    tags = (b"ID3\x04" + bytes(6)) * 100_000
    with pytest.raises(UnsupportedAudio):
        decode(tags + FILES["flac"][0], LIMITS)
    assert decode(tags[:100] + FILES["flac"][0], LIMITS).seconds == 2


def test_sound_that_looks_like_an_index_is_still_sound() -> None:
    media = pack(">I4s4s", 44, b"mdat", b"trun") + b"\xff" * 32
    assert decode(FILES["mp4"][0] + media, LIMITS).seconds > 1.9


def test_one_table_cannot_hide_another() -> None:
    many = pack(">I", 5_000_000)
    trun = b"trun" + bytes(4) + many
    for name in (b"stsz", b"stts", b"stt", b"ctt"):
        assert claimed_entries(name + trun) >= 5_000_000
    assert claimed_entries(b"stt" + b"stsz" + bytes(8) + many) >= 5_000_000


ONLY_AUDIO_ERRORS = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
MAGIC = st.sampled_from(
    [
        b"",
        b"RIFF\0\0\0\0WAVEfmt ",
        b"OggS\0\x02",
        b"fLaC",
        b"\0\0\0\x1cftypM4A ",
        b"\x1a\x45\xdf\xa3",
        b"\xff\xfb\x90\x64",
        b"\xff\xf1\x50\x80\x02\x1f\xfc",
        b"ID3\x04\0\0\0\0\0\0\xff\xfb\x90\x64",
    ]
)


def decodes_or_refuses(data: bytes) -> None:
    try:
        waveform = decode(data, FEW_SECONDS)
    except AudioError as refused:
        message = refused.message
        assert message.endswith(".")
        assert not any(word in message for word in ("av.", "Errno", "avcodec", "Traceback", "0x"))
    else:
        assert 0 < waveform.seconds <= FEW_SECONDS.max_sample_seconds
        assert np.abs(waveform.samples).max() <= 1.0


@ONLY_AUDIO_ERRORS
@given(MAGIC, st.binary(max_size=2000))
@example(b"ID3\xff\xff\xff\xff\xff\xff\xff", b"")
@example(b"\0\0\0\x01ftypM4A ", b"\xff" * 8)
def test_random_bytes_are_refused_in_words(magic: bytes, data: bytes) -> None:
    decodes_or_refuses(magic + data)


@ONLY_AUDIO_ERRORS
@given(st.sampled_from(sorted(FILES)), st.data())
def test_mutated_files_are_decoded_or_refused_in_words(name: str, data: st.DataObject) -> None:
    mutated = bytearray(FILES[name][0])
    # Headers are where damage is dangerous, and most are in the first kilobyte.
    places = st.one_of(st.integers(0, min(1000, len(mutated))), st.integers(0, len(mutated)))
    for _ in range(data.draw(st.integers(1, 8))):
        place = data.draw(places)
        patch = data.draw(
            st.one_of(st.binary(min_size=1, max_size=8), st.just(b"\xff\xff\xff\xff"))
        )
        kind = data.draw(st.sampled_from(["overwrite", "insert", "delete", "cut"]))
        if kind == "overwrite":
            mutated[place : place + len(patch)] = patch
        elif kind == "insert":
            mutated[place:place] = patch
        elif kind == "delete":
            del mutated[place : place + 50]
        else:
            del mutated[max(place, 12) :]
    decodes_or_refuses(bytes(mutated))
