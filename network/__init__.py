"""For the coordinators: who belongs to the network, and its exchange meetings.

`members` people and organisations · `meetings` dates, invitations, answers. Of the services it knows the directory
alone.
"""
