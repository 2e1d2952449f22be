"""Commands for those who work on Cutaway."""
