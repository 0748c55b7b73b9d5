"""What stands under a link to a deal: no word of the deal, since everybody in the channel reads it, and one button."""

from handlers.views import blocks

STANDS = "deal.stands"
_WORDS = "Where the co-sell of this deal stands is shown to whoever may see the deal."


def draw(deal_id: str) -> dict[str, object]:
    """The preview of one link."""
    return {"blocks": [{**blocks.section(_WORDS), "accessory": blocks.button("Show me", STANDS, deal_id)}]}
