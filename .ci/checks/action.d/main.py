"""Runs all tests of the action, the workflows and the examples: `main.py WORK`, with the program in ARMLINT."""

import shutil
import sys
from pathlib import Path

import checked
import documents
import installing
import report
import validators

ROOT = Path(__file__).resolve().parents[3]


def main():
    work = Path(sys.argv[1])
    scratch = work / "scratch"
    shutil.rmtree(scratch, ignore_errors=True)
    validators.run(ROOT, work)
    installing.run(ROOT, scratch / "installing")
    checked.run(ROOT, scratch / "checked")
    documents.run(ROOT, scratch / "documents")
    sys.exit(report.close())


if __name__ == "__main__":
    main()
