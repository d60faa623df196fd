"""From exact tallies to what may be printed; pure."""
