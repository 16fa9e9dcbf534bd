"""The npm packages: the main one finds the program of the platform, and says what to do where there is none."""

import json
import subprocess

import binary
import installed

SYSTEMS = {"linux": "linux", "darwin": "apple", "win32": "windows"}
CPUS = {"x64": "x86_64", "arm64": "aarch64"}

# Loaded before the program: what another platform says of itself.
PLATFORM = "Object.defineProperty(process, 'platform', { value: '%s' });"
MUSL = "process.report.getReport = () => ({ header: {} });"


def check(place, results):
    folder = place.folder("npm")
    version = place.version()
    names = platforms(place, results, folder, version)
    main = pack(place, "--main", "--out", folder)
    manifest = json.loads((main / "package.json").read_text())
    results.same("npm: the version is that of Cargo.toml", manifest["version"], version)
    results.same(
        "npm: the platforms are pinned",
        manifest["optionalDependencies"],
        {name: version for name in sorted(names)},
    )
    results.same("npm: nothing runs while it is installed", manifest.get("scripts"), None)

    env = place.without_rust()
    # On another machine than this one the other packages are not installed either.
    packed = [
        tarball(main, folder, env),
        tarball(folder / f"linux-{place.target()['npm']['cpu']}", folder, env),
    ]
    prefix = install(place, "npm-prefix", packed, env, results)
    shim = prefix / "node_modules/.bin/armlint"
    installed.check(place, results, "npm", [shim], env)
    npx = installed.run(["npx", "--offline", "--no-install", "armlint", "--version"], env, prefix)
    results.show(
        "npx runs it", npx.returncode == 0 and version in npx.stdout, npx.stdout.strip() or npx.stderr[-300:]
    )
    ratio = min(binary.timed([shim, "--version"]) for _ in range(5)) / min(
        binary.timed(["node", "-e", "0"]) for _ in range(5)
    )
    results.show(
        "npm: the shim starts in less than 4 times the time of an empty Node", ratio < 4, f"{ratio:.1f}"
    )

    alone = install(place, "npm-alone", packed[:1], env, results) / "node_modules/armlint/bin/armlint.js"
    preload = place.work / "npm-alone/preload.js"
    cases = [
        ("without the package of the platform", "", "is not installed"),
        ("on musl", MUSL, f"@armlint/linux-{place.target()['npm']['cpu']}-musl, which"),
        ("on macOS", PLATFORM % "darwin", f"@armlint/darwin-{place.target()['npm']['cpu']}, which"),
        ("on Windows", PLATFORM % "win32", f"@armlint/win32-{place.target()['npm']['cpu']}, which"),
        ("on a platform without a program", PLATFORM % "freebsd", "there is no program for freebsd"),
    ]
    for case, script, said in cases:
        preload.write_text(script)
        found = installed.run(["node", "--require", preload, alone, "--version"], env, place.work)
        results.same(f"npm, {case}: exit code", (found.returncode, found.stdout), (2, ""))
        results.show(f"npm, {case}: says so", said in found.stderr, found.stderr.splitlines()[:1])


def pack(place, *arguments):
    """The folder that npm/pack.mjs writes."""
    command = ["node", place.root / "npm/pack.mjs", *arguments]
    written = subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
    return type(place.root)(written)


def platforms(place, results, folder, version):
    """Packs every target, and gives the names of the packages."""
    names = []
    for row in place.targets():
        target, npm = row["target"], row["npm"]
        package = pack(place, "--target", target, "--binary", place.program, "--out", folder)
        manifest = json.loads((package / "package.json").read_text())
        libc = npm.get("libc")
        is_right = (
            SYSTEMS[npm["os"]] in target
            and target.startswith(CPUS[npm["cpu"]])
            and libc
            == ({"gnu": "glibc", "musl": "musl"}[target.rsplit("-", 1)[1]] if npm["os"] == "linux" else None)
            and [manifest["os"], manifest["cpu"]] == [[npm["os"]], [npm["cpu"]]]
            and manifest.get("libc") == (libc and [libc])
            and manifest["version"] == version
            and (package / ("armlint.exe" if npm["os"] == "win32" else "armlint")).stat().st_mode & 0o111
        )
        results.show(f"npm: the package for {target}", is_right, manifest["name"])
        names.append(manifest["name"])
    return names


def tarball(package, folder, env):
    """What `npm publish` would send."""
    command = ["npm", "pack", "--silent", "--pack-destination", folder, package]
    return (
        folder
        / subprocess.run(
            command, check=True, env=env, cwd=folder, capture_output=True, text=True
        ).stdout.strip()
    )


def install(place, name, packed, env, results):
    """A project with the packages, from nowhere but these files."""
    prefix = place.folder(name)
    (prefix / "package.json").write_text('{ "private": true }\n')
    command = ["npm", "install", "--offline", "--no-audit", "--no-fund", *packed]
    done = installed.run(command, env, prefix)
    results.same(f"npm installs {' and '.join(file.name for file in packed)}", done.returncode, 0)
    return prefix
