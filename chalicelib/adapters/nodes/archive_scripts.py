"""Writes the scripts that send a server's volumes as archives, fetch them, and swap them in.

A script comes in by standard input and removes its own text first, so that its passphrases are in
the memory of its processes alone: OpenSSL reads them from a pipe, curl its links from another.
Folders are Docker's own mountpoints. Each script may die at any line and be run again.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable

from chalicelib.adapters.nodes import detached
from chalicelib.ports.volume_archives import Incoming, Outgoing

TOLD = "told"
"""The file in which a script tells what it has done, a line each."""
_TOOLS = "tar gzip openssl curl split sha256sum md5sum mkfifo find"
_BEGIN = f"""\
rm -f script {TOLD} broken
set -eu
umask 077
fail() {{ echo "$1"; exit 1; }}
count() {{ find "$1" -mindepth 1 ! -type s -printf x | wc -c; }}
for tool in {_TOOLS}; do
  command -v $tool >/dev/null || fail "The server lacks the program $tool."
done
trap 'rm -f urls.* ways.* part.* archive.* *.pipe put' EXIT
"""
_SEND = """\
cat >put <<'END'
set -eu
number=$(expr "${FILE#part.}" + 0)
cat >"$FILE"
link() { sed -n "${number}p" "urls.$VOLUME"; }
[ -n "$(link)" ] || { echo "The data grew while it was sent."; exit 1; }
sum=$(openssl dgst -md5 -binary "$FILE" | base64)
put() {
  { cat "ways.$VOLUME"
    printf 'url = "%s"\\nupload-file = "%s"\\nheader = "Content-MD5: %s"\\n' "$1" "$FILE" "$sum"
  } | curl --config - --silent --show-error --fail --output /dev/null \\
      --connect-timeout 20 --retry 5 --retry-connrefused --speed-limit 1000 --speed-time 60
}
until url=$(link) && put "$url"; do [ "$(link)" != "$url" ] || exit 1; done
printf 'part %s %s %s %s\\n' "$VOLUME" "$number" "$(wc -c <"$FILE")" \\
  "$(md5sum <"$FILE" | cut -c 1-32)" >>told
rm -f "$FILE"
END
send() {
  export VOLUME="$1"
  begun=$(date +%s)
  rm -f plain.pipe coded.pipe
  mkfifo plain.pipe coded.pipe
  wc -c <plain.pipe >plain &
  counting=$!
  sha256sum <coded.pipe >sum &
  summing=$!
  { tar --numeric-owner --xattrs --sparse -C "$2" -cf - . || echo tar >>broken; } |
    tee plain.pipe |
    { gzip -1 || echo gzip >>broken; } |
    { openssl enc -aes-256-ctr -pbkdf2 -salt -pass fd:3 3<<KEY || echo openssl >>broken
$4
KEY
    } |
    tee coded.pipe |
    { split -b "$3" -a 4 --numeric-suffixes=1 --filter='sh ./put' - part. || echo it >>broken; }
  wait $counting $summing
  [ ! -e broken ] || fail "Sending $1 broke off at $(head -n 1 broken)."
  printf 'sent %s %s %s %s %s\\n' "$1" "$(cat plain)" "$(cut -c 1-64 sum)" \\
    "$(($(date +%s) - begun))" "$(count "$2")" >>told
}
"""
_FETCH = """\
fetch() {
  { cat "ways.$1"; sed 's/.*/url = "&"/' "urls.$1"; } |
    curl --config - --silent --show-error --fail --output "archive.$1" \\
      --connect-timeout 20 --retry 5 --retry-connrefused --speed-limit 1000 --speed-time 60
  [ "$(sha256sum <"archive.$1" | cut -c 1-64)" = "$2" ] ||
    fail "The archive of $1 is not what was stored: its hash differs."
  printf 'fetched %s %s\\n' "$1" "$(wc -c <"archive.$1")" >>told
}
unpack() {
  rm -rf "$2.coming"* "$2.before"*
  mkdir "$2.coming$3"
  { openssl enc -d -aes-256-ctr -pbkdf2 -pass fd:3 -in "archive.$1" 3<<KEY || echo openssl >>broken
$4
KEY
  } |
    { gzip -d || echo gzip >>broken; } |
    { tar --numeric-owner --xattrs -C "$2.coming$3" -xpf - || echo tar >>broken; }
  [ ! -e broken ] || fail "Unpacking $1 broke off at $(head -n 1 broken)."
  rm -f "archive.$1"
  printf 'unpacked %s %s\\n' "$1" "$(count "$2.coming$3")" >>told
}
"""
_SWAP = """\
set -eu
swap() {
  if [ -e "$1.coming$2" ]; then
    [ -e "$1.before$2" ] || mv -T "$1" "$1.before$2"
    mv -T "$1.coming$2" "$1"
  fi
  [ -e "$1.before$2" ] || { echo "What was fetched is not there." >&2; exit 1; }
}
"""
_PUT_BACK = """\
set -eu
put_back() {
  rm -rf "$1.coming$2" "$1.gone"
  if [ -e "$1.before$2" ]; then
    [ ! -e "$1" ] || mv -T "$1" "$1.gone"
    mv -T "$1.before$2" "$1"
    rm -rf "$1.gone"
  fi
}
"""


def folder(deployment_id: str, generation: int, what: str) -> str:
    """Return the folder of the work of a generation on a deployment's archives."""
    return detached.folder("archives", f"{deployment_id}.{generation}.{what}")


