"""Registers of other countries: write the sets, and with --run link each by its contracts alone and measure.

`python benchmarks/abroad.py --out DIR [--only NAME ...] [--run] [--splink PYTHON]`. PYTHON is an interpreter that has
splink; it reads the same clean records.
"""

import argparse
import json
from dataclasses import replace
from pathlib import Path

from abroad_febrl import FEBRL, write_febrl
from abroad_run import linked, shown
from abroad_sets import sets
from abroad_write import write_set


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="folder to write to, one folder a set")
    parser.add_argument("--only", nargs="*", help="names of sets", choices=[*sets(), *FEBRL])
    parser.add_argument("--people", type=int, help="people of each set, instead of its own number")
    parser.add_argument("--run", action="store_true", help="link the sets and measure")
    parser.add_argument("--splink", type=Path, help="a Python that has splink: measure it on the same clean records")
    parser.add_argument("--keep", action="store_true", help="leave the warehouse of each set in its folder")
    parser.add_argument("--json", action="store_true", help="print JSON and nothing else")
    wanted = parser.parse_args()
    told = []
    for name in wanted.only or [*sets(), *FEBRL]:
        folder = wanted.out / name
        write(name, folder, wanted.people)
        if wanted.run:
            told.append(linked(name, folder, wanted.splink, wanted.keep))
            if not wanted.json:
                print(shown(told[-1], heading=len(told) == 1), flush=True)
    if wanted.json:
        print(json.dumps(told))


def write(name: str, folder: Path, people: int | None) -> None:
    if name in FEBRL:
        write_febrl(name, folder)
        return
    made = sets()[name]
    write_set(replace(made, country=replace(made.country, people=people)) if people else made, folder)


if __name__ == "__main__":
    main()
