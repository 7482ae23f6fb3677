"""The auditor's programme: a record in, numbered findings out; no database, no web."""
