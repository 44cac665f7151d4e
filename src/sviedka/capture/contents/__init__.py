"""What is inside of what people bring: the parts of originals, and what their readers find."""
