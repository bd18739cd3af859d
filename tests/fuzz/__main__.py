"""`python -m tests.fuzz READER [--seconds N] [--corpus DIR]`: fuzz one target by coverage; findings are shrunk and kept.

Where there is no atheris (it is made for Linux), inputs are made in the same way, but without looking at coverage.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib
import random
import time
from contextlib import nullcontext
from importlib.util import find_spec
from pathlib import Path

atheris = importlib.import_module("atheris") if find_spec("atheris") else None

with atheris.instrument_imports(include=["chatclone_dagster.readers"]) if atheris else nullcontext():
    from tests.fuzz import inputs, mutate, targets
    from tests.fuzz.hold import hold, shrunk

_LONGEST = 8 << 10  # bytes, where no seed is longer


def main() -> None:
    """Parse the words, then fuzz until the time is over."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("target", metavar="READER", choices=sorted(targets.targets()))
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--corpus", type=Path, help="where inputs and findings are kept (build/fuzz/READER)")
    words = parser.parse_args()
    fuzz(words.target, words.seconds, words.corpus or Path("build/fuzz") / words.target)


def fuzz(name: str, seconds: int, corpus: Path) -> None:
    """Fuzz a target; each new finding is told once, and kept in `corpus/findings`. libFuzzer ends the process."""
    target, tokens, pool = targets.targets()[name], mutate.tokens_of(name), inputs.seeds(name)
    longest = max(_LONGEST, *(2 * len(seed.pack()) for seed in pool))
    start, kept = corpus / "inputs", corpus / "findings"
    start.mkdir(parents=True, exist_ok=True)
    kept.mkdir(exist_ok=True)
    for seed in pool:
        (start / _hash(seed.pack())).write_bytes(seed.pack())
    signs: set[str] = set()

    def one(data: bytes) -> None:
        given = inputs.Input.unpack(data)
        found = hold(target, given)
        if found is None or found.sign in signs:
            return
        signs.add(found.sign)
        small = shrunk(target, given, found.sign)
        path = kept / _hash(found.sign.encode())
        path.write_bytes(small.pack())
        print(f"FINDING {name}: {found.sign}\n{found.story}\n{small!r:.2000}\n{path}", flush=True)

    def changed(data: bytes, longest: int, seed: int) -> bytes:
        rnd = random.Random(seed)
        if atheris and rnd.random() < 0.1:
            return bytes(atheris.Mutate(data, longest))
        return mutate.mutate(data, pool, tokens, rnd, longest)

    ends = time.monotonic() + seconds
    if atheris:
        limits = [f"-max_total_time={seconds}", f"-max_len={longest}", "-timeout=120", "-rss_limit_mb=3000"]
        told = ["-reload=0", "-print_final_stats=1", f"-artifact_prefix={kept}/"]
        atheris.Setup(["fuzz", *limits, *told, str(start)], one, custom_mutator=changed)
        atheris.Fuzz()
    while time.monotonic() < ends:
        one(changed(random.choice(pool).pack(), longest, random.getrandbits(32)))


def _hash(data: bytes) -> str:
    return hashlib.sha1(data).hexdigest()  # noqa: S324 (libFuzzer names files so)


if __name__ == "__main__":
    main()
