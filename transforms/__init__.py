"""Works data: a DuckDB connection or Polars frames in, the same out. No Prefect, paths, clock or network."""
