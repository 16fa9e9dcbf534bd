"""Measures the language server with a client that is nothing but JSON-RPC, and holds it to generous bounds.

Times are told as ratios to `armlint check` of the same files in the same run, process start included, since the
machine is shared. The bounds are far from what is usual: what breaks them is another order of work.
"""

import json
import os
import queue
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import generated

ARMLINT = os.environ["ARMLINT"]
REPOSITORY = Path(__file__).resolve().parents[3]
CORPUS = REPOSITORY.parent / "shared/corpus/arm"
EDITS, BURST, PATIENCE = 50, 200, 60

failed = 0


def held(says: str, holds: bool):
    """Tells whether something holds, and remembers it."""
    global failed
    print(f"{'ok' if holds else 'FAILED'} {says}", flush=True)
    failed += not holds


class Server:
    """A language server, and the messages that came from it with the time of each."""

    def __init__(self, folder: Path):
        self.started = time.perf_counter()
        self.process = subprocess.Popen([ARMLINT, "lsp"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.messages: queue.SimpleQueue = queue.SimpleQueue()
        threading.Thread(target=self.read, daemon=True).start()
        self.version = 0
        known = {"textDocument": {"publishDiagnostics": {"versionSupport": True}}}
        folders = [{"uri": folder.as_uri(), "name": folder.name}]
        params = {"processId": None, "rootUri": folder.as_uri(), "workspaceFolders": folders, "capabilities": known}
        self.send(id=0, method="initialize", params=params)
        while self.next()[1].get("id") != 0:
            pass
        self.initialized = time.perf_counter() - self.started
        self.send(method="initialized", params={})

    def read(self):
        stream = self.process.stdout
        while header := stream.readline():
            length = 0
            while header.strip():
                name, _, value = header.partition(b":")
                if name.lower() == b"content-length":
                    length = int(value)
                header = stream.readline()
            body = stream.read(length)
            self.messages.put((time.perf_counter(), json.loads(body)))

    def next(self) -> tuple[float, dict]:
        return self.messages.get(timeout=PATIENCE)

    def send(self, **message):
        self.process.stdin.write(framed(message))
        self.process.stdin.flush()

    def open(self, path: Path, text: str):
        """Opens a file and waits for what is found in it; gives the seconds."""
        self.uri, self.version = path.as_uri(), 1
        item = {"uri": self.uri, "languageId": "json", "version": 1, "text": text}
        start = time.perf_counter()
        self.send(method="textDocument/didOpen", params={"textDocument": item})
        return self.published(1)[0] - start

    def change(self, text: str) -> tuple[int, float]:
        """Types; gives the version and the time before it was sent."""
        self.version += 1
        document = {"uri": self.uri, "version": self.version}
        params = {"textDocument": document, "contentChanges": [{"text": text}]}
        body = framed({"method": "textDocument/didChange", "params": params})
        start = time.perf_counter()
        self.process.stdin.write(body)
        self.process.stdin.flush()
        return self.version, start

    def published(self, version: int) -> tuple[float, list[int], list[dict]]:
        """Waits for the findings of a version: the time, all versions that came until then, and the findings."""
        versions = []
        while True:
            at, message = self.next()
            params = message.get("params") or {}
            if message.get("method") != "textDocument/publishDiagnostics" or params["uri"] != self.uri:
                continue
            versions.append(params["version"])
            if params["version"] >= version:
                return at, versions, params["diagnostics"]

    def resident(self) -> int:
        """The memory of the server that is in use, in KiB."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1])

    def processor(self) -> float:
        """The seconds of processor time that the server has taken."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def stop(self):
        self.send(id=1, method="shutdown")
        self.send(method="exit")
        self.process.wait(PATIENCE)


def framed(message: dict) -> bytes:
    body = json.dumps({"jsonrpc": "2.0", **message}).encode()
    return b"Content-Length: %d\r\n\r\n%s" % (len(body), body)


class Whole:
    """What `armlint check` takes, from the start of the process to its end: the mean of some runs, in seconds."""

    RUNS = 5

    def __init__(self, folder: Path, *names: str):
        before, start = children(), time.perf_counter()
        for _ in range(self.RUNS):
            subprocess.run([ARMLINT, "check", *names], cwd=folder, stdin=subprocess.DEVNULL, capture_output=True)
        self.time = (time.perf_counter() - start) / self.RUNS
        self.processor = (children() - before) / self.RUNS


def children() -> float:
    """The seconds of processor time that processes have taken which have ended."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def edits(server: Server, text: str, mark: str) -> list[float]:
    """The seconds from each of the edits to what is found in its version."""
    times = []
    for number in range(EDITS):
        name = f"gone{number}"
        version, start = server.change(text.replace(mark, name))
        at, _, found = server.published(version)
        times.append(at - start)
        if not any(name in each["message"] for each in found):
            held(f"the finding of edit {number} speaks of its text", False)
    return times


def burst(server: Server, text: str, mark: str) -> tuple[list[int], float]:
    """Types without waiting: the versions that were published, and the seconds until the last one was."""
    for number in range(BURST):
        version, start = server.change(text.replace(mark, f"gone{number}"))
    at, versions, found = server.published(version)
    last = any(f"gone{BURST - 1}" in each["message"] for each in found)
    held("the last version of fast typing is the one that is published last", last)
    return versions, at - start


def latency(says: str, folder: Path, path: Path, text: str, mark: str, whole: Whole):
    """Measures edits of one file."""
    server = Server(folder)
    first = server.open(path, text)
    before = server.processor()
    times = edits(server, text, mark)
    processor = (server.processor() - before) / EDITS
    versions, last = burst(server, text, mark)
    memory = server.resident() / 1024
    server.stop()
    median, longest = statistics.median(times), max(times)

    def tell(line: str):
        print(f"   {says}: {line}", flush=True)

    tell(f"armlint check {ms(whole.time)}, {ms(whole.processor)} of processor time")
    tell(f"initialize {ms(server.initialized)}, first findings after {ms(first)}, memory {memory:.0f} MiB")
    tell(f"an edit {ms(median)} (median of {EDITS}), {ms(longest)} (longest), {ms(processor)} of processor time")
    tell(
        f"in checks: {median / whole.time:.2f} (median), {longest / whole.time:.2f} (longest), "
        f"{processor / whole.processor:.2f} (processor time)"
    )
    tell(f"of {BURST} edits at once {len(versions)} were published, the last one {ms(last)} after it was typed")
    held(f"{says}: an edit costs no more than a check from nothing", processor <= 1.5 * whole.processor)
    held(f"{says}: an edit takes no longer than three checks from nothing", median <= 3 * whole.time)
    # A server that is as fast as the typist may well check everything.
    if median > 0.02:
        held(f"{says}: versions that are typed over are passed over", len(versions) <= BURST // 2)
    held(f"{says}: fast typing is caught up with within thirty checks", last <= 30 * whole.time)


def ms(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms"


def marked(text: str, mark: str) -> str:
    """A template with an output that uses a parameter that it does not have."""
    content = json.loads(text)
    outputs = content.setdefault("outputs", {})
    outputs["armlintMeasure"] = {"type": "string", "value": f"[parameters('{mark}')]"}
    return json.dumps(content, indent=2)


def largest_template() -> str:
    """The largest public template, where there are some, or one that is as large."""
    candidates = [path for path in CORPUS.rglob("*.json") if b"eploymentTemplate.json#" in path.read_bytes()[:400]]
    if not candidates:
        print("SKIPPED the largest public template: no folder shared/corpus/arm beside the repository; a generated one")
        return generated.template(700_000)
    return max(candidates, key=lambda path: path.stat().st_size).read_text("utf-8-sig")


def measure_template(folder: Path):
    text = marked(largest_template(), "gone")
    (folder / "main.json").write_text(text)
    says = f"template of {len(text) // 1000} KB"
    latency(says, folder, folder / "main.json", text, "'gone'", Whole(folder, "main.json"))


def measure_factory(folder: Path):
    files = 1000
    size = generated.factory(folder, files)
    command = [ARMLINT, "check", "--format", "json"]
    report = subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    report = json.loads(report.stdout)
    clean = report["files"]["checked"] == files and not report["findings"]
    held(f"the generated factory of {files} files has no findings", clean)
    path = folder / "linkedService/Lake7.json"
    text = path.read_text().replace('"Runtime7"', '"gone"')
    latency(f"factory of {files} files, {size // 1000} KB", folder, path, text, "gone", Whole(folder))


def measure_memory(folder: Path):
    """Edits one file again and again, and looks whether the server grows."""
    shutil.copytree(REPOSITORY / "testdata/example", folder, dirs_exist_ok=True)
    path = folder / "contoso-ingest/linkedService/Lake.json"
    text = path.read_text().replace('"ManagedNetworkRuntime"', '"gone"')
    server = Server(folder)
    server.open(path, text)
    resident = {}
    for number in range(1, 4_001):
        version, _ = server.change(text.replace("gone", f"gone{number}"))
        server.published(version)
        if number in (1_000, 4_000):
            resident[number] = server.resident()
    server.stop()
    ratio = resident[4_000] / resident[1_000]
    early, late = (f"{resident[edits] / 1024:.1f} MiB" for edits in (1_000, 4_000))
    print(f"   memory after 1,000 edits {early}, after 4,000 {late}: {ratio:.3f}")
    held("memory does not grow with the number of edits", ratio < 1.05)


def main():
    for measure in (measure_template, measure_factory, measure_memory):
        with tempfile.TemporaryDirectory() as folder:
            measure(Path(folder).resolve())
    sys.exit(failed > 0)


main()
