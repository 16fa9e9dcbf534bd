#!/usr/bin/env python3
"""Makes types.txt anew from a clone of Azure/bicep-types-az: refresh.py CLONE COMMIT DAY > types.txt

What the public cloud lists itself (') is taken from the types.txt beside this file. The same source gives the same bytes.
"""

import base64
import json
import sys
from collections import defaultdict
from hashlib import blake2b
from pathlib import Path

FLAGS = [(1, "!"), (2, "<"), (4, ">"), (8, "=")]
DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
LEFT_OUT = {"id", "type", "apiVersion"}
ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def escaped(text):
    return text.translate(ESCAPES)


def reference(value):
    """The index that `{"$ref": "#/4"}` is."""
    return int(value["$ref"].rsplit("/", 1)[1])


class File:
    """The nodes of one types.json: kind, fields and the indexes that the fields lead to."""

    def __init__(self, path):
        self.types = json.loads(path.read_text(encoding="utf-8"))
        self.hashes = {}

    def resources(self):
        for one in self.types:
            if one["$type"] == "ResourceType":
                name, version = one["name"].rsplit("@", 1)
                yield name, version, scopes(one), reference(one["body"])

    def node(self, index, body=False):
        """Kind, name, plain fields, and fields with an index: (key, flags, index)."""
        one = self.types[index]
        name, kind = one.get("name", ""), one["$type"]
        secret = one.get("sensitive", False)
        bounds = [str(one.get(key, "")) for key in ("minLength", "maxLength")]
        if kind in ("ObjectType", "DiscriminatedObjectType"):
            own = one.get("properties", one.get("baseProperties", {}))
            members = [
                (escaped(key), member.get("flags", 0), reference(member["type"]))
                for key, member in own.items()
                if not (body and key in LEFT_OUT)
            ]
            if "additionalProperties" in one:
                members.append(("*", 0, reference(one["additionalProperties"])))
            if kind == "ObjectType":
                return ("O" if secret else "o"), name, [], members
            members += [("&" + escaped(key), 0, reference(value)) for key, value in one["elements"].items()]
            return "d", name, [f"?:{escaped(one['discriminator'])}"], members
        if kind == "ArrayType":
            plain = [] if bounds == ["", ""] else bounds
            return "l", name, plain, [("", 0, reference(one["itemType"]))]
        if kind == "UnionType":
            parts = [reference(part) for part in one["elements"]]
            values = [self.types[part]["value"] for part in parts if "value" in self.types[part]]
            if len(values) == len(parts):
                return "e", name, sorted(map(escaped, values)), []
            others = [part for part in parts if "value" not in self.types[part]]
            if all(self.types[part] == {"$type": "StringType"} for part in others):
                return "E", name, sorted(map(escaped, values)), []
            if any(self.types[part]["$type"] == "NullType" for part in others):
                return "a", name, [], []
            return "u", name, [], [("", 0, part) for part in parts]
        if kind == "StringLiteralType":
            return "e", name, [escaped(one["value"])], []
        if kind == "StringType":
            plain = [*bounds, escaped(one.get("pattern", ""))]
            if not any(plain):
                return ("S" if secret else "s"), name, [], []
            return ("X" if secret else "x"), name, plain, []
        if kind == "IntegerType":
            plain = [str(one.get(key, "")) for key in ("minValue", "maxValue")]
            return ("n" if any(plain) else "i"), name, plain if any(plain) else [], []
        return ("b" if kind == "BooleanType" else "a"), name, [], []

    def hash(self, root):
        """The hash of all that a body leads to: of a cycle as many rounds as tell all of its nodes apart."""
        order = components(root, lambda index: [child for _, _, child in self.node(index, index == root)[3]])
        for component in order:
            known = {index: b"" for index in component}
            for _ in range(2 * len(component) + 2 if len(component) > 1 else 1):
                known = {index: self.digest(index, index == root, known) for index in component}
            self.hashes.update(known)

    def digest(self, index, body, known):
        kind, _, plain, members = self.node(index, body)
        parts = [(key, str(flags), known.get(child, self.hashes.get(child, b""))) for key, flags, child in members]
        if kind == "u":
            parts.sort(key=lambda part: part[2])
        else:
            parts.sort()
        text = json.dumps([kind, plain, [(key, flags, base64.b64encode(part).decode()) for key, flags, part in parts]])
        return blake2b(text.encode(), digest_size=16).digest()


def scopes(resource):
    """The masks of where a resource is read and written, whichever form the source has."""
    every = resource.get("scopeType", 0) or 31
    read = resource.get("readableScopes", every | resource.get("readOnlyScopes", 0))
    return read, resource.get("writableScopes", every)


