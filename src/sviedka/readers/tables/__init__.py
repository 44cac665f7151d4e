"""Tables: their rows as they are written; what they mean is for others to say."""
