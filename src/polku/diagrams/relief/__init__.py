"""The relief: towers and pits over stages and roles."""
