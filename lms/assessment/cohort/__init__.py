"""What the evidence of all learners together says about each objective, and how it changed."""
