"""A fictional person's chat exports in every supported format, and the seeded script that writes them."""
