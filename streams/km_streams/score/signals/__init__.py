"""Reasons for risk, one module a family."""
