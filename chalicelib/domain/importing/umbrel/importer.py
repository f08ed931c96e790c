"""Imports apps of Umbrel: `umbrel-app.yml`, compose with `app_proxy`, `exports.sh` and files."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from yaml.nodes import MappingNode

from chalicelib.domain.compose.interpolation import HOST, Reference
from chalicelib.domain.importing.document import (
    entries,
    get,
    items,
    line_of,
    put,
    read,
    take,
    text_of,
)
from chalicelib.domain.importing.drafting import data_volumes, one_line, tags_of, template_name
from chalicelib.domain.importing.imported import (
    CannotImport,
    Dropped,
    Imported,
    ImportedRoute,
    Outcome,
    Provenance,
    Source,
)
from chalicelib.domain.importing.mounts import Folder, Left, Place, move_mounts, shipped
from chalicelib.domain.importing.rewriting import (
    by_name,
    names_in,
    replace_references,
    replaced,
    use_own_url,
)
from chalicelib.domain.importing.services import (
    child,
    environment_of,
    inherited,
    node_of,
    ports_of,
)
from chalicelib.domain.importing.settling import (
    definition,
    settled,
    template_version,
    web_links,
)
from chalicelib.domain.importing.tidying import services_of, set_route
from chalicelib.domain.importing.umbrel.exports import (
    ENTROPY,
    Computed,
    Drawn,
    Export,
    composed,
    read_exports,
)
from chalicelib.domain.variables import Definition, Generator

MANIFEST = "umbrel-app.yml"
COMPOSE = "docker-compose.yml"
EXPORTS = "exports.sh"
PROXY = "app_proxy"
_OWN = re.compile(
    r"\$(?:\{(?:APP_DATA_DIR|EXPORTS_APP_DIR)\}|APP_DATA_DIR\b|EXPORTS_APP_DIR\b)/?(.*)", re.DOTALL
)
_SERVER = re.compile(r"\$(?:\{UMBREL_ROOT\}|UMBREL_ROOT\b)/(?:data/storage/)?(.*)", re.DOTALL)
_HOSTS = ("DEVICE_DOMAIN_NAME", "DEVICE_HOSTNAME", "APP_DOMAIN")
_TOR = re.compile(r"APP_HIDDEN_SERVICE$|TOR_")
_LINKS = {"website": "website", "repo": "repository", "support": "support"}
_NETWORK, _OUR_NETWORKS = "NETWORK_IP", "172.20.0.0"
_PASSWORD, _SEED = "APP_PASSWORD", "APP_SEED"
_SHARED = "This is a folder that all apps of an Umbrel share; here it is a volume of the app's own."
_LOGIN_BEFORE = (
    "Umbrel asks for its own login before this app; here whoever knows the address reaches it, and"
    " only a login of the app's own keeps people out."
)
_LOGIN = "You sign in as {user}{password}.\n"


def units(files: Source) -> Iterator[tuple[str, Source]]:
    """Group files by the folders that hold an `umbrel-app.yml`."""
    for path in sorted(files):
        folder, name = posixpath.split(path)
        if name == MANIFEST:
            start = f"{folder}/" if folder else ""
            yield path, {own[len(start) :]: files[own] for own in files if own.startswith(start)}


def is_mine(_path: str, unit: Source) -> bool:
    """Whether a unit is an app of Umbrel, which its file's name says."""
    return MANIFEST in unit


def convert(path: str, unit: Source) -> list[Outcome]:
    """Make the draft. Raises `CannotImport` and `InvalidPlan`."""
    dropped: list[Dropped] = []
    manifest = read(unit[MANIFEST], dropped)
    needed = [text_of(one) for one in items(get(manifest, "dependencies"))]
    if needed:
        detail = f"This app needs others, which are apps of their own: {', '.join(needed)}."
        raise CannotImport(detail, line_of(get(manifest, "dependencies")))
    if COMPOSE not in unit:
        detail = f"There is no {COMPOSE} beside {MANIFEST}."
        raise CannotImport(detail)
    return [_App(path, unit, manifest, read(unit[COMPOSE], dropped), dropped).draft()]


