"""Behind a number: the cases, accounts and deals that it counts."""
