"""Whether a stage keeps the promises that its settings could break: rules over a template or an account."""
