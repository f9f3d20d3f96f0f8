"""One-time codes: how they are made and judged, when they may be sent, and what is done against those who abuse them.

Pure functions over primitives. Times are real ones, not those of journeys: attackers live in real time.
"""
