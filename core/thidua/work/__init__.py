"""Use cases: one function for each thing a person does, inside the one transaction of its edge."""
