"""Rules that a finished file is checked against: see :mod:`pipelines.rules.checking`."""
