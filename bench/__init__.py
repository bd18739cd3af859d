"""Side-by-side benchmarks against live peers: `python -m bench SUITE`."""
