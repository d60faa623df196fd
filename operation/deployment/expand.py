"""AWS's own transform of a SAM template, as CloudFormation applies it: reads one from standard input, writes the other.

Runs in the environment of ``requirements-aws.txt``, whose libraries differ from the project's; so it imports nothing of
the project.
"""

import json
import os
import sys


def main() -> None:
    """Expand with the parameters that are given as ``Name=value``."""
    os.environ.setdefault("AWS_DEFAULT_REGION", "eu-north-1")
    from samtranslator.translator.transform import transform

    class NoManagedPolicies:
        """None is named by the template, so none has to be looked up."""

        def load(self) -> dict[str, str]:
            return {}

    parameters = dict(argument.split("=", 1) for argument in sys.argv[1:])
    json.dump(transform(json.load(sys.stdin), parameters, NoManagedPolicies()), sys.stdout)


if __name__ == "__main__":
    main()
