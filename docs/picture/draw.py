#!/usr/bin/env python3
"""Draws docs/picture.svg: what `armlint check` says about three faults of the example.

    pip install -r docs/picture/requirements.txt
    python3 docs/picture/draw.py            writes the picture
    python3 docs/picture/draw.py --check    says whether it is up to date, and ends with 1 if not

The program is the one that ARMLINT names, or target/release/armlint.
"""

import os
import subprocess
import sys
from io import StringIO
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

ROOT = Path(__file__).resolve().parent.parent.parent
PICTURE = ROOT / "docs/picture.svg"
FOLDER = ROOT / "testdata/example/contoso-ingest"
RULES = "adf/managed-endpoint-wrong-group,adf/dangling-reference,adf/secret-literal"
COLUMNS = 100
# An SVG in a page may load nothing, so the font is one that the reader has.
FONT = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', 'Liberation Mono', monospace"
# On its own dark background the picture reads the same in light and dark pages.
THEME = TerminalTheme(
    (22, 27, 34),
    (230, 237, 243),
    [
        (72, 79, 88),
        (255, 123, 114),
        (63, 185, 80),
        (210, 153, 34),
        (88, 166, 255),
        (219, 139, 255),
        (86, 212, 221),
        (177, 186, 196),
    ],
    [
        (110, 118, 129),
        (255, 161, 152),
        (86, 211, 100),
        (227, 179, 65),
        (121, 192, 255),
        (228, 170, 255),
        (179, 240, 255),
        (255, 255, 255),
    ],
)
FRAME = """<svg viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg" role="img">
<title>armlint check, with three findings</title>
<style>
.{unique_id}-matrix {{ font-family: FONT; font-size: {char_height}px; line-height: {line_height}px; white-space: pre; }}
.{unique_id}-title {{ font-size: 18px; font-weight: bold; font-family: sans-serif; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal"><rect x="0" y="0" width="{terminal_width}" height="{terminal_height}" /></clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix" xml:space="preserve">
{matrix}
</g>
</g>
</svg>
""".replace("FONT", FONT)


def report() -> str:
    """The output with colours, the summary behind the findings."""
    program = os.environ.get("ARMLINT") or ROOT / "target/release/armlint"
    command = [program, "check", "--color", "always", "--no-config", "--select", RULES]
    run = subprocess.run(command, cwd=FOLDER, capture_output=True, text=True, encoding="utf-8")
    if run.returncode != 1:
        sys.exit(f"armlint ended with {run.returncode} instead of 1, for findings:\n{run.stderr}")
    return run.stdout + run.stderr


def draw() -> str:
    """The picture as SVG."""
    console = Console(
        width=COLUMNS,
        record=True,
        file=StringIO(),
        force_terminal=True,
        color_system="standard",
        highlight=False,
    )
    console.print(Text(f"$ armlint check --select {RULES}\n", style="bold"))
    console.print(Text.from_ansi(report().rstrip()), end="\n\n")
    svg = console.export_svg(title="armlint", theme=THEME, code_format=FRAME, unique_id="armlint")
    return "\n".join(line.strip() for line in svg.splitlines() if line.strip()) + "\n"


def main() -> None:
    picture = draw()
    if sys.argv[1:] == ["--check"]:
        if not PICTURE.is_file() or PICTURE.read_bytes() != picture.encode():
            sys.exit("docs/picture.svg is out of date: run docs/picture/draw.py")
    else:
        PICTURE.write_bytes(picture.encode())


if __name__ == "__main__":
    main()
