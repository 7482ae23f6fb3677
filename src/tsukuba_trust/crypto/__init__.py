"""Groups, encryption, proofs, credentials, trustees: pure functions, no storage."""
