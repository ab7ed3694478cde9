"""What only makes rereading faster: the parts that submissions of one template have in common are read once."""
