"""From windows to an adapter: base models, recipes, the training script, and what is kept of a run."""
