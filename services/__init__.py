"""For the public: what an authority offers, who is responsible, courses, forms, and what staff do with the answers.

`pages` topics and service pages · `directory` municipalities, offices, who is responsible where
· `courses` courses, runs, lessons · `intake` forms of several steps · `inbox` cases, messages, notes.

`intake`, `pages` and `courses` do not know each other; they may use `inbox` and `directory`. `inbox` may use
`directory`. Nothing here knows `network` or `home`.
"""
