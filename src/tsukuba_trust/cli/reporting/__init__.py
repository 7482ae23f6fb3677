"""The result report of a verified record: one printable HTML file, and open data."""
