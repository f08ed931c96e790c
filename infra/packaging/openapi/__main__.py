"""`python -m infra.packaging.openapi <file>`: write the document."""

from __future__ import annotations

import sys
from pathlib import Path

from infra.packaging.openapi.document import text

target = Path(sys.argv[1])
target.parent.mkdir(parents=True, exist_ok=True)
target.write_bytes(text())
