"""Answers of measures, one drawing per question, most of them as rows on panels."""
