"""Pure decisions: the journey language, the machine that advances a journey, what may be sent, and errors.

Nothing in this room does I/O, reads a clock or rolls dice; `now` is always a parameter.
"""
