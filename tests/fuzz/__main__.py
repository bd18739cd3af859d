"""`python -m tests.fuzz READER [--seconds N] [--corpus DIR]`: fuzz one target by coverage; findings are shrunk and kept."""

from __future__ import annotations

import argparse
import hashlib
import random
import time
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["chatclone_dagster.readers"]):
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
    """Fuzz a target with libFuzzer, which ends the process; each new finding is told once, and kept in `corpus/findings`."""
    target, tokens = targets.targets()[name], mutate.tokens_of(name)
    pool = inputs.seeds(name)
    start = corpus / "inputs"
    kept = corpus / "findings"
    start.mkdir(parents=True, exist_ok=True)
    kept.mkdir(exist_ok=True)
    for seed in pool:
        data = seed.pack()
        (start / hashlib.sha1(data).hexdigest()).write_bytes(data)  # noqa: S324 (libFuzzer names them so)
    signs: set[str] = set()

    def one(data: bytes) -> None:
        given = inputs.Input.unpack(data)
        found = hold(target, given)
        if found is None or found.sign in signs:
            return
        signs.add(found.sign)
        small = shrunk(target, given, found.sign)
        path = kept / hashlib.sha1(found.sign.encode()).hexdigest()[:12]  # noqa: S324
        path.write_bytes(small.pack())
        print(f"FINDING {name}: {found.sign}\n{found.story}\n{small!r:.2000}\n{path}", flush=True)

    def changed(data: bytes, longest: int, seed: int) -> bytes:
        rnd = random.Random(seed)
        if rnd.random() < 0.1:
            return bytes(atheris.Mutate(data, longest))
        return mutate.mutate(data, pool, tokens, rnd, longest)

    longest = max(_LONGEST, *(2 * len(seed.pack()) for seed in pool))
    limits = [
        f"-max_total_time={seconds}",
        f"-max_len={longest}",
        "-timeout=120",
        "-reload=0",
        "-print_final_stats=1",
        "-rss_limit_mb=3000",
    ]
    words = ["fuzz", *limits, f"-artifact_prefix={kept}/", f"-seed={time.time_ns() % 2**31}", str(start)]
    atheris.Setup(words, one, custom_mutator=changed)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
