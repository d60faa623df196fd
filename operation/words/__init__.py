"""The words of a questionnaire as a workbook: out to translators and reviewers, and back into its file."""
