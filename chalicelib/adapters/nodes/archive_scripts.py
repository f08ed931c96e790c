"""Writes the scripts that send a server's volumes and dumps as archives, and bring them back.

A script comes in by standard input and removes its own text first, so that its passphrases are in
the memory of its processes alone: OpenSSL reads them from a pipe, curl its links from another.
Folders are Docker's own mountpoints. Each script may die at any line and be run again, but for that
which loads dumps: it says that it was begun before, and ends.

What runs in a container outlives the script that asked for it, so it carries a mark by which the
next script, and whoever ends the work, finds and kills it.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Sequence

from chalicelib.adapters.nodes import detached
from chalicelib.domain import names_on_node as names
from chalicelib.ports.volume_archives import Incoming, Loading, Outgoing

TOLD = "told"
"""The file in which a script tells what it has done, a line each."""
TICK = 16 * 1024 * 1024
"""Bytes for each of which one letter is added to the file `ticks`, as data passes."""
MARK = "HOSTER_ARCHIVES"
"""The variable of the environment by which commands in containers are found again."""
SHOW = f"""\
cat {TOLD} 2>/dev/null
[ ! -e fetching ] || echo "fetching $(wc -c <"archive.$(cat fetching)")"
[ ! -e ticks ] || echo "ticks $(wc -c <ticks)"
tail -c 4096 output"""
"""What tells how the work of a script goes, in its folder."""
_TOOLS = "tar gzip openssl curl split sha256sum md5sum mkfifo find"
_BEGIN = f"""\
rm -f script {TOLD} broken errors fetching ticks
set -eu
umask 077
fail() {{ echo "$1"; exit 1; }}
count() {{ find "$1" -mindepth 1 ! -type s -printf x | wc -c; }}
for tool in {_TOOLS}; do
  command -v $tool >/dev/null || fail "The server lacks the program $tool."
