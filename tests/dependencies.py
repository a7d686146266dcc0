#!/usr/bin/env python3
"""Checks what others wrote against deny.toml without anything to install: licences, sources and banned crates.

`cargo deny check` does the same and looks for known holes as well; it takes minutes to compile and needs the network.
"""

import json
import pathlib
import subprocess
import sys
import tomllib

root = pathlib.Path(__file__).parent.parent
rules = tomllib.loads((root / "deny.toml").read_text())
allowed = set(rules["licenses"]["allow"])
exceptions = {rule["crate"]: set(rule["allow"]) for rule in rules["licenses"]["exceptions"]}
banned = {crate["name"]: crate["reason"] for crate in rules["bans"]["deny"]}
registries = {f"registry+{address}" for address in rules["sources"]["allow-registry"]}


def accepts(expression, allowed):
    """Whether an SPDX expression holds with the licences that are allowed. Cargo still allows `/` for `OR`."""
    words = expression.replace("/", " OR ").replace("(", " ( ").replace(")", " ) ").split()
    python, skip = [], False
    for word in words:
        if skip:  # an exception only allows more
            skip = False
        elif word == "WITH":
            skip = True
        elif word in ("AND", "OR", "(", ")"):
            python.append(word.lower())
        else:
            python.append(str(word in allowed))
    return eval(" ".join(python), {"__builtins__": {}})  # nothing but True, False, and, or, ( and )


command = ["cargo", "metadata", "--format-version", "1", "--locked", "--all-features"]
packages = json.loads(subprocess.run(command, cwd=root, check=True, capture_output=True).stdout)["packages"]
problems = []
for package in packages:
    name = f"{package['name']} {package['version']}"
    if package["source"] is None:
        continue  # ours
    if package["source"] not in registries:
        problems.append(f"{name}: comes from {package['source']}")
    if not package["license"] or not accepts(package["license"], allowed | exceptions.get(package["name"], set())):
        problems.append(f"{name}: licence {package['license']}")
    if package["name"] in banned:
        problems.append(f"{name}: {banned[package['name']]}")

for problem in problems:
    print(problem)
print(f"{len(packages)} packages, {len(problems)} problems")
sys.exit(bool(problems))
