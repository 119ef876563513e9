"""Recalculates workbooks with another spreadsheet engine than any of ours: python recompute.py FILE..., JSON out.

In a process of its own: the engine warns of much that is not our concern.
"""

from __future__ import annotations

import json
import sys
import warnings

warnings.simplefilter("ignore")

import formulas  # noqa: E402 -- it warns while it is imported


def main(paths: list[str]) -> None:
    found = {}
    for path in paths:
        solution = formulas.ExcelModel().loads(path).finish().calculate()
        cells = {}
        for name, ranges in solution.items():
            sheet, _, cell = str(name).rpartition("!")
            if sheet.upper().endswith("RESULTS'") and cell.startswith("B") and ":" not in cell:
                value = ranges.value[0, 0]
                cells[cell] = value if isinstance(value, str) else float(value)
        found[path] = cells
    print(json.dumps(found))  # noqa: T201 -- this is what it is for


if __name__ == "__main__":
    main(sys.argv[1:])
