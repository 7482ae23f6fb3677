"""The GraphQL edge: two schemas over shared types, for the portal and for the voting host.

:source: voting-flow.md 3.1, 11; style.md 2.6, 3
"""
