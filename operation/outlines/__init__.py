"""Makes a definition of an outline: numbered questions and dashed options, as people write them in a word processor.

Whatever is taken for something is told, by its line: nothing is left out in silence.
"""
