"""What one owner may hold of a runner's room."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from config.settings import JobSettings
from serve_app.store.values import Job


def find_sated(running: Iterable[Job], settings: JobSettings) -> set[str] | None:
    """Owners who may have no more jobs running here for now; None where nobody may.

    An owner may hold as much as it leaves free (dynamic thresholds: Choudhury and Hahne 1998): one
    alone gets half of the room, two a third each, and whoever comes next always finds some. Where
    no keys are in use there is one owner, "", who may hold all of it.
    """
    jobs: Counter[str] = Counter()
    audio_s: defaultdict[str, float] = defaultdict(float)
    for job in running:
        jobs[job.owner] += 1
        audio_s[job.owner] += job.cost
    most_s = settings.max_running_audio_s
    if audio_s[""] > most_s:
        return None
    free_jobs = settings.max_running - jobs.total()
    # A job longer than all the room may have been taken: the others do not suffer for it.
    free_s = most_s - sum(min(held_s, most_s / 2) for held_s in audio_s.values())
    return {
        owner
        for owner, held in jobs.items()
        if owner and (held >= free_jobs or audio_s[owner] >= free_s)
    }
