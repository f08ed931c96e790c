"""Turns an untrusted compose text into a plan, or says by which rule and line it cannot be run.

Pure: text and values in, `Plan` out. `rules.py` lists everything that can be wrong.
"""

from chalicelib.domain.compose.files import ConfigFile
from chalicelib.domain.compose.planner import compose_refusals, plan_compose
from chalicelib.domain.compose.references import compose_variables
from chalicelib.domain.compose.rules import RULES

__all__ = ["RULES", "ConfigFile", "compose_refusals", "compose_variables", "plan_compose"]
