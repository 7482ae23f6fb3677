"""Sources of revocation: CRL, OCSP, an operator's service, and nobody."""
