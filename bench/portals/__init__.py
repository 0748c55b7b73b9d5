"""Replay: many deals become referrals in three portals at once, from a seller's edit to the acceptance in the CRM.

`setting` is a company with AWS, Microsoft and a partner without an API; `people` are those who click; `books` reads
what CRM, portals and Slack hold; `replay` plays it, and `reckoning` says what it came to. Nobody types a field.
"""
