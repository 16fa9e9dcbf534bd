"""Counts and prints what was shown."""

_counts = {True: 0, False: 0}


def show(ok, what, output=""):
    """One line for one thing that was shown, or not, and then why."""
    _counts[bool(ok)] += 1
    print(f"{'ok' if ok else 'FAILED'} {what}", flush=True)
    if not ok:
        print("    " + str(output).strip().replace("\n", "\n    "), flush=True)


def same(actual, expected, what):
    """Shows that two values are equal."""
    show(actual == expected, what, f"{actual!r}\nis not\n{expected!r}")


def close():
    """Prints the numbers; gives the exit status."""
    print(f"{_counts[True]} passed, {_counts[False]} failed")
    return int(_counts[False] > 0)
