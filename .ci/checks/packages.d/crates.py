"""The packages for crates.io: what is in them, and that nothing keeps them from being published."""

import subprocess
import tarfile

REQUIRED = {
    "armlint": ["README.md", "src/main.rs"],
    "armlint-azure": ["src/lib.rs", "build/main.rs", "facts/private_link.tsv", "schema/types.txt", "schema/NOTICE"],
    "armlint-engine": ["src/lib.rs"],
    "armlint-bicep": ["src/lib.rs"],
    "armlint-factory": ["src/lib.rs", "facts/linked_services.tsv"],
    "armlint-lsp": ["src/lib.rs"],
    "armlint-page": ["src/lib.rs"],
    "armlint-rules": ["build/main.rs", "lib.rs", "adf/secret-literal.md"],
    "armlint-workspace": ["src/lib.rs", "src/config/starter.yaml"],
}
LIMIT = 10 * 10**6


def check(place, results):
    folder = place.target_folder() / "package"
    # The source distribution has shown that these files compile.
    command = ["cargo", "package", "--workspace", "--locked", "--no-verify", "--allow-dirty", "-q"]
    packaged = subprocess.run(command, cwd=place.root, capture_output=True, text=True)
    if not results.same("cargo package", (packaged.returncode, packaged.stderr), (0, "")):
        return
    version = place.version()
    for name, required in REQUIRED.items():
        crate = folder / f"{name}-{version}.crate"
        with tarfile.open(crate) as tar:
            files = {member.name.split("/", 1)[1]: member for member in tar.getmembers()}
        results.show(
            f"{name}: small enough for crates.io",
            crate.stat().st_size < LIMIT,
            f"{crate.stat().st_size / 1000:.0f} kB",
        )
        for file in [*required, "LICENSE-MIT", "LICENSE-APACHE", "Cargo.toml"]:
            results.show(f"{name}: {file} is in it", file in files and files[file].isfile())
        unwanted = [file for file in files if file.startswith(("tests/", "docs/")) or file.endswith(".snap")]
        results.same(f"{name}: no tests and no documents of the repository", unwanted, [])
