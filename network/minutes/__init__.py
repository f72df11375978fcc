"""What a meeting is about and what came of it: agenda, minutes, actions.

`agenda` anybody invited proposes, coordinators order · `minutes` are written item by item, approved, corrected and
published · `actions` are what somebody promised to do until a day. Knows meetings and members, which do not know it.
"""
