"""Sound and moving pictures: what their containers state; nothing is decoded."""
