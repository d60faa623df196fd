"""Answers from paper and from older data, through the same validation as all others."""
