"""The GOV.UK Design System's macros, called with the Design System's own argument names."""

import functools
import re
from collections.abc import Callable, Mapping
from typing import Any

from django.utils.safestring import SafeString
from jinja2 import Environment, PackageLoader, PrefixLoader

PACKAGE = "govuk_frontend_jinja"
PARAMETER = re.compile(r"params(?:\.|\[')(\w+)")
LOADER = PrefixLoader({PACKAGE: PackageLoader(PACKAGE)})


@functools.cache
def environment() -> Environment:
    """The one Jinja environment, which escapes every argument not marked safe."""
    return Environment(
        loader=LOADER, autoescape=True, auto_reload=False, trim_blocks=True, lstrip_blocks=True
    )


def path(name: str) -> str:
    """Where the package keeps a component's macro."""
    return f"{PACKAGE}/components/{name}/macro.html"


@functools.cache
def macro(name: str) -> Callable[[dict[str, Any]], object]:
    """The macro of one component, such as `date-input`."""
    title = "".join(part.title() for part in name.split("-"))
    return getattr(environment().get_template(path(name)).module, f"govuk{title}")  # type: ignore[no-any-return]


@functools.cache
def parameters(name: str) -> frozenset[str]:
    """The argument names that a component's macro reads."""
    source, _, _ = LOADER.get_source(environment(), path(name))
    return frozenset(PARAMETER.findall(source))


def camel(name: str) -> str:
    """`summary_text` as the macros spell it: `summaryText`."""
    first, *rest = name.split("_")
    return first + "".join(part.title() for part in rest)


def spelled(value: Any, *, keys: bool = True) -> Any:
    """The same arguments with camel-case names and without those that are None, at every depth."""
    if isinstance(value, Mapping):
        return {
            camel(name) if keys else name: spelled(item, keys=name != "attributes")
            for name, item in value.items()
            if item is not None
        }
    if isinstance(value, list | tuple):
        return [spelled(item) for item in value]
    return value


def component(name: str, params: Mapping[str, Any]) -> SafeString:
    """The HTML of one component; raises TypeError for an argument that the component does not have."""
    arguments = spelled(params)
    if unknown := arguments.keys() - parameters(name):
        raise TypeError(f"The component {name} has no {', '.join(sorted(unknown))}.")
    # The macros escape what they are given, so their result may be trusted as HTML.
    return SafeString(macro(name)(arguments))
