"""Runs things: the only code that knows Prefect, paths, files, clocks and networks."""
