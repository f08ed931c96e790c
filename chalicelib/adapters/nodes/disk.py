"""Writes the shell scripts that tell how full a server's disk is and what each app takes of it.

How full it is can be told at once. What an app takes needs a walk through its files: a job does
that on the server, in its own time and last in line, and each look reads what it found.
Where the storage driver keeps no folder of what a container writes, Docker is asked for its size.
"""

from __future__ import annotations

from chalicelib.adapters.nodes import detached
from chalicelib.domain import clock
from chalicelib.domain import names_on_node as names
from chalicelib.domain.node_firewall import CHANGED, OPENED, SCRIPT_PATH
from chalicelib.ports.insight import AppDisk, NodeDisk

FOLDER = detached.folder("disk", "apps")
LONGEST = 600
"""Seconds after which a job measures no further app; the others are measured at another time."""
LONGEST_APP = 120
REST = 20
"""A job rests for so many times as long as it took."""
KEPT = 256 * 1024
MOST_OPENED = 1000

MEASURE = f"""\
renice -n 19 $$ >/dev/null 2>&1
ionice -c 3 -p $$ 2>/dev/null
began=$(date +%s)
info=$(docker info --format '{{{{.Driver}}}} {{{{.DockerRootDir}}}}') || exit 1
root=${{info#* }}
case $info in
overlay2*) size= layer='{{{{$app}}}} {{{{index .GraphDriver.Data "UpperDir"}}}}' ;;
*) size=--size layer='{{{{$app}}}} ={{{{.SizeRw}}}}' ;;
esac
echo "$root" >root.new
mv -f root.new root
mkdir -p sizes
docker ps -aq --no-trunc --filter label={names.MANAGED}=true |
xargs -r docker inspect $size --format '
{{{{- $app := index .Config.Labels "{names.DEPLOYMENT}"}}}}
{{{{- range .Mounts}}}}{{{{if eq .Type "volume"}}}}{{{{$app}}}} {{{{.Source}}}}
{{{{end}}}}{{{{end}}}}
{{{{- $app}}}} '"$root/containers/{{{{.Id}}}}
$layer" >places
cut -d' ' -f1 places | grep -x '[0-9a-f-]\\{{36\\}}' | sort -u >apps
for app in $(shuf apps); do
  [ $(($(date +%s) - began)) -lt {LONGEST} ] || break
  kb=$({{
    sed -n "s/^$app //p" places | grep -v '^='
    ls -d "$root/volumes/{names.PREFIX}${{app}}_"* {names.ROOT}/files/$app 2>/dev/null
  }} | tr '\\n' '\\0' | xargs -0 -r timeout {LONGEST_APP} du -skxc 2>/dev/null |
    awk '$2 == "total" {{sum += $1; found = 1}} END {{if (found) print sum}}')
  [ -n "$kb" ] || continue
  layers=$(sed -n "s/^$app =//p" places | awk '{{sum += $1}} END {{printf "%.0f", sum / 1024}}')
  echo "$((kb + layers)) $(date -u +%Y-%m-%dT%H:%M:%S.000Z)" >size.new
  mv -f size.new "sizes/$app"
done
for size in sizes/*; do grep -qx "${{size#sizes/}}" apps || rm -f "$size"; done
echo $(($(date +%s) - began)) >took
"""


def look(every: int) -> str:
    """Return a script that tells what is known, then begins a job that it reads from its input.

    None begins within `every` seconds of the last one, nor before that one has rested.
    """
    return f"""\
echo "clock $(date -u +%Y-%m-%dT%H:%M:%S.000Z)"
root=$(cat {FOLDER}/root 2>/dev/null || echo /var/lib/docker)
[ -d "$root" ] || root=/
df -Pk "$root" | awk 'NR == 2 {{sub("%", "", $5); print "disk", $5}}'
grep -qs {OPENED} {SCRIPT_PATH} && echo "opened $(ls -A {OPENED} 2>/dev/null |
  grep -xE '[0-9a-f-]{{36}}|\\{CHANGED}' | head -n {MOST_OPENED} | tr '\\n' ' ')"
(cd {FOLDER}/sizes 2>/dev/null && awk '{{print FILENAME, $1, $2}}' * 2>/dev/null)
rest=$(({REST} * $(cat {FOLDER}/took 2>/dev/null || echo 0)))
[ $rest -gt {every} ] || rest={every}
began=$(stat -c %Y {FOLDER}/pid 2>/dev/null || echo 0)
[ $(($(date +%s) - began)) -ge $rest ] || exit 0
{detached.start(FOLDER, again=True)}"""


def read(answer: str) -> NodeDisk:
    """Read what the script of `look` told. Raises ValueError for anything else."""
    (first, now), (second, percent), *lines = (
        line.partition(" ")[::2] for line in answer.splitlines()
    )
    if (first, second) != ("clock", "disk"):
        raise ValueError(answer)
    apps, opened = {}, None
    for app, told in lines:
        if app == "opened":
            opened = frozenset(told.split())
            continue
        kb, _, at = told.partition(" ")
        apps[app] = AppDisk(int(kb), clock.checked(at))
    return NodeDisk(int(percent), apps, clock.checked(now), opened)
