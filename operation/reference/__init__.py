"""The reference of docs: every setting, key and kind by the models, every limit, every command as click knows it."""