def start(folder: str) -> str:
    """Return a script that starts what it reads, unless that runs or has ended well."""
    failed = f'[ "$(cat {folder}/status 2>/dev/null)" = 0 ] || rm -f {folder}/status'
    return f"{failed}\n{detached.start(folder, again=False)}"


def send(volumes: Iterable[tuple[Outgoing, str]]) -> str:
    """Return the script that sends each volume from its folder."""
    lines, wanted = [_BEGIN, _SEND], tuple(volumes)
    lines += [_listed(one.volume, one.urls, one.ways) for one, _ in wanted]
    for one, data in wanted:
        lines.append(shlex.join(["send", one.volume, data, str(one.part_bytes), one.passphrase]))
    return "\n".join([*lines, ""])


def renew(folder: str, volume: str, ways: Iterable[str] = ()) -> str:
    """Return the script that gives what sends the links of its input, if it still sends."""
    listed = shlex.quote(f"urls.{volume}")
    return f"""\
umask 077
cd {folder} 2>/dev/null && [ -e {listed} ] && [ ! -e status ] || exit 0
{_ways(volume, ways)}
cat >renewed && mv -f renewed {listed}"""


def fetch(volumes: Iterable[tuple[Incoming, str]], generation: int) -> str:
    """Return the script that fetches every archive, then unpacks each beside its folder."""
    wanted = tuple(volumes)
    lines = [_BEGIN, _FETCH]
    for one, _ in wanted:
        lines.append(_listed(one.volume, (one.url,), one.ways))
        lines.append(shlex.join(["fetch", one.volume, one.sha256]))
    for one, data in wanted:
        lines.append(shlex.join(["unpack", one.volume, data, str(generation), one.passphrase]))
    return "\n".join([*lines, "sync", ""])


def _listed(volume: str, urls: Iterable[str], ways: Iterable[str]) -> str:
    text, name = "\n".join(urls), shlex.quote(volume)
    return f"{_ways(volume, ways)}\ncat >urls.{name} <<'URLS'\n{text}\nURLS"


def _ways(volume: str, ways: Iterable[str]) -> str:
    """Write down where curl finds the bucket, in place of what its name says by now."""
    lines = "".join(f'resolve = "{way}"\n' for way in ways)
    new = shlex.quote(f"ways.{volume}.new")
    return f"printf %s {shlex.quote(lines)} >{new} && mv -f {new} {shlex.quote(f'ways.{volume}')}"


def swap(folders: Iterable[str], generation: int) -> str:
    """Return the script that puts what was unpacked into each folder's place by renaming."""
    return f"{_SWAP}{_each('swap', folders, generation)}\nsync\n"


def put_back(folders: Iterable[str], generation: int) -> str:
    """Return the script that puts each folder back as it was before `swap`."""
    return f"{_PUT_BACK}{_each('put_back', folders, generation)}\nsync\n"


def _each(verb: str, folders: Iterable[str], generation: int) -> str:
    return "\n".join(shlex.join([verb, one, str(generation)]) for one in folders)


def stop(deployment_id: str) -> str:
    """Return a script that ends work on a deployment's archives and forgets how it went."""
    return detached.forget("archives", deployment_id)


def tidy(folders: Iterable[str]) -> str:
    """Return a script that removes what is kept beside folders."""
    quoted = map(shlex.quote, folders)
    return "\n".join(f"rm -rf {one}.before* {one}.coming*" for one in quoted)
