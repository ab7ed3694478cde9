"""The plain-formula form of each worksheet function: what stands in the cells of the native edition."""
