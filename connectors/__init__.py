"""Adapters to the outside systems of record: CRM, portals, calendars, signals; one folder each, none knows another."""
