"""The closed list of reasons for which a compose text cannot be run.

A rule's code is its member's name in lower case; its value is the sentence that the
documentation shows.
"""

from __future__ import annotations

from enum import Enum, unique

from chalicelib.domain.errors import InvalidPlan

MAX_DETAIL = 600
"""Characters of an explanation."""


class Rule(Enum):
    """A reason, named for its meaning."""

    @property
    def code(self) -> str:
        """The stable name that callers and reports use."""
        return self.name.lower()


@unique
class Refused(Rule):
    """What is understood and not allowed, because a node does not trust the compose text."""

    BUILD = "Images are pulled, never built on a node: name a published image."
    PRIVILEGED = "A privileged container would own the node."
    HOST_NAMESPACE = "A container shares no namespace with the node or with another container."
    HOST_PATH = "A path of the node may not be mounted: use a named volume or a config file."
    DOCKER_SOCKET = "The Docker socket would give the container the node."
    DEVICE = "Devices of the node are not handed to containers."
    CAPABILITY = "Only capabilities that Docker grants anyway, and harmless ones, may be added."
    UNCONFINED = "A container keeps the node's security profiles."
    EXTERNAL = "Nothing from outside the deployment is used: declare it here, without external."
    EXTENDS_FILE = "A service cannot be extended from another file: there is one compose text."
    INCLUDE = "Other compose files cannot be included: there is one compose text."


@unique
class Mistaken(Rule):
    """What cannot be understood or does not fit together."""

    TOO_LARGE = "A compose text has at most 128 KB."
    NOT_TEXT = "A compose text is UTF-8 without NUL and control characters."
    INVALID_YAML = "The text is not one YAML document."
    DUPLICATE_KEY = "A key stands twice in one mapping."
    TOO_COMPLEX = "The text nests or repeats itself more than any app needs."
    WRONG_TYPE = "A value has another type than its key takes."
    BAD_INTERPOLATION = "A variable reference is not well formed."
    MISSING_VARIABLE = "A variable that the text requires has no value."
    NO_SERVICES = "There is no service to run."
    BAD_NAME = "A name does not fit: services are host names, at most 63 characters."
    NO_IMAGE = "A service has no image."
    BAD_IMAGE = "An image reference is not well formed."
    BAD_COMMAND = "A command cannot be split into words."
    BAD_ENVIRONMENT = "An environment variable or label is not well formed."
    BAD_PORT = "A port is not well formed."
    BAD_VOLUME = "A mount is not well formed."
    BAD_NETWORK = "A host name, alias, address or name server is not well formed."
    UNDEFINED_NETWORK = "A network is used and not declared under networks."
    UNDEFINED_VOLUME = "A named volume is used and not declared under volumes."
    BAD_FILE = "A config, secret or env file is not well formed or not there."
    BAD_HEALTH_CHECK = "A health check is not well formed."
    BAD_LIMIT = "A limit of CPU, memory, processes or the kernel is not well formed."
    BAD_DURATION = "A duration is not well formed."
    BAD_RESTART = "A restart policy is not one of no, always, on-failure and unless-stopped."
    BAD_EXTENDS = "A service extends one that is not there, or itself."
    UNKNOWN_DEPENDENCY = "A service depends on one that is not there."
    DEPENDENCY_CYCLE = "Services wait for each other in a circle."
    BAD_ROUTE = "The route leads to a service or port that is not there."
    BAD_DUMP = "A command that dumps or loads data is not well formed, or of what is not there."


RULES: dict[str, str] = {rule.code: rule.value for group in (Refused, Mistaken) for rule in group}
"""Every rule's code with its sentence."""


def fault(rule: Rule, detail: str, line: int | None = None) -> InvalidPlan:
    """Make the error that tells of a broken rule; `line` counts from 1.

    The text's own words in `detail` can be of any length; what is told is not.
    """
    told = detail if len(detail) <= MAX_DETAIL else f"{detail[:MAX_DETAIL]}…"
    return InvalidPlan(told, rule=rule.code, line=line)
