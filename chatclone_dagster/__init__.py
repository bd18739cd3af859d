"""ChatClone: from the chat exports you have to a language model that texts like you."""

import os
import warnings

# The libraries below read these when they are imported, so this is the one place that runs early enough, everywhere.
for _name, _value in {
    # Nothing leaves the machine unless the user asked by name; these report home by default.
    "HF_HUB_DISABLE_TELEMETRY": "1",  # huggingface_hub, transformers, trl
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "DAGSTER_DISABLE_TELEMETRY": "yes",
    "DO_NOT_TRACK": "1",
    # Threads that wait give their core away. Spinning, they are up to ten times slower on a machine that does anything
    # else meanwhile (430 against 3,160 tokens a second), and no faster on an idle one.
    "OMP_WAIT_POLICY": "passive",
    # glibc keeps the memory of large tensors instead of returning it after every operation (for child processes: the
    # training script; 2 to 10 % faster, on tiny models twice).
    "MALLOC_MMAP_THRESHOLD_": str(1 << 32),
    "MALLOC_TRIM_THRESHOLD_": str(1 << 32),
    "TOKENIZERS_PARALLELISM": "true",  # silences a warning that a forked process otherwise prints
}.items():
    os.environ.setdefault(_name, _value)

# Libraries warning one another about their next major versions are no news to a user; our own pins hold them still.
warnings.filterwarnings("ignore", category=FutureWarning, module=r"(transformers|peft|trl)\..*")
