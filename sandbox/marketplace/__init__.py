"""A local AWS Marketplace Catalog for unmodified boto3; imports nothing of the application.

It imitates the wire (REST JSON, error shapes and statuses), the constraints of botocore's own service model, the
published validations of the change types for private offers, change sets that run by themselves and lock what they
change, idempotency by ClientRequestToken, and faults on command (`/_control`).

It does not imitate:

- IAM: any signature of the access key `sandbox` is accepted, no policy is evaluated.
- The other operations (resource policies, tags, assessments, ListEntities), and entities but products and offers.
- Change types for products, resale authorizations and renewals, or for pricing, legal and support terms beyond that a
  release asks for them.
- Three patterns of the service model that its own documentation contradicts: an entity's type ('Offer@1.0'), its
  identifier while it is being made ('$Name.Entity.Identifier'), and a change's name of more than one letter.
- What the service answers to a known ClientRequestToken with another request: nobody has published it. Here it is a
  ValidationException.
"""
