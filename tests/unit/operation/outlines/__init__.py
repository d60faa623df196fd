"""Tests of operation.outlines."""
