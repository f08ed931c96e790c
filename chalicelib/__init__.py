"""The library under the Lambdas: pure rules, ports, engine, resources, services, adapters, edge."""
