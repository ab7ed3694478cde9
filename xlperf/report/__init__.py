"""Results as documents that people print and pass on."""
