"""The map laid on events: which touchpoint or step an event is, what lies off the map, how far both are apart."""
