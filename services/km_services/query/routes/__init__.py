"""The addresses of the service, one module a resource: parameters in, one question, an answer out."""
