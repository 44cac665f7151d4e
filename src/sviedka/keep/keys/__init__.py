"""Who may open what: devices, facet keys and their grants, recovery, and the unlock agent.

Nothing is imported here, so that the agent, which holds keys but computes nothing, starts without
the cryptography.
"""
