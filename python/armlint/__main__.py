"""``python -m armlint``: runs the program that was installed with this package."""

import os
import subprocess
import sys
from importlib.metadata import distribution
from pathlib import Path

NAME = "armlint.exe" if sys.platform == "win32" else "armlint"


def program() -> Path:
    """The installed program, wherever the installer put it; raises FileNotFoundError."""
    recorded = (file.locate() for file in distribution("armlint").files or [] if file.name == NAME)
    # `pip install --target` moves the program and leaves its record as it was.
    beside = Path(__file__).resolve().parent.parent / "bin" / NAME
    for candidate in (*recorded, beside):
        path = Path(candidate).resolve()
        if path.is_file():
            return path
    raise FileNotFoundError(f"{NAME} is missing from the installed package armlint: install it again")


def main() -> None:
    path = os.fspath(program())
    arguments = [path, *sys.argv[1:]]
    if sys.platform == "win32":
        # There is no exec on Windows: another program would own the terminal while armlint still writes.
        sys.exit(subprocess.run(arguments, check=False).returncode)
    os.execv(path, arguments)


if __name__ == "__main__":
    main()
