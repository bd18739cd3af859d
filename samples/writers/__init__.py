"""One module a family of formats: each turns the story's messages into the bytes a real app or tool would export."""
