"""Fails unless the tests of the policies reach every line of every rule."""

import argparse
import json
import subprocess
import sys


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--opa", required=True)
    parser.add_argument("policies")
    arguments = parser.parse_args()
    command = [arguments.opa, "test", "--ignore", "*.yaml", "--coverage", arguments.policies]
    report = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    for file, lines in report["files"].items():
        for gap in lines.get("not_covered", ()):
            print(f"{file}:{gap['start']['row']}: no test reaches this line", file=sys.stderr)
    print(f"coverage of the policies: {report['coverage']} %")
    return 0 if report["coverage"] == 100 else 1


if __name__ == "__main__":
    sys.exit(main())
