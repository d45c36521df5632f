"""Statistics: intervals, survival and net promoter scores, with no word of journeys."""
