"""The service blueprint: what has to happen behind each step."""
