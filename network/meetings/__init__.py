"""Exchange meetings: plan, publish, invite, answer, waiting list, move, cancel. One subject with the answers, because
neither can change without the other.
"""
