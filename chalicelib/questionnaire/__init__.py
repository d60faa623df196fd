"""Definitions of surveys: question kinds, checks, codebook, the survey's own record."""
