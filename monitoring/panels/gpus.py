"""GPUs: the memory of our replicas, and what Ray's agents see of the machine."""

from __future__ import annotations

from monitoring.panels.panel import Panel, Row
from monitoring.query import largest
from telemetry import metrics as m

# Ray's own series: its agents see the GPUs. Its names are the same with our relabelling.
GPUS = Row(
    "GPUs (0 where there is none; the last two only by Ray's agents)",
    (
        Panel(
            "GPU memory of the replicas",
            "What torch has reserved.",
            (
                ("{{deployment}} {{replica}}", largest(m.GPU_BYTES, "deployment, replica")),
                ("none", "vector(0)"),
            ),
            "bytes",
            width=8,
        ),
        Panel(
            "GPU utilization",
            "By node and GPU, in percent.",
            (
                ("{{ip}} {{GpuIndex}}", 'ray_node_gpus_utilization{job="$job"}'),
                ("none", "vector(0)"),
            ),
            "percent",
            width=8,
        ),
        Panel(
            "GPU memory of the machine",
            "Used, by node and GPU; other programs' too.",
            (
                ("{{ip}} {{GpuIndex}}", '1048576 * ray_node_gram_used{job="$job"}'),
                ("none", "vector(0)"),
            ),
            "bytes",
            width=8,
        ),
    ),
)
