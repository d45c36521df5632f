"""What systems wrote: the tables, the lake that keeps them in versions, and the engine that asks them.

`Lake`, `publish` and `open_log` are the doors; each stands in the file of its name, so that asking a question
loads nothing that only publishing needs.
"""