done
trap 'rm -f urls.* ways.* part.* archive.* *.pipe put fetching' EXIT
"""
_INSIDE = f"""\
end_inside() {{
  for one in $(grep -lsxzF "{MARK}=$1" /proc/[0-9]*/environ); do
    one=${{one%/environ}}
    kill -KILL "${{one#/proc/}}" 2>/dev/null || :
  done
}}
inside() {{ docker exec -i -e "{MARK}=$MARK" "$1" sh -c "$2"; }}
"""
_MARKED = """\
command -v docker >/dev/null || fail "The server lacks the program docker."
end_inside "$MARK"
trap 'rm -f urls.* ways.* part.* *.pipe put; end_inside "$MARK"' EXIT
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
volume() {
  tar --numeric-owner --xattrs --sparse -C "$1" -cf - . || echo tar >>broken
}
dump() { inside "$@" 2>errors </dev/null || echo "its command, with status $?" >>broken; }
send() {
  export VOLUME="$1"
  size="$2" key="$3"
  shift 3
  begun=$(date +%s)
  rm -f plain.pipe coded.pipe
  mkfifo plain.pipe coded.pipe
  wc -c <plain.pipe >plain &
  counting=$!
  sha256sum <coded.pipe >sum &
  summing=$!
  "$@" |
    tee plain.pipe |
    { gzip -1 || echo gzip >>broken; } |
    { openssl enc -aes-256-ctr -pbkdf2 -salt -pass fd:3 3<<KEY || echo openssl >>broken
$key
KEY
    } |
    tee coded.pipe |
    { split -b "$size" -a 4 --numeric-suffixes=1 --filter='sh ./put' - part. || echo it >>broken; }
  wait $counting $summing
  [ ! -e broken ] || {
    [ ! -e errors ] || tail -c 2048 errors
    fail "Sending ${VOLUME#dump:} broke off at $(grep -m 1 command broken || head -n 1 broken)."
  }
  case $1 in
    volume) files=$(count "$2") ;;
    *) files=0; [ "$(cat plain)" -gt 0 ] || fail "The dump of ${VOLUME#dump:} printed nothing." ;;
  esac
  printf 'sent %s %s %s %s %s\\n' "$VOLUME" "$(cat plain)" "$(cut -c 1-64 sum)" \\
    "$(($(date +%s) - begun))" "$files" >>told
}
"""
_FETCH = """\
get() {
  { cat "ways.$1"; printf 'url = "%s"\\n' "$2"; } |
    curl --config - --silent --show-error --fail --output "archive.$1" --continue-at - \\
      --connect-timeout 20 --speed-limit 1000 --speed-time 60
}
fetch() {
  echo "$1" >fetching
  : >"archive.$1"
  tries=0 had=0
  until link=$(cat "urls.$1") && get "$1" "$link"; do
    has=$(wc -c <"archive.$1")
    if [ "$has" -gt "$had" ] || [ "$(cat "urls.$1")" != "$link" ]; then tries=0; fi
    had=$has tries=$((tries + 1))
    [ $tries -lt 6 ] || exit 1
    sleep $((tries * tries))
  done
  [ "$(sha256sum <"archive.$1" | cut -c 1-64)" = "$2" ] ||
    fail "The archive of ${1#dump:} is not what was stored: its hash differs."
  rm -f fetching
  printf 'fetched %s %s\\n' "$1" "$(wc -c <"archive.$1")" >>told
}
fresh() {
  rm -rf "$1.coming"* "$1.before"*
  mkdir "$1.coming$2"
}
empty() {
  fresh "$@"
  chown --reference="$1" "$1.coming$2"
  chmod --reference="$1" "$1.coming$2"
}
unpack() {
  fresh "$2" "$3"
  { openssl enc -d -aes-256-ctr -pbkdf2 -pass fd:3 -in "archive.$1" 3<<KEY || echo openssl >>broken
$4
KEY
  } |
    { gzip -d || echo gzip >>broken; } |
    { split -b "$TICK" -a 6 --filter="$PASS" - || echo split >>broken; } |
    { tar --numeric-owner --xattrs -C "$2.coming$3" -xpf - || echo tar >>broken; }
  [ ! -e broken ] || fail "Unpacking $1 broke off at $(head -n 1 broken)."
  rm -f "archive.$1"
  printf 'unpacked %s %s\\n' "$1" "$(count "$2.coming$3")" >>told
}
"""
_PASS = f"""\
TICK={TICK}
PASS='cat && printf x >>ticks'
"""
_LOAD = """\
[ ! -e begun ] || fail "Loading broke off half way: it was killed, or the server was restarted."
: >begun
sync begun
load() {
  { openssl enc -d -aes-256-ctr -pbkdf2 -pass fd:3 -in "$2/dump.$1" 3<<KEY || echo openssl >>broken
$3
KEY
  } |
    { gzip -d || echo gzip >>broken; } |
    { split -b "$TICK" -a 6 --filter="$PASS" - || echo split >>broken; } |
    { inside "$4" "$5" && cat >/dev/null || echo "its command, with status $?" >>broken; } 2>&1 |
    tail -c 4096 >errors
  [ ! -e broken ] || {
    tail -c 2048 errors
    fail "Loading ${1#dump:} broke off at $(grep -m 1 command broken || head -n 1 broken)."
  }
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
    wanted = tuple(volumes)
    sent = [_sent(one, "volume", data) for one, data in wanted]
    return "\n".join([_BEGIN, _SEND, *_listed([one for one, _ in wanted]), *sent, ""])


def dump(dumps: Iterable[Outgoing], deployment_id: str) -> str:
    """Return the script that sends what the commands in their containers print."""
    wanted = [(one, one.dump) for one in dumps if one.dump is not None]
    sent = [
        _sent(one, "dump", names.container_name(deployment_id, dump.service), dump.text)
        for one, dump in wanted
    ]
    head = [_BEGIN, f"MARK={shlex.quote(deployment_id)}", _INSIDE, _MARKED, _SEND]
    return "\n".join([*head, *_listed([one for one, _ in wanted]), *sent, ""])


def _sent(one: Outgoing, *source: str) -> str:
    return shlex.join(["send", one.volume, str(one.part_bytes), one.passphrase, *source])


def renew(folder: str, volume: str, ways: Iterable[str] = ()) -> str:
    """Return the script that gives what sends the links of its input, if it still sends."""
    listed = shlex.quote(f"urls.{volume}")
    return f"""\
umask 077
cd {folder} 2>/dev/null && [ -e {listed} ] && [ ! -e status ] || exit 0
{_ways(volume, ways)}
cat >renewed && mv -f renewed {listed}"""


def fetch(archives: Sequence[tuple[Incoming, str]], emptied: Iterable[str], generation: int) -> str:
    """Return the script that fetches every archive, then unpacks each beside its folder.

    Dumps are kept as they are, and beside folders that are emptied an empty one is made.
    """
    lines = [_BEGIN, _PASS, _FETCH, *_listed([one for one, _ in archives])]
    lines += [shlex.join(["fetch", one.volume, one.sha256]) for one, _ in archives]
    for one, data in archives:
        if one.is_dump:
            lines.append(shlex.join(["mv", f"archive.{one.volume}", f"dump.{one.volume}"]))
        else:
            lines.append(shlex.join(["unpack", one.volume, data, str(generation), one.passphrase]))
    return "\n".join([*lines, _each("empty", emptied, generation), "sync", ""])


def load(dumps: Iterable[Loading], deployment_id: str, fetched: str) -> str:
    """Return the script that loads the dumps which were fetched into a folder."""
    lines = [_BEGIN, f"MARK={shlex.quote(deployment_id)}", _INSIDE, _MARKED, _PASS, _LOAD]
    for one in dumps:
        container = names.container_name(deployment_id, one.load.service)
        said = ["load", one.volume, fetched, one.passphrase, container, one.load.text]
        lines.append(shlex.join(said))
    return "\n".join([*lines, ""])


def empty_again(deployment_id: str, folder: str, folders: Iterable[str], generation: int) -> str:
    """Return the script that ends a loading, forgets it, and empties what was swapped in."""
    wanted = tuple(folders)
    ended = [_INSIDE, detached.drop(folder), shlex.join(["end_inside", deployment_id])]
    kept = [shlex.join(["[", "-e", f"{one}.before{generation}", "]"]) for one in wanted]
    emptied = [shlex.join(["find", one, "-mindepth", "1", "-delete"]) for one in wanted]
    return "\n".join(["set -eu", *ended, *kept, *emptied, "sync", ""])


def _listed(archives: Iterable[Outgoing | Incoming]) -> list[str]:
    """Write down the links of archives, each of which others may replace, and the ways there."""
    lines = []
    for one in archives:
        name = shlex.quote(one.volume)
        lines.append(_ways(one.volume, one.ways))
        lines.append(f"cat >urls.{name} <<'URLS'\n{links_of(one)}\nURLS")
    return lines


def links_of(one: Outgoing | Incoming) -> str:
    """The links of an archive, a line each."""
    return "\n".join(one.urls if isinstance(one, Outgoing) else (one.url,))


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
    ended = shlex.join(["end_inside", deployment_id])
    return f"{detached.forget('archives', deployment_id)}\n{_INSIDE}{ended}"


def tidy(folders: Iterable[str]) -> str:
    """Return a script that removes what is kept beside folders."""
    quoted = map(shlex.quote, folders)
    return "\n".join(f"rm -rf {one}.before* {one}.coming*" for one in quoted)