class _App:
    """One app while it is converted."""

    def __init__(
        self,
        path: str,
        unit: Source,
        manifest: MappingNode,
        root: MappingNode,
        dropped: list[Dropped],
    ) -> None:
        self.path = path
        self.unit = unit
        self.manifest = manifest
        self.root = root
        self.dropped = dropped
        self.exports = read_exports(unit.get(EXPORTS, ""))
        self.composed = composed(self.exports, whole=False)
        self.whole = composed(self.exports, whole=True)
        self.files = {
            own: text for own, text in unit.items() if own not in {MANIFEST, COMPOSE, EXPORTS}
        }

    def text(self, key: str) -> str:
        """Give a text of the manifest."""
        return text_of(get(self.manifest, key))

    def draft(self) -> Imported:
        """Convert everything, in the order in which one thing needs the other."""
        route = self.route()
        self.name_services()
        mounts = move_mounts(self.root, self.place)
        definitions = self.fill_in()
        if route is not None:
            set_route(self.root, route)
        self.leave_addresses()
        text, found = settled(self.root, definitions, self.dropped)
        self.note_manifest()
        return Imported(
            name=template_name(self.text("name") or self.text("id")),
            provenance=Provenance("umbrel", self.path, self.text("manifestVersion")),
            compose_spec=text,
            version=template_version(self.text("version")),
            description=one_line(self.text("tagline"), 5000),
            category=one_line(self.text("category"), 60),
            tags=tags_of([self.text("category")]),
            variables=found,
            readme=self.text("description"),
            routes=() if route is None else (route,),
            links=web_links({ours: self.text(key) for key, ours in _LINKS.items()}),
            notes_start=self.login(),
            data_volumes=data_volumes(self.root),
            dropped=(*self.dropped, *mounts.dropped),
        )

    def route(self) -> ImportedRoute | None:
        """Take `app_proxy` out of the text, and give the route that it stands for."""
        services = dict(services_of(self.root))
        proxy = services.pop(PROXY, None)
        node = get(self.root, "services")
        if proxy is None or node is None:
            return self._published(services)
        take(node, PROXY)
        for service in services.values():
            _leave_dependency(service)
        told = {name: value or "" for name, value, _ in environment_of(proxy)}
        line = line_of(proxy)
        self._note_login(told, line)
        port = self.known(told.get("APP_PORT", ""))
        service_name = self._host(told.get("APP_HOST", ""), services)
        if service_name is None or not port.isdecimal() or not 1 <= int(port) <= 65_535:
            detail = "The proxy leads to no service of this text."
            self.dropped.append(Dropped(PROXY, detail, line))
            return None
        return ImportedRoute(service_name, int(port), self.text("path") or "/")

    def _note_login(self, told: dict[str, str], line: int | None) -> None:
        """Tell of the login that Umbrel puts before an app, unless the app goes without."""
        if told.get("PROXY_AUTH_ADD", "").lower() != "false":
            self.dropped.append(Dropped(f"{PROXY}.PROXY_AUTH_ADD", _LOGIN_BEFORE, line))
        for key in ("PROXY_AUTH_WHITELIST", "PROXY_AUTH_BLACKLIST"):
            if told.get(key):
                detail = f"Umbrel's login knows some paths as exceptions: {told[key][:100]}."
                self.dropped.append(Dropped(f"{PROXY}.{key}", detail, line))

    def _published(self, services: dict[str, MappingNode]) -> ImportedRoute | None:
        """Find the service that opens the app's port itself."""
        for name, service in services.items():
            for published, target, protocol in ports_of(service):
                if published == self.text("port") and protocol == "tcp" and target.isdecimal():
                    return ImportedRoute(name, int(target), self.text("path") or "/")
        return None

    def _host(self, host: str, services: dict[str, MappingNode]) -> str | None:
        """Find a service by its container's name, by its address, or by its own name."""
        for name, service in services.items():
            networks = inherited(service, "networks")
            addresses = {text_of(get(node, "ipv4_address")) for _, node in entries(networks)}
            names = {name, self.container(name), text_of(get(service, "container_name"))}
            if host in names or (host in addresses and host):
                return name
        return None

    def container(self, service: str) -> str:
        """Give the name that Umbrel's Docker gives a service's container."""
        return f"{self.text('id')}_{service}_1"

    def known(self, text: str) -> str:
        """Fill the app's own exported texts into a text."""
        return replaced(text, by_name(self.whole))

    def name_services(self) -> None:
        """Let each service answer to its container's name too, if something calls it so."""
        texts = " ".join((self.unit[COMPOSE], *self.files.values()))
        for name, service in services_of(self.root):
            if any(host in text_of(get(service, "hostname")) for host in _HOSTS):
                take(service, "hostname")
            container = self.container(name)
            if container in texts and get(service, "network_mode") is None:
                _add_alias(service, container)

    def place(self, source: str, target: str) -> Place:
        """Say what a mount is: the app's own folder or file, or one that apps share."""
        source = self.known(source)
        if own := _OWN.fullmatch(source):
            path = posixpath.normpath(own[1] or ".")
            folder = Folder("" if path == "." else path)
            found = shipped(path, self.files, folder)
            is_missing = found is folder and _is_file(path, target)
            return _missing(path) if is_missing else found
        if shared := _SERVER.fullmatch(source):
            return Folder(f"storage/{shared[1]}".rstrip("/"), _SHARED)
        return None

    def fill_in(self) -> list[Definition]:
        """Define what Umbrel gives to an app, and what the app's own script exports."""
        made = {
            _PASSWORD: Definition(_PASSWORD, "secret", generator=Generator("hex", 64)),
            _SEED: Definition(_SEED, "secret", generator=Generator("hex", ENTROPY)),
        }
        replace_references(self.root, self._composed)
        replace_references(self.root, self._given)
        used = names_in(self.root)
        use_own_url(self.root, self.text("port"))
        for name, export in self.exports.items():
            if name in used:
                made |= self._exported(name, export)
        if _NETWORK in used:
            made[_NETWORK] = definition(_NETWORK, _OUR_NETWORKS)
            detail = f"Umbrel has one network for all apps; {_OUR_NETWORKS}/14 holds those here."
            self.dropped.append(Dropped(f"${{{_NETWORK}}}", detail))
        for name in sorted(used):
            if _TOR.search(name) and name not in made:
                detail = "There is no Tor here; the variable is empty unless somebody fills it in."
                self.dropped.append(Dropped(f"${{{name}}}", detail))
        return list(made.values())

    def _composed(self, reference: Reference) -> str | None:
        """Give what a variable is made of, since that cannot be a variable's default."""
        text = self.composed.get(reference.name, "")
        return text if "$" in text and reference.operator[-1:] != "+" else None

    def _given(self, reference: Reference) -> str | None:
        """Give what is known of the app's own address."""
        if reference.name in _HOSTS:
            return f"${{{HOST}}}"
        text = self.composed.get(reference.name)
        return text if text and text == self.text("port") else None

    def _exported(self, name: str, export: Export) -> dict[str, Definition]:
        if isinstance(export, Drawn):
            length = max(export.length, 8)
            return {name: Definition(name, "secret", generator=Generator("hex", length))}
        if isinstance(export, Computed):
            detail = f"{EXPORTS} computes this; it is a variable here that people give."
            self.dropped.append(Dropped(f"${{{name}}}", detail, export.line))
            return {}
        return {name: definition(name, export.text)} if "$" not in export.text else {}

    def leave_addresses(self) -> None:
        """Take the fixed addresses away, of which an app here has none."""
        for _, service in services_of(self.root):
            networks = inherited(service, "networks")
            for _, node in entries(networks):
                take(node, "ipv4_address")
            names = [name for name, _ in entries(networks)]
            if names == ["default"] and not entries(get(networks, "default")):
                take(service, "networks")

    def note_manifest(self) -> None:
        """Tell what of the manifest has no equal here."""
        reasons = {
            "torOnly": "There is no Tor here.",
            "permissions": "What Umbrel lets an app reach beyond itself is not there.",
            "implements": "No other app is told that this one can stand for another.",
            "widgets": "There are no widgets here.",
            "backupIgnore": "Backups do not leave anything out by path.",
        }
        for key, reason in reasons.items():
            node = get(self.manifest, key)
            if node is not None and text_of(node) != "false" and (text_of(node) or items(node)):
                self.dropped.append(Dropped(f"{MANIFEST}: {key}", reason, line_of(node)))

    def login(self) -> str:
        """Say how people sign in, as far as the manifest tells."""
        user, password = self.text("defaultUsername"), self.text("defaultPassword")
        is_drawn = self.text("deterministicPassword") == "true"
        if not user and not password and not is_drawn:
            return ""
        told = f" with the password `{password}`" if password else ""
        told = f" with the password in {_PASSWORD}" if is_drawn else told
        return _LOGIN.format(user=f"`{user}`" if user else "you like", password=told)


def _add_alias(service: MappingNode, name: str) -> None:
    """Let a service answer to a further name on the app's network, or on those that it states."""
    networks = inherited(service, "networks")
    if networks is None:
        put(service, "networks", node_of({"default": {"aliases": [name]}}))
    elif isinstance(get(networks, "default"), MappingNode):
        put(child(child(service, "networks"), "default"), "aliases", node_of([name]))
    elif get(service, "container_name") is None:
        put(service, "container_name", node_of(name))


def _leave_dependency(service: MappingNode) -> None:
    """Let a service not wait for the proxy."""
    found = get(service, "depends_on")
    take(found, PROXY)
    for item in items(found):
        if text_of(item) == PROXY and found is not None:
            found.value.remove(item)
    if found is not None and not entries(found) and not items(found):
        take(service, "depends_on")


def _is_file(path: str, target: str) -> bool:
    from chalicelib.domain.compose.binds import means_file

    return means_file(path, target)


def _missing(path: str) -> Left:
    detail = f"The app brings the file {path}, which is not among the given ones; give it too."
    return Left(detail)
