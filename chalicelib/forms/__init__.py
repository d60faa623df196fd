"""Renders a questionnaire as an HTML form that needs no script."""
