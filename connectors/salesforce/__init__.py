"""The CRM behind two ports: what changed on the deals, and one deal's reads and writes; knows no motion."""
