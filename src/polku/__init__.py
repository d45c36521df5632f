"""polku: customer journeys of companies that sell to companies, drawn and measured."""

__version__ = "0.1.0.dev0"
