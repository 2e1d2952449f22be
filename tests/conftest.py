"""What all tests share."""

from __future__ import annotations

import os
import signal
import sys
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, settings

# Gradio and huggingface_hub read these when they are imported.
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"

# Whatever keys and password this machine has are none of the tests' business.
os.environ["CUTAWAY_CONFIG"] = str(Path(__file__).with_name("no-config"))

# Nor are its jobs.
_JOBS = tempfile.TemporaryDirectory(prefix="cutaway-test-jobs-", ignore_cleanup_errors=True)
os.environ["CUTAWAY_JOBS"] = _JOBS.name

# A shell starts what runs in its background deaf to Ctrl+C, and so would be all programs that tests start.
signal.signal(signal.SIGINT, signal.default_int_handler)

# How long an example takes says something about the machine, not about the code. CI tries the same
# examples each time, so that a run can be repeated; elsewhere every run looks for new ones.
settings.register_profile(
    "cutaway",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize="CI" in os.environ,
)
settings.load_profile("cutaway")

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
