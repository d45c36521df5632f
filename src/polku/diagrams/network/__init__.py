"""The network: who meets what, who keeps it alive; and the ecosystem of a workspace."""
