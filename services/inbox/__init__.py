"""What staff do with what people sent: cases, messages, notes, and the page where a person sees how it stands.

A submission becomes one case per responsible office. A case's texts are encrypted with one random key, which is sealed
to the office, to the district's escrow and to the receipt the person keeps (`envelopes`). Membership of the office
gives access, nothing else does. Who did what is a chain of events without content (`history`).
"""