def components(root, children):
    """The cycles of a graph, those that others lead to first."""
    numbers, lows, stack, held, found = {}, {}, [], set(), []
    work = [(root, iter(children(root)))]
    numbers[root] = lows[root] = 0
    stack.append(root)
    held.add(root)
    while work:
        node, rest = work[-1]
        for child in rest:
            if child not in numbers:
                numbers[child] = lows[child] = len(numbers)
                stack.append(child)
                held.add(child)
                work.append((child, iter(children(child))))
                break
            if child in held:
                lows[node] = min(lows[node], numbers[child])
        else:
            work.pop()
            if work:
                lows[work[-1][0]] = min(lows[work[-1][0]], lows[node])
            if lows[node] == numbers[node]:
                at = stack.index(node)
                found.append(stack[at:])
                held.difference_update(stack[at:])
                del stack[at:]
    return found


class Table:
    def __init__(self):
        self.ids = {}  # digest -> id
        self.taken = {}  # id -> digest
        self.written = set()
        self.recent = defaultdict(list)  # (provider, name of a node) -> (id, fields)

    def id(self, digest):
        if digest not in self.ids:
            number, text = int.from_bytes(digest, "big"), ""
            while number:
                number, rest = divmod(number, 62)
                text += DIGITS[rest]
            length = 5
            while self.taken.setdefault(text[:length], digest) != digest:
                length += 1
            self.ids[digest] = text[:length]
        return self.ids[digest]

    def reference(self, file, index):
        kind, _, plain, members = file.node(index)
        if kind in "sSiba":
            return kind
        if kind == "l" and not plain:
            return "[" + self.reference(file, members[0][2])
        return self.id(file.hashes[index])

    def lines(self, file, root, provider):
        """The lines of a body's nodes that are not written yet, the body first."""
        work, lines = [root], []
        while work:
            index = work.pop()
            kind, name, plain, members = file.node(index, index == root)
            own = self.id(file.hashes[index])
            is_word = kind in "sSiba" or kind == "l" and not plain
            if own in self.written and not is_word:
                continue
            children = [child for _, _, child in members]
            work += reversed(children)
            if is_word:
                continue
            self.written.add(own)
            lines.append("\t".join([own, kind, *self.fields(file, (kind, name, plain, members), provider, own)]))
        return lines

    def fields(self, file, node, provider, own):
        kind, name, plain, members = node
        refs = [(key, flags, self.reference(file, child)) for key, flags, child in members]
        if kind in "lu":
            fields = [ref for _, _, ref in refs]
            return [*(sorted(fields) if kind == "u" else fields), *plain]
        if kind not in "oOdeE":
            return trimmed(plain)
        sign = lambda flags: "".join(sign for bit, sign in FLAGS if flags & bit)  # noqa: E731
        fields = {key: f"{key}:{sign(flags)}{ref}" for key, flags, ref in refs}
        fields |= {(field.split(":")[0] if kind == "d" else field): field for field in plain}
        return self.shortest(fields, "e" if kind in "eE" else "o", (provider, name), own)

    def shortest(self, fields, family, place, own):
        """The fields by themselves, or as what differs from one of the last nodes of the same name."""
        best = sorted(fields.values())
        for base, known in self.recent[family, place][-8:]:
            gone = [f"-{key}" for key in known if key not in fields]
            new = [field for key, field in fields.items() if known.get(key) != field]
            line = [f"={base}", *sorted(gone), *sorted(new)]
            if sum(map(len, line)) + len(line) < sum(map(len, best)) + len(best):
                best = line
        self.recent[family, place].append((own, fields))
        return best


def trimmed(fields):
    while fields and not fields[-1]:
        fields = fields[:-1]
    return fields


def listed():
    """The versions that the public cloud lists itself, as the table knows them."""
    found = set()
    for line in (Path(__file__).parent / "types.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("T\t"):
            _, name, *versions = line.split("\t")
            found |= {(name.lower(), one.split(":")[0].lower()) for one in versions if one.endswith("'")}
    return found


def main(clone, commit, day):
    manifest, table = listed(), Table()
    types, spelling = defaultdict(lambda: defaultdict(list)), {}
    paths = sorted(Path(clone, "generated").rglob("types.json"))
    for path in paths:
        for name, version, masks, root in File(path).resources():
            types[name.lower()][version].append((path, name, masks, root))
    print("# armlint-types 1")
    print(f"# source Azure/bicep-types-az {commit} {day}, generated/**/types.json ({len(paths):,} files)")
    for key, versions in sorted(types.items()):
        cells, lines, last, scope = [], [], None, None
        for version, definitions in sorted(versions.items()):
            roots = []
            for path, spelling[key], masks, root in definitions:
                file = File(path)
                file.hash(root)
                roots.append(table.id(file.hashes[root]))
                lines += table.lines(file, root, key.split("/")[0])
                if masks != scope:
                    scope = masks
                    cells.append("%{}/{}".format(*masks))
            roots = list(dict.fromkeys(roots))
            mark = "'" if (key, version.lower()) in manifest else ""
            cells.append(f"{version}:{'' if roots == last else '|'.join(roots)}{mark}")
            last = roots
        print("\t".join(["T", spelling[key], *cells]))
        print("\n".join(lines), end="\n" if lines else "")


if __name__ == "__main__":
    main(*sys.argv[1:4])
