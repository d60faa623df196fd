"""Reading and checking what authors write: definition files, their rules, and what a new version may change."""
