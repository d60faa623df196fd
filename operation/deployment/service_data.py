"""What of botocore's description of AWS a process reads at its start: of DynamoDB, the calls that are made.

botocore itself is in Lambda's runtime. It looks for descriptions in the folder that it is told of before its own, as in
``~/.aws/models``; of what is not there, its own is read.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from botocore import xform_name
from botocore.loaders import Loader

_SERVICE = "dynamodb"
#: Of all services: where each is in each region, and how calls are made again.
_PARTITIONS, _RETRIES = "endpoints", "_retry"
_COPIED = ("partitions", "sdk-default-configuration")


def write(storage: Path, folder: Path) -> None:
    """Write into ``folder`` what the modules in the folder ``storage`` need: they name each call that they make."""
    loader = Loader()
    version = loader.determine_latest_version(_SERVICE, "service-2")
    own = f"{_SERVICE}/{version}"
    partitions, retries = loader.load_data(_PARTITIONS), loader.load_data(_RETRIES)
    files = {
        f"{own}/service-2": _described(loader.load_data(f"{own}/service-2"), _named(storage)),
        f"{own}/endpoint-rule-set-1": loader.load_data(f"{own}/endpoint-rule-set-1"),
        _PARTITIONS: partitions | {"partitions": [_of_service(one) for one in partitions["partitions"]]},
        _RETRIES: retries | {"retry": {name: retries["retry"][name] for name in ("__default__", _SERVICE)}},
        **{name: loader.load_data(name) for name in _COPIED},
    }
    for name, content in files.items():
        path = folder / f"{name}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content, separators=(",", ":"), sort_keys=True), "utf-8")


def _named(storage: Path) -> set[str]:
    """Every word that stands in quotes in ``storage``; "put_item" is one."""
    return {word for path in storage.glob("*.py") for word in re.findall(r'"([a-z_]+)"', path.read_text("utf-8"))}


def _of_service(partition: Mapping[str, Any]) -> dict[str, Any]:
    services = partition["services"]
    return {**partition, "services": {name: services[name] for name in (_SERVICE,) if name in services}}


def _described(service: Mapping[str, Any], named: set[str]) -> dict[str, Any]:
    """The operations of ``service`` that are ``named``, and the shapes of what they take and give."""
    operations = {name: made for name, made in service["operations"].items() if xform_name(name) in named}
    shapes: dict[str, Any] = {}
    waiting = list(_shapes_in(operations))
    while waiting:
        name = waiting.pop()
        if name not in shapes:
            shapes[name] = service["shapes"][name]
            waiting += _shapes_in(shapes[name])
    kept: dict[str, Any] = _unexplained({**service, "operations": operations, "shapes": shapes})
    return kept


def _shapes_in(part: Any) -> Iterator[str]:
    """The names of the shapes that ``part`` refers to."""
    if isinstance(part, Mapping):
        for key, value in part.items():
            if key == "shape" and isinstance(value, str):
                yield value
            else:
                yield from _shapes_in(value)
    elif isinstance(part, list):
        for value in part:
            yield from _shapes_in(value)


def _unexplained(part: Any) -> Any:
    if isinstance(part, Mapping):
        return {
            key: _unexplained(value)
            for key, value in part.items()
            if key != "documentation" or not isinstance(value, str)
        }
    return [_unexplained(value) for value in part] if isinstance(part, list) else part
