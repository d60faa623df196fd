"""Tables as each version left them, and what made them."""
