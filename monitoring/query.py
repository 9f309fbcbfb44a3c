"""PromQL from the metrics' own declarations, so that no panel can name what is not exported.

Ray's agents export our series with the prefix `ray_`, which `config/monitoring/prometheus.yml`
takes off as it scrapes: one name is right for both ways. `job` tells the ways apart, so that
nothing is counted twice where both are scraped.
"""

from __future__ import annotations

import re

from telemetry.metrics import Metric

MATCHER = re.compile(r'(\w+)(?:=|!=|=~|!~)"[^"]*"')
PROBES = 'route!~"/healthz|/readyz|/metrics"'  # all requests but these
CREATING = (  # those that make audio or voices
    'method="POST",route=~"/tts|/clone|/clone/quick|/voice/register|'
    '/v1/audio/(speech|voices)|/v1/text-to-speech/.+"'
)
WINDOW = "$__rate_interval"  # Grafana's: four scrapes at least


def select(metric: Metric, where: str = "", suffix: str = "", job: str = 'job="$job"') -> str:
    """A metric's series.

    Args:
        where: label matchers, as in PromQL.
        suffix: `_bucket`, `_sum` or `_count` of a histogram.
    """
    check_labels(metric, where)
    if (metric.kind == "histogram") is not bool(suffix):
        raise ValueError(f"{metric.name} is a {metric.kind}: suffix {suffix!r} does not fit")
    matchers = ",".join(part for part in (job, where) if part)
    return f"{metric.name}{suffix}{{{matchers}}}" if matchers else f"{metric.name}{suffix}"


def check_labels(metric: Metric, where: str) -> None:
    for label in MATCHER.findall(where):
        if label not in metric.labels:
            raise ValueError(f"{metric.name} has no label {label!r}")


def rate(metric: Metric, by: str = "", where: str = "", window: str = WINDOW) -> str:
    """Events a second, summed by labels."""
    return f"{_sum(by)} (rate({select(metric, where)}[{window}]))"


def quantile(share: float, metric: Metric, by: str = "", where: str = "") -> str:
    """The value that `share` of a histogram's observations stay below."""
    series = f"rate({select(metric, where, '_bucket')}[{WINDOW}])"
    labels = f"le, {by}" if by else "le"
    return f"histogram_quantile({share:g}, sum by ({labels}) ({series}))"


def ratio(part: Metric, whole: str, where: str = "") -> str:
    """Two counters' rates, one by the other. Not a histogram's `_sum`: Ray's agents guess it."""
    return f"({or_zero(rate(part, where=where))}) / {whole}"


def largest(metric: Metric, by: str = "", where: str = "") -> str:
    """A gauge that every ingress replica tells alike."""
    return f"max by ({by}) ({select(metric, where)})" if by else f"max ({select(metric, where)})"


def total(metric: Metric, by: str = "", where: str = "") -> str:
    """A gauge of which each ingress replica tells its part."""
    return f"{_sum(by)} ({select(metric, where)})"


def or_zero(expression: str) -> str:
    """For events that may never have happened: Prometheus knows no series before the first."""
    return f"({expression}) or vector(0)"


def _sum(by: str) -> str:
    return f"sum by ({by})" if by else "sum"
