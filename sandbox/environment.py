"""The settings of a program for real systems, pointed at a world instead: what its `.env` would hold."""


def pointed_at(world: str) -> dict[str, str]:
    """Slack, Salesforce and AWS with the sandbox's own credentials, at the address of a world."""
    return {
        "SLACK_BOT_TOKEN": "xoxb-sandbox-cosell",
        "SLACK_APP_TOKEN": "xapp-sandbox-cosell",
        "SLACK_API_URL": f"{world}/slack/api/",
        "SF_DOMAIN": "meridian.my",
        "SF_CONSUMER_KEY": "sandbox-consumer-key",
        "SF_CONSUMER_SECRET": "sandbox-consumer-secret",
        "SF_EMULATOR_URL": f"{world}/salesforce",
        "AWS_PARTNER_CATALOG": "AWS",
        "AWS_ACCESS_KEY_ID": "sandbox",
        "AWS_SECRET_ACCESS_KEY": "sandbox",
        "AWS_ENDPOINT_URL_PARTNERCENTRAL_SELLING": f"{world}/aws",
        "COSELL_PORT": "0",
        "COSELL_POLL_SECONDS": "0.5",
    }
