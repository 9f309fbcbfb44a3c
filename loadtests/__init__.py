"""Load tests: they speak HTTP to a running service, and import nothing of it.

    python -m loadtests run         users that behave like real ones; a report
    python -m loadtests overload    once, twice and ten times the capacity
    python -m loadtests capacity    what `phonex capacity` runs
    python -m loadtests isolation   one key's short texts beside another key's floods
    python -m loadtests stream      listeners of streams: what they hear, and when
    python -m loadtests chaos       kill -9 of every kind of process under load
    python -m loadtests fuzz        damaged uploads and odd requests

Locust patches the standard library for gevent when it is imported (`loadtests.users` and what
imports it), so these run in a process of their own, never inside a service.
"""
