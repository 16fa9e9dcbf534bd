"""What was shown and what was not, a line for each."""


class Results:
    def __init__(self):
        self.passed = 0
        self.failed = 0

    def show(self, name, is_true, detail=""):
        """Prints a line; `detail` says what was measured, or what is wrong."""
        word = "ok" if is_true else "FAILED"
        self.passed += bool(is_true)
        self.failed += not is_true
        print(f"{word} {name}{f': {detail}' if str(detail) else ''}", flush=True)
        return bool(is_true)

    def same(self, name, found, expected):
        """Prints a line that holds where both are equal."""
        is_same = found == expected
        return self.show(name, is_same, "" if is_same else f"{found!r:.300} instead of {expected!r:.300}")

    def end(self):
        """Prints the sum and gives the exit code."""
        print(f"{self.passed} passed, {self.failed} failed")
        return 1 if self.failed else 0
