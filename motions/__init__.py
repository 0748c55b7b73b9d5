"""The domain: what a co-sell motion is and how it runs; knows no Slack, no CRM, no portal, no database."""
