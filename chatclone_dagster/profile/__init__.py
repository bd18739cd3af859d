"""How somebody texts, told to people: the facts out of the marts, whether they are enough for a clone, and a page of them."""
