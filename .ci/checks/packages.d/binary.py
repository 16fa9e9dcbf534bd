"""The binary itself: quick to start; completions, manual page and the README's picture."""

import subprocess
import time

BASH = """
source "$1"
shift
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
# What bash passes: the command, the word, and the word before it.
"$(complete -p armlint | sed 's/.*-F \\([^ ]*\\).*/\\1/')" armlint "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
printf '%s\\n' "${COMPREPLY[@]}"
"""

# What elvish gives to interactive sessions only.
ELVISH = "var edit: = (ns [&completion:=(ns [&arg-completer=[&]])])\n"

POWERSHELL = """
import sys, tree_sitter, tree_sitter_powershell
# The grammar knows no method that is called without parentheses.
text = sys.stdin.buffer.read().replace(b".Where{ $_.CompletionText", b" | Where{ $_.CompletionText")
tree = tree_sitter.Parser(tree_sitter.Language(tree_sitter_powershell.language())).parse(text)
sys.exit(tree.root_node.has_error or len(text) < 1000)
"""


def check(place, results):
    elapsed = min(timed([place.program, "--version"]) for _ in range(10))
    results.show("--version takes less than 50 ms", elapsed < 0.05, f"{elapsed * 1000:.1f} ms")
    completions(place, results)
    manual(place, results)
    draw = [place.tools / "python", place.root / "docs/picture/draw.py", "--check"]
    drawn = subprocess.run(draw, env={"ARMLINT": str(place.program)}, capture_output=True, text=True)
    results.show("docs/picture.svg is up to date", drawn.returncode == 0, drawn.stderr.strip())


def timed(command):
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def completions(place, results):
    folder = place.folder("completions")
    scripts = {}
    for shell in ("bash", "zsh", "fish", "elvish", "powershell"):
        written = subprocess.run([place.program, "completions", shell], capture_output=True, text=True)
        results.same(f"completions {shell}: exit code", written.returncode, 0)
        scripts[shell] = folder / f"armlint.{shell}"
        scripts[shell].write_text((ELVISH if shell == "elvish" else "") + written.stdout)
    unknown = subprocess.run([place.program, "completions", "tcsh"], capture_output=True)
    results.same("completions tcsh: exit code", unknown.returncode, 2)
    parsers = [("bash", "-n"), ("zsh", "-n"), ("fish", "-n"), ("elvish", "-compileonly")]
    for shell, option in parsers:
        parsed = subprocess.run([shell, option, scripts[shell]], capture_output=True, text=True)
        results.same(f"{shell} parses its completions", (parsed.returncode, parsed.stderr), (0, ""))
    parsed = subprocess.run([place.tools / "python", "-c", POWERSHELL], stdin=scripts["powershell"].open())
    results.same("the completions of PowerShell parse", parsed.returncode, 0)

    cases = [
        (["armlint", "expl"], ["explain"]),
        (["armlint", "check", "--select", "adf/secret-lit"], ["adf/secret-literal"]),
        (["armlint", "check", "--ignore", "supp"], ["suppression/"]),
        (["armlint", "explain", "adf/dangling"], ["adf/dangling-reference"]),
        (["armlint", "map", "--format", "m"], ["mermaid"]),
    ]
    for words, expected in cases:
        bash = subprocess.run(
            ["bash", "-c", BASH, "bash", scripts["bash"], *words], capture_output=True, text=True
        )
        results.show(
            f"bash completes {' '.join(words)}",
            set(expected) <= set(bash.stdout.split()),
            bash.stdout.split()[:3],
        )
        line = f"source {scripts['fish']}; complete -C '{' '.join(words)}'"
        fish = subprocess.run(["fish", "--no-config", "-c", line], capture_output=True, text=True).stdout
        found = [completion.split("\t")[0] for completion in fish.splitlines()]
        results.show(f"fish completes {' '.join(words)}", set(expected) <= set(found), found[:3])


def manual(place, results):
    page = place.folder("man") / "armlint.1"
    written = subprocess.run([place.program, "man"], capture_output=True)
    results.same("man: exit code", written.returncode, 0)
    page.write_bytes(written.stdout)
    env = {"PATH": "/usr/bin:/bin", "MANWIDTH": "100", "LC_ALL": "C.UTF-8"}
    shown = subprocess.run(["man", "--warnings", "-l", page], env=env, capture_output=True, text=True)
    results.same("man shows the page without a warning", (shown.returncode, shown.stderr), (0, ""))
    formatted = subprocess.run(["groff", "-man", "-ww", "-Tutf8", page], capture_output=True, text=True)
    results.same(
        "groff formats the page without a warning", (formatted.returncode, formatted.stderr), (0, "")
    )
    for text in (
        "armlint check [OPTIONS] [PATH]...",
        "--write-baseline",
        "Exit codes:",
        "FILES",
        "armlint.yaml",
    ):
        results.show(f"the page says `{text}`", text in shown.stdout)
