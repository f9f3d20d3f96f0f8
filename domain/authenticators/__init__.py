"""Authenticator apps: which codes are right, how often they may be tried, and the recovery codes for a lost phone.

All times here are real ones, whatever the pace of journeys: an app knows no other.
"""
