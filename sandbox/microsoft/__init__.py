"""A local Microsoft Partner Center (Referrals API) with its sign-in and webhooks; imports nothing of the application.

It imitates the wire (OData lists, JSON-Patch, ETags, Microsoft's error shape), the published fields and lists, the
status machine, two-referral co-sell with one engagement, the rotation and the 90 days of refresh tokens, webhooks
signed with a certificate of its own, throttling, and faults on command (`/_control`).

It does not imitate:

- Consent screens, MFA, roles and conditional access: a known client with a known refresh token is let in.
- Unpublished limits: paging at 100 is published, the lengths held here (255, 4000) and the calls a second are guesses.
- Duplicate detection: nobody has published any, so two referrals of one external id are both taken. Whoever files is
  responsible for not filing twice.
- `request-id`: published among the answers as what makes a repeated call harmless, never explained for requests. It is
  ignored here, which is the worst case for who repeats a call.
- Leads, marketplace calls to action, MACC, customer match, deal registration (which has no API).
- What Microsoft's people do beyond accepting, declining, winning, losing and letting expire.
- The wording of messages: codes and targets are the contract.

What happens by itself (reviews) is due at a moment of the world's clock and is applied, in order, before the next
request is answered.
"""
