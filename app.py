"""The Chalice application: discovers the functions and registers them; holds no logic."""

from __future__ import annotations

import importlib

from chalice import Blueprint, Chalice

from infra.packaging.registry import discover

app = Chalice(app_name="hoster")
blueprints = {function.module: Blueprint(function.module) for function in discover()}

for function in discover():
    handler = importlib.import_module(function.module).handler
    blueprints[function.module].lambda_function(name=function.name)(handler)

for blueprint in blueprints.values():
    app.register_blueprint(blueprint)
