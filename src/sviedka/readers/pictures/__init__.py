"""Pictures: their form, what camera and programs wrote into them, who vouches for them."""
