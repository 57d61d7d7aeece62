"""The answers of the API, one module a resource: the contract that `services/openapi.json` writes down."""
