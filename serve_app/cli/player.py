"""Where audio is heard: a program that plays what comes through a pipe."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from collections.abc import Iterable
from typing import IO, cast

import typer

VARIABLE = "PHONEX_PLAYER"
# Each plays a WAV from standard input, while it comes.
PLAYERS = (
    ("ffplay", "-nodisp", "-autoexit", "-loglevel", "error", "-i", "-"),
    ("mpv", "--no-video", "--really-quiet", "-"),
    ("play", "-q", "-t", "wav", "-"),  # of SoX
    ("aplay", "-q", "-"),
)
FORMAT = "wav"


def find_player() -> list[str]:
    """The command of a player: that of PHONEX_PLAYER, or the first that is installed.

    Raises:
        typer.BadParameter: there is none.
    """
    if chosen := os.environ.get(VARIABLE):
        return shlex.split(chosen)
    for command in PLAYERS:
        if shutil.which(command[0]):
            return list(command)
    names = ", ".join(command[0] for command in PLAYERS)
    raise typer.BadParameter(
        f"nothing here plays sound from a pipe: install one of {names}, or name a command that "
        f"does in {VARIABLE}"
    )


def play(command: list[str], chunks: Iterable[bytes]) -> bool:
    """Play audio while it comes; whether the player heard all of it and was content."""
    try:
        player = subprocess.Popen(  # noqa: S603  a command of the user's own
            command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL
        )
    except OSError as error:
        raise typer.BadParameter(f"{command[0]} cannot be started: {error.strerror}") from error
    with player:
        pipe = cast(IO[bytes], player.stdin)
        try:
            for chunk in chunks:
                pipe.write(chunk)
            pipe.close()
        except BrokenPipeError:  # it was closed before the end
            pass
        except BaseException:
            player.terminate()
            raise
    return player.returncode == 0
