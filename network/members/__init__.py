"""Who belongs to the network: organisations, people, and at which levels they meet."""
