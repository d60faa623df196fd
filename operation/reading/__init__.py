"""Opens what people wrote, on the operator's own computer (P3), and puts it into tables."""
