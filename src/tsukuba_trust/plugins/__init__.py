"""Identity providers, ballot schemes and tally methods, loaded as a vendor's are."""
